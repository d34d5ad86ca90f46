/** What lay beyond EOF is zero when the file grows over it. */
import { SMALL, fails, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const truncateThenGrow: Scenario = {
  name: 'truncate-then-grow',
  code: 's31',
  question: 'A file is written, cut off inside a block, and made longer again: what is beyond?',
  about: ['removed-data-stays-gone'],
  source: 'xfs_setattr_size(), fs/xfs/xfs_iops.c; xfstests generic/363, 869ae85dae64',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'peer'],
  faults: ['truncate-eio'],
  faults_max: 1,
  writers: (g) => [
    [
      wholeFile(g),
      { call: 'truncate', pos: 1, count: 1 },
      { call: 'truncate', pos: g.block_cells, count: 1 },
    ],
  ],
  files: sizedFile((blocks) => 'M'.repeat(blocks - 1)),
  must: [
    fails('truncate-eio'),
    { what: 'the file is longer again', happened: (o) => o.hasReturned(2) },
  ],
  shown: ['page-at-a-time/unordered', 'removed-data-stays-gone'],
};
