/** Errors, as small numbers: a command returns 0 or one of these, and prints it as C does. */
import { range } from '../machine/struct.ts';

export const EIO = 1;
export const ENOMEM = 2;
export const ENOSPC = 3;
export const EFAULT = 4;
export const ERANGE = 5;
export const EINTR = 6;
export const ECONNRESET = 7;
export const EAGAIN = 8;
export const EINVAL = 9;
/** No error of a system call: the signal that a store gets in its place. */
export const SIGBUS = 10;
export const EPIPE = 11;
export const EEXIST = 12;

const NAMES = [
  'EIO',
  'ENOMEM',
  'ENOSPC',
  'EFAULT',
  'ERANGE',
  'EINTR',
  'ECONNRESET',
  'EAGAIN',
  'EINVAL',
  'SIGBUS',
  'EPIPE',
  'EEXIST',
];

/** As C returns it: 0 or -ENAME. */
export function errorName(error: number): string {
  if (error === 0) return '0';
  return error === SIGBUS ? 'SIGBUS' : `-${NAMES[error - 1]}`;
}

export const errno = range(NAMES.length, errorName);
