/**
 * Sequences with a question: the differences that a review found between a model and the kernel
 * (F1 to F15), and bugs that kernels had and one of today should no longer show (M01 to M45).
 * Random sequences seldom meet them. Those that need a write held still are in held-questions.ts.
 */
import { OF_CALLS } from './directed-calls.ts';
import { OF_DATA } from './directed-data.ts';
import { OF_SPACE } from './directed-space.ts';
import type { Directed } from './script.ts';

export const DIRECTED: readonly Directed[] = [...OF_SPACE, ...OF_DATA, ...OF_CALLS];

/** What no running kernel is asked, and why. */
export const UNASKED: Readonly<Record<string, string>> = {
  F6: 'balance_dirty_pages() lets a writer wait at limits of the whole machine, which stay alone',
  F7: 'kmap slots: no 64-bit kernel has any',
  F8: 'of the patch, which no kernel has',
  F10: 'needs a disk that fails',
  F11: 'of recvfile, which no kernel has',
  F15: 'of the patch, which no kernel has',
  M02: 'a page fault between two steps of one cleanup, in which nothing can be held still',
  M14: 'the mapping is kept over one call of writeback, in which nothing can be held still',
  M15: 'of the COW fork; the filesystem is made without reflink',
  M16: 'of the COW fork; the filesystem is made without reflink',
  M17: 'of the COW fork, and needs a disk that fails',
  M20: 'a truncate between the end of I/O and its conversion, where nothing can be held still',
  M27: 'needs writev() of two segments, or a filesystem that locks over the copy',
  M31: 'needs reclaim inside of an allocation',
  M32: 'a commit between two steps of one fault, in which nothing can be held still',
  M33: 'a reader between two steps of one punched hole, where nothing can be held still',
  M35: 'of splice() and overlayfs',
  M38: 'of quotas',
  M41: 'of FUSE',
  M42: 'of collapse_range and insert_range, which no trace has',
  M43: 'needs a disk that fails',
  M44: 'of recvfile, which no kernel has',
  M45: 'needs writev() of an empty segment',
};
