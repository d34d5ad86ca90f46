/** A new file becomes what a sequence is to find: a size, and a letter a block. */
import { FALLOC_FL_KEEP_SIZE } from './abi.ts';
import type { Wanted } from './calls.ts';
import { must } from './libc.ts';
import { mark } from './marks.ts';
import type { Inside } from './inside.ts';

export function prepare(inside: Inside, file: number, { size, blocks }: Wanted): void {
  const { libc, sizes, disk, buffers, sequence } = inside;
  const { bc, block_bytes, cell_bytes } = sizes;
  const fd = disk.files[file]!;

  // Before any write: none then extends the file, and nothing is preallocated beyond its end.
  if (size > 0) must('ftruncate()', libc.ftruncate(fd, size * cell_bytes));
  for (const { letter, from, end } of runsOf(blocks)) {
    if (letter === 'M') {
      const [first, last] = [from * bc, Math.min(end * bc, size)];
      const bytes = (last - first) * cell_bytes;
      mark(buffers.source.subarray(-bytes), cell_bytes, {
        sequence,
        file,
        letter: 'o',
        from: first,
      });
      must('old data', libc.pwrite(fd, buffers.source_end - bytes, bytes, first * cell_bytes));
    } else if (letter === 'U') {
      const [at, bytes] = [from * block_bytes, (end - from) * block_bytes];
      must('fallocate()', libc.fallocate(fd, FALLOC_FL_KEEP_SIZE, at, bytes));
    }
  }
  must('fsync()', libc.fsync(fd));
}

/** Runs of like letters. */
function runsOf(blocks: string): { letter: string; from: number; end: number }[] {
  return [...blocks.matchAll(/(.)\1*/g)].map(({ 0: run, 1: letter = '', index }) => ({
    letter,
    from: index,
    end: index + run.length,
  }));
}
