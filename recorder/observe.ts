/** What can be seen of a file without disturbing it: it is not read, synced, or locked for long. */
import type { Seen } from '../traces/format.ts';
import {
  CACHESTAT_BYTES,
  CACHESTAT_RANGE_BYTES,
  EXTENT_FLAGS,
  EXTENT_LENGTH,
  FIEMAP_COUNT,
  FIEMAP_EXTENT_BYTES,
  FIEMAP_EXTENT_DELALLOC,
  FIEMAP_EXTENT_UNWRITTEN,
  FIEMAP_HEAD_BYTES,
  FIEMAP_MAPPED,
  FS_IOC_FIEMAP,
  NR_CACHE,
  NR_CACHESTAT,
  NR_DIRTY,
  NR_WRITEBACK,
  PAGE_BYTES,
  SEEK_END,
  STATFS_BAVAIL,
  STATFS_BFREE,
  STATFS_BYTES,
} from './abi.ts';
import type { Sizes } from './geometry.ts';
import { must } from './libc.ts';
import type { Libc } from './libc.ts';

const EXTENTS_MAX = 128;
const HIGHEST = 2 ** 32;

export interface Observer {
  seen(fd: number): Seen;
  /** Blocks that are free, and that a file may have. */
  free(fd: number): { free: number; avail: number };
  /** Counts blocks used from here on. */
  countFrom(fd: number): void;
  /** The same but for the extents: FIEMAP waits for who writes. `ext` is empty. */
  glimpsed(fd: number): Seen;
  /** Pages that are in memory; that are under writeback. */
  cached(fd: number): number;
  underWriteback(fd: number): number;
}

export function observer(libc: Libc, sizes: Sizes): Observer {
  const { view: statfs, address: statfsAt } = libc.memory(STATFS_BYTES);
  const fiemapBytes = FIEMAP_HEAD_BYTES + EXTENTS_MAX * FIEMAP_EXTENT_BYTES;
  const { view: fiemap, address: fiemapAt } = libc.memory(fiemapBytes);
  const { view: range, address: rangeAt } = libc.memory(CACHESTAT_RANGE_BYTES + CACHESTAT_BYTES);
  const counts = CACHESTAT_RANGE_BYTES;
  let free_before = 0;

  const long = (view: DataView, at: number): number =>
    view.getUint32(at + 4, true) * HIGHEST + view.getUint32(at, true);

  function free(fd: number): { free: number; avail: number } {
    must('fstatfs()', libc.fstatfs(fd, statfsAt));
    return { free: long(statfs, STATFS_BFREE), avail: long(statfs, STATFS_BAVAIL) };
  }

  /** Asks for one page, or for all of the file (bytes 0). */
  function cachestat(fd: number, at_byte: number, bytes: number): void {
    range.setUint32(0, at_byte, true);
    range.setUint32(8, bytes, true);
    const result = libc.syscall(NR_CACHESTAT, fd, rangeAt, rangeAt + counts, 0);
    must('cachestat(), which is of Linux 6.5', result);
  }
  const any = (what: number): boolean => range.getUint32(counts + what, true) > 0;
  function counted(fd: number, what: number): number {
    cachestat(fd, 0, 0);
    return range.getUint32(counts + what, true);
  }

  function cacheOf(fd: number): string {
    const words: string[] = [];
    for (let page = 0; page < sizes.pages; page++) {
      cachestat(fd, page * PAGE_BYTES, PAGE_BYTES);
      words.push(
        (any(NR_CACHE) ? 'p' : '-') + (any(NR_DIRTY) ? 'd' : '-') + (any(NR_WRITEBACK) ? 'w' : '-'),
      );
    }
    return words.join(' ');
  }

  /** The letters of the blocks, and how many extents there are. Nothing is flushed for it. */
  function extentsOf(fd: number): { ext: string; extents: number } {
    for (let at = 0; at < FIEMAP_HEAD_BYTES; at += 4) fiemap.setUint32(at, 0, true);
    fiemap.setUint32(8, 0xffff_ffff, true);
    fiemap.setUint32(12, 0xffff_ffff, true);
    fiemap.setUint32(FIEMAP_COUNT, EXTENTS_MAX, true);
    must('FIEMAP', libc.ioctl(fd, FS_IOC_FIEMAP, fiemapAt));
    const extents = fiemap.getUint32(FIEMAP_MAPPED, true);
    const letters = Array.from({ length: sizes.blocks }, () => '.');
    let beyond = '';
    for (let i = 0; i < extents; i++) {
      const at = FIEMAP_HEAD_BYTES + i * FIEMAP_EXTENT_BYTES;
      const first = Math.floor(long(fiemap, at) / sizes.block_bytes);
      const end = first + Math.ceil(long(fiemap, at + EXTENT_LENGTH) / sizes.block_bytes);
      const letter = letterOf(fiemap.getUint32(at + EXTENT_FLAGS, true));
      for (let block = first; block < Math.min(end, sizes.blocks); block++) letters[block] = letter;
      if (end > sizes.blocks) beyond = '+';
    }
    return { ext: letters.join('') + beyond, extents };
  }

  const seen = (fd: number, extents: { ext: string; extents: number }): Seen => ({
    size: must('lseek()', libc.lseek(fd, 0, SEEK_END)) / sizes.cell_bytes,
    ...extents,
    free: free_before - free(fd).avail,
    cache: cacheOf(fd),
  });

  return {
    free,
    countFrom: (fd) => (free_before = free(fd).avail),
    seen: (fd) => seen(fd, extentsOf(fd)),
    glimpsed: (fd) => seen(fd, { ext: '', extents: 0 }),
    cached: (fd) => counted(fd, NR_CACHE),
    underWriteback: (fd) => counted(fd, NR_WRITEBACK),
  };
}

function letterOf(flags: number): string {
  if ((flags & FIEMAP_EXTENT_DELALLOC) !== 0) return 'd';
  return (flags & FIEMAP_EXTENT_UNWRITTEN) !== 0 ? 'U' : 'M';
}
