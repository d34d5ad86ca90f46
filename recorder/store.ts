/**
 * A store through a shared mapping of the whole pages of a file.
 *
 * The kernel stores for us: read(2) of a pipe into the mapping. It takes the same page fault, with
 * the same ->page_mkwrite, as the processor's own store; only where that would be SIGBUS, which a
 * program that records does not survive, the call stops short. What came before is stored either way.
 *
 * A mapping lasts until the next drop or crash, so that a page that can be written to stays so. It
 * is of MADV_RANDOM: a fault brings in its own page alone.
 */
import { MADV_RANDOM, MAP_SHARED, O_CLOEXEC, PAGE_BYTES, PROT_READ_WRITE } from './abi.ts';
import { must } from './libc.ts';
import type { Libc } from './libc.ts';
import { mark } from './marks.ts';
import type { Inside } from './inside.ts';

const EFAULT = -14;

/** Of each file the address of its mapping. */
const mappings = new WeakMap<Inside, Map<number, number>>();
let pipe: { out: number; in: number } | undefined;

/** 0, or -EFAULT where the processor would have raised SIGBUS. */
export function store(
  inside: Inside,
  file: number,
  { pos, count, name }: { pos: number; count: number; name: string },
): number {
  const { libc, sizes, buffers, sequence } = inside;
  const bytes = count * sizes.cell_bytes;
  const address = mappingOf(inside, file) + pos * sizes.cell_bytes;
  const cells = buffers.source.subarray(-bytes);
  mark(cells, sizes.cell_bytes, { sequence, file, letter: name, from: pos });

  pipe ??= openPipe(libc);
  must('write() to a pipe', libc.write(pipe.in, buffers.source_end - bytes, bytes));
  const result = libc.read(pipe.out, address, bytes);
  if (result === bytes) return 0;
  // What was not stored is still in the pipe.
  const left = bytes - Math.max(result, 0);
  must('read() of a pipe', libc.read(pipe.out, buffers.target_address, left));
  return result < 0 ? result : EFAULT;
}

/** Nothing of the files is mapped after it. */
export function unmapAll(inside: Inside): void {
  const { libc, sizes } = inside;
  for (const address of mappings.get(inside)?.values() ?? []) {
    must('munmap()', libc.munmap(address, sizes.pages * PAGE_BYTES));
  }
  mappings.delete(inside);
}

function mappingOf(inside: Inside, file: number): number {
  const { libc, sizes, disk } = inside;
  const mapped = mappings.get(inside) ?? new Map<number, number>();
  mappings.set(inside, mapped);
  const there = mapped.get(file);
  if (there !== undefined) return there;
  const bytes = sizes.pages * PAGE_BYTES;
  const fd = disk.files[file]!;
  const address = must('mmap()', libc.mmap(0, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0));
  must('madvise()', libc.madvise(address, bytes, MADV_RANDOM));
  mapped.set(file, address);
  return address;
}

function openPipe(libc: Libc): { out: number; in: number } {
  const ends = libc.memory(8);
  must('pipe2()', libc.pipe2(ends.address, O_CLOEXEC));
  return { out: ends.view.getInt32(0, true), in: ends.view.getInt32(4, true) };
}
