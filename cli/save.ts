/**
 * Files are written whole or not at all: beside the file first, and then renamed. A rename would
 * also put a file in place of a link, a pipe or a device, so nothing but a regular file is
 * replaced.
 */
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { UsageError } from './exit.ts';

/** Before a long search: can the file be written at all? */
export function refuseUnwritable(file: string): void {
  refuseIrregular(file);
  const unfinished = nameBeside(file);
  refusing(file, () => {
    try {
      writeFileSync(unfinished, '', { flag: 'wx' });
    } finally {
      rmSync(unfinished, { force: true });
    }
  });
}

export function save(file: string, content: string | Uint8Array): void {
  // Much may have happened during the search.
  refuseIrregular(file);
  refusing(file, () =>
    putInPlace(file, (unfinished) => writeFileSync(unfinished, content, { flag: 'wx' })),
  );
}

/** `write` makes a file beside it, which then takes its place. */
export function putInPlace(file: string, write: (unfinished: string) => void): void {
  const unfinished = nameBeside(file);
  try {
    write(unfinished);
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

const nameBeside = (file: string): string => `${file}.${process.pid}.tmp`;

/** A link is not followed: whoever wants what it names replaced can name that. */
function refuseIrregular(file: string): void {
  if (file === '' || file.endsWith('/')) refuse(file, 'it names no file');
  const found = refusing(file, () => lstatSync(file, { throwIfNoEntry: false }));
  const kind = found === undefined ? undefined : irregular(found);
  if (kind !== undefined) refuse(file, `it is ${kind}; name a regular file, or a new one`);
}

/** What it is in place of a regular file. */
export function irregular(found: Stats): string | undefined {
  if (found.isFile()) return undefined;
  if (found.isDirectory()) return 'a directory';
  if (found.isSymbolicLink()) return 'a symbolic link';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}

function refusing<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    return refuse(file, reason(error));
  }
}

function refuse(file: string, why: string): never {
  throw new UsageError(`cannot write ${file === '' ? "''" : file}: ${why}`);
}

const KNOWN: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'not a directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'the filesystem is read-only',
  EFBIG: 'the file would be too large',
  EIO: 'the device reports an error',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
};

/** Why the system refused, without the system's own repetition of the name. */
export function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return KNOWN[code ?? ''] ?? code ?? String(error);
}
