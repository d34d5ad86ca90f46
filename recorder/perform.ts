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
import { errnoName } from './libc.ts';
import { lettersOf, mark } from './marks.ts';
import type { Observer } from './observe.ts';
import type { Inside } from './inside.ts';
import { store, unmapAll } from './store.ts';

const POLL_MICROSECONDS = 20;

export function perform(inside: Inside, look: Observer, call: Call): Outcome {
  const { libc, sizes, disk, buffers, sequence } = inside;
  const { cell_bytes } = sizes;
  const file = call.op === 'crash' ? 0 : (call.file ?? 0);
  const fd = disk.files[file]!;
  const bytes = (cells: number): number => cells * cell_bytes;
  const fallocate = (flags: number, { pos, count }: { pos: number; count: number }): Outcome => ({
    ret: named(libc.fallocate(fd, flags, bytes(pos), bytes(count))),
  });

  switch (call.op) {
    case 'write': {
      const { pos, count, name } = call;
      const readable = bytes(call.good ?? count);
      const from = { sequence, file, letter: name, from: pos };
      if (readable > 0) mark(buffers.source.subarray(-readable), cell_bytes, from);
      const result = libc.pwrite(fd, buffers.source_end - readable, bytes(count), bytes(pos));
      return { ret: result < 0 ? errnoName(result) : result / cell_bytes };
    }
    case 'read': {
      const { target, target_address } = buffers;
      const result = libc.pread(fd, target_address, target.length, 0);
      if (result < 0) throw new Error(`read() = ${errnoName(result)}`);
      return { data: lettersOf(target.subarray(0, result), cell_bytes, { sequence, file }) };
    }
    case 'fsync':
      return { ret: named(libc.fsync(fd)) };
    case 'sfr': {
      const [at, length] = [call.a * PAGE_BYTES, (call.b - call.a) * PAGE_BYTES];
      return { ret: named(libc.sync_file_range(fd, at, length, SYNC_FILE_RANGE_AND_WAIT)) };
    }
    case 'drop': {
      // What is mapped is not dropped.
      unmapAll(inside);
      const result = libc.posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
      while (look.underWriteback(fd) > 0) libc.usleep(POLL_MICROSECONDS);
      return { ret: named(result) };
    }
    case 'truncate':
      return { ret: named(libc.ftruncate(fd, bytes(call.pos))) };
    case 'fallocate':
      return fallocate(FALLOC_FL_KEEP_SIZE, call);
    case 'punch_hole':
      return fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, call);
    case 'zero_range':
      return fallocate(FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, call);
    case 'store':
      return { ret: named(store(inside, file, call)) };
    case 'crash':
      unmapAll(inside);
      disk.crash(call.how);
      return {};
  }
}

const named = (result: number): number | string => (result < 0 ? errnoName(result) : 0);
