/** The lines of a file that may be anything, plain or gzip by its content, one at a time. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from './exit.ts';
import { irregular, reason } from './save.ts';

export interface Limits {
  /** Bytes of a line, and of all of a file, as they are when unpacked. */
  readonly line: number;
  readonly file: number;
}

const MIB = 2 ** 20;
export const LIMITS: Limits = { line: MIB, file: 4096 * MIB };

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

/** Never more than one line is held in memory. Throws UsageError, in one line. */
export async function* linesOf(file: string, limits = LIMITS): AsyncGenerator<Line> {
  const fd = refusing(file, () => opened(file));
  const packed = Readable.from(chunksOf(fd));
  const at = { number: 1 };
  try {
    yield* split(isGzip(fd) ? unpacked(packed) : packed, at, limits);
  } catch (error) {
    throw new UsageError(`${file}:${at.number}: ${why(error)}`, { cause: error });
  } finally {
    packed.destroy();
    closeSync(fd);
  }
}

/** Without waiting for whoever may write to a pipe. */
function opened(file: string): number {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const kind = irregular(fstatSync(fd));
  if (kind === undefined) return fd;
  closeSync(fd);
  throw new UsageError(`it is ${kind}, and no regular file`);
}

/** A gzip file begins with 1f 8b. */
function isGzip(fd: number): boolean {
  const first = Buffer.alloc(2);
  return readSync(fd, first, 0, 2, 0) === 2 && first[0] === 0x1f && first[1] === 0x8b;
}

const CHUNK = 65_536;

function* chunksOf(fd: number): Generator<Buffer> {
  for (let from = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const n = readSync(fd, chunk, 0, CHUNK, from);
    if (n === 0) return;
    from += n;
    yield chunk.subarray(0, n);
  }
}

function unpacked(packed: Readable): Readable {
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  return packed.pipe(gunzip);
}

async function* split(
  bytes: Readable,
  at: { number: number },
  limits: Limits,
): AsyncGenerator<Line> {
  let begun: Buffer[] = [];
  let length = 0;
  let all = 0;
  const line = (rest: Buffer): Line => {
    const text = Buffer.concat([...begun, rest]).toString('utf8');
    begun = [];
    length = 0;
    return { number: at.number++, text };
  };
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    all += chunk.length;
    if (all > limits.file) throw new UsageError(`it has more than ${mib(limits.file)}`);
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      if (length + end - from > limits.line) throw tooLong(limits);
      yield line(chunk.subarray(from, end));
      from = end + 1;
    }
    length += chunk.length - from;
    if (length > limits.line) throw tooLong(limits);
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (length > 0) yield line(Buffer.alloc(0));
}

const mib = (bytes: number): string => `${bytes / MIB} MiB`;
const tooLong = ({ line }: Limits): UsageError =>
  new UsageError(`the line has more than ${mib(line)}`);

function why(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return 'the gzip file is cut off';
  if (code?.startsWith('Z_') === true) return `the gzip file is damaged`;
  return reason(error);
}

function refusing<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${why(error)}`, { cause: error });
  }
}
