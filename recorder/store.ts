/**
 * A store through a shared mapping of the whole pages of a file.
 *
 * The kernel stores for us: read(2) of a pipe into the mapping. It takes the same page fault, with
 * the same ->page_mkwrite, as the processor's own store; only where that would be SIGBUS, which no
 * program survives that records, the call stops short. What came before is stored either way.
 *
 * A mapping lasts until the next drop or crash, so that a page that can be written to stays so. It
 * is of MADV_RANDOM: a fault brings in its own page alone.
 */
import { MADV_RANDOM, MAP_SHARED, O_CLOEXEC, PAGE_BYTES, PROT_READ_WRITE } from './abi.ts';
import type { Inside } from './inside.ts';
import { must } from './libc.ts';
import { mark } from './marks.ts';

const EFAULT = -14;

export interface Pipe {
  readonly out: number;
  readonly in: number;
}

/** Puts the bytes of a store into a pipe; returns the end to read them from. */
export function putInPipe(
  inside: Inside,
  file: number,
  { pos, count, name }: { pos: number; count: number; name: string },
): number {
  const { libc, sizes, buffers, sequence } = inside;
  const bytes = count * sizes.cell_bytes;
  const cells = buffers.source.subarray(-bytes);
  mark(cells, sizes.cell_bytes, { sequence, file, letter: name, from: pos });
  inside.pipe ??= openPipe(inside);
  must('write() to a pipe', libc.write(inside.pipe.in, buffers.source_end - bytes, bytes));
  return inside.pipe.out;
}

/** 0, or -EFAULT where the processor would have raised SIGBUS: what read() of the pipe came to. */
export function stored({ libc, buffers, pipe }: Inside, result: number, bytes: number): number {
  if (result === bytes) return 0;
  // What was not stored is still in the pipe.
  const left = bytes - Math.max(result, 0);
  must('read() of a pipe', libc.read(pipe!.out, buffers.target_address, left));
  return result < 0 ? result : EFAULT;
}

/** Nothing of the files is mapped after it. */
export function unmapAll({ libc, sizes, mappings }: Inside): void {
  for (const address of mappings.values()) {
    must('munmap()', libc.munmap(address, sizes.pages * PAGE_BYTES));
  }
  mappings.clear();
}

export function mappingOf({ libc, sizes, disk, mappings }: Inside, file: number): number {
  const there = mappings.get(file);
  if (there !== undefined) return there;
  const bytes = sizes.pages * PAGE_BYTES;
  const fd = disk.files[file]!;
  const address = must('mmap()', libc.mmap(0, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0));
  must('madvise()', libc.madvise(address, bytes, MADV_RANDOM));
  mappings.set(file, address);
  return address;
}

export function closePipe(inside: Inside): void {
  if (inside.pipe === undefined) return;
  inside.libc.close(inside.pipe.in);
  inside.libc.close(inside.pipe.out);
  inside.pipe = undefined;
}

function openPipe({ libc }: Inside): Pipe {
  const ends = libc.scratch();
  must('pipe2()', libc.pipe2(ends.address, O_CLOEXEC));
  return { out: ends.view.getInt32(0, true), in: ends.view.getInt32(4, true) };
}
