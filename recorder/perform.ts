/** One operation of a sequence, as system calls. */
import {
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  FALLOC_FL_ZERO_RANGE,
  PAGE_BYTES,
  POSIX_FADV_DONTNEED,
  SYNC_FILE_RANGE_AND_WAIT,
} from './abi.ts';
import type { Call, Outcome } from './calls.ts';
import type { Inside } from './inside.ts';
import { errnoName } from './libc.ts';
import type { CallName } from './libc.ts';
import { lettersOf, mark } from './marks.ts';
import type { Observer } from './observe.ts';
import { mappingOf, putInPipe, stored, unmapAll } from './store.ts';

const POLL_MICROSECONDS = 20;

/** A call that one system call does; what comes before it is done, and what comes after is here. */
export interface Prepared {
  readonly name: CallName;
  readonly args: readonly number[];
  readonly outcome: (result: number) => Outcome;
}

/** All but a crash. */
export type Preparable = Exclude<Call, { op: 'crash' }>;

export function perform(inside: Inside, look: Observer, call: Call): Outcome {
  if (call.op === 'crash') {
    unmapAll(inside);
    inside.disk.crash(call.how);
    return {};
  }
  const { name, args, outcome } = prepareCall(inside, look, call);
  return outcome(inside.libc[name](...args));
}

export function prepareCall(inside: Inside, look: Observer, call: Preparable): Prepared {
  const { sizes, disk, buffers, sequence } = inside;
  const { cell_bytes } = sizes;
  const file = call.file ?? 0;
  const fd = disk.files[file]!;
  const bytes = (cells: number): number => cells * cell_bytes;
  const fallocate = (flags: number, { pos, count }: { pos: number; count: number }): Prepared => ({
    name: 'fallocate',
    args: [fd, flags, bytes(pos), bytes(count)],
    outcome: zeroOrError,
  });

  switch (call.op) {
    case 'write':
      return prepareWrite(inside, file, call);
    case 'read': {
      const { target, target_address } = buffers;
      return {
        name: 'pread',
        args: [fd, target_address, target.length, 0],
        outcome: (result) => {
          if (result < 0) throw new Error(`read() = ${errnoName(result)}`);
          return { data: lettersOf(target.subarray(0, result), cell_bytes, { sequence, file }) };
        },
      };
    }
    case 'fsync':
      return { name: 'fsync', args: [fd], outcome: zeroOrError };
    case 'sfr': {
      const [at, length] = [call.a * PAGE_BYTES, (call.b - call.a) * PAGE_BYTES];
      const args = [fd, at, length, SYNC_FILE_RANGE_AND_WAIT];
      return { name: 'sync_file_range', args, outcome: zeroOrError };
    }
    case 'drop':
      // What is mapped is not dropped.
      unmapAll(inside);
      return {
        name: 'posix_fadvise',
        args: [fd, 0, 0, POSIX_FADV_DONTNEED],
        outcome: (result) => {
          while (look.underWriteback(fd) > 0) inside.libc.usleep(POLL_MICROSECONDS);
          return zeroOrError(result);
        },
      };
    case 'truncate':
      return { name: 'ftruncate', args: [fd, bytes(call.pos)], outcome: zeroOrError };
    case 'fallocate':
      return fallocate(FALLOC_FL_KEEP_SIZE, call);
    case 'punch_hole':
      return fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, call);
    case 'zero_range':
      return fallocate(FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, call);
    case 'store': {
      const address = mappingOf(inside, file) + bytes(call.pos);
      const pipe = putInPipe(inside, file, call);
      return {
        name: 'read',
        args: [pipe, address, bytes(call.count)],
        outcome: (result) => zeroOrError(stored(inside, result, bytes(call.count))),
      };
    }
  }
}

type Write = Extract<Call, { op: 'write' }>;

/** From a buffer that ends where nothing can be read, or from the very cells of the file. */
function prepareWrite(inside: Inside, file: number, call: Write): Prepared {
  const { sizes, disk, buffers, sequence } = inside;
  const { cell_bytes } = sizes;
  const { pos, count, name, good = count } = call;
  const readable = good * cell_bytes;
  let from = buffers.source_end - readable;
  if (call.mapped === true) from = mappingOf(inside, file) + pos * cell_bytes;
  else if (readable > 0) {
    const cells = buffers.source.subarray(-readable);
    mark(cells, cell_bytes, { sequence, file, letter: name, from: pos });
  }
  return {
    name: 'pwrite',
    args: [disk.files[file]!, from, count * cell_bytes, pos * cell_bytes],
    outcome: (result) => ({ ret: result < 0 ? errnoName(result) : result / cell_bytes }),
  };
}

const zeroOrError = (result: number): Outcome => ({ ret: result < 0 ? errnoName(result) : 0 });
