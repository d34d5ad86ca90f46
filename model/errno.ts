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
export const EPIPE = 10;
export const EEXIST = 11;

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
  'EPIPE',
  'EEXIST',
];

/** As C returns it: 0 or -ENAME. */
export const errorName = (error: number): string => (error === 0 ? '0' : `-${NAMES[error - 1]}`);
export const errno = range(NAMES.length, errorName);
