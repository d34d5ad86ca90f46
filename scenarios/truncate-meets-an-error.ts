/** truncate() writes what lies behind the size on disk, and the disk loses it. */
import { SMALL, fails } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const truncateMeetsAnError: Scenario = {
  name: 'truncate-meets-an-error',
  code: 's47',
  question: 'truncate() has to write before it sets the size on disk, and cannot: who is told?',
  about: ['errors-are-told-once'],
  source: 'xfs_setattr_size(): filemap_write_and_wait_range(); filemap_check_errors() and errseq_t',
  geometry: SMALL,
  others: ['ioend', 'peer'],
  faults: ['write-eio'],
  faults_max: 1,
  writers: (g) => [
    [
      { pos: 0, count: 2 * g.block_cells },
      { call: 'truncate', pos: g.block_cells + 1, count: 1 },
      { call: 'fsync', pos: 0, count: 1 },
    ],
  ],
  files: () => [{ i_size: 0, blocks: '' }],
  asks: {
    can: ({ filesystem }) => filesystem.truncate_logs_size_first !== true,
    otherwise: 'truncate() of its filesystem logs the size first, and writes nothing',
  },
  must: [
    fails('write-eio'),
    { what: 'truncate() fails', happened: (o) => o.s.call[1]!.err > 0 },
    { what: 'all have returned', happened: (o) => o.hasReturned(2) },
  ],
  shown: ['page-at-a-time/xfs-2013', 'errors-are-told-once'],
};
