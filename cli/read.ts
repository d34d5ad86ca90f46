/** Reads a file that may be anything: a pipe would never end, nor would some devices. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { UsageError } from './exit.ts';
import { irregular, reason } from './save.ts';

/** A replay file of the most steps that there may be has about 20 MiB. */
export const MIB_MAX = 32;

export function readSmall(file: string): string {
  try {
    // Without waiting for whoever may write to a pipe.
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return contentOf(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const why = error instanceof UsageError ? error.message : reason(error);
    throw new UsageError(`cannot read ${file}: ${why}`);
  }
}

function contentOf(fd: number): string {
  const found = fstatSync(fd);
  const kind = irregular(found);
  if (kind !== undefined) throw new UsageError(`it is ${kind}, and no regular file`);
  const max = MIB_MAX * 2 ** 20;
  // Not all files say how large they are; one byte more than may be shows that it is too much.
  const bytes = Buffer.allocUnsafe(Math.min(found.size, max) + 1);
  let length = 0;
  for (let n = -1; n !== 0 && length < bytes.length; length += n) {
    n = readSync(fd, bytes, length, bytes.length - length, null);
  }
  if (length > max) throw new UsageError(`it has more than ${MIB_MAX} MiB`);
  return bytes.toString('utf8', 0, length);
}
