/** truncate() makes a file longer whose data has not been written back: "NULL files". */
import { SMALL, emptyFile, fails } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const grownOverDelayedData: Scenario = {
  name: 'grown-over-delayed-data',
  code: 's51',
  question: 'A file is written, then made longer: is there data on disk below the size on disk?',
  about: ['durable-data-survives'],
  source: 'xfs_setattr_size(): filemap_write_and_wait_range(); xfstests generic/043 to 049',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'peer'],
  faults: ['truncate-eio'],
  faults_max: 1,
  writers: (g) => [
    [
      { pos: 0, count: g.block_cells },
      { call: 'truncate', pos: 2 * g.block_cells - 1, count: 1 },
    ],
  ],
  files: emptyFile,
  must: [
    fails('truncate-eio'),
    {
      what: 'the size that truncate() has set is on disk',
      happened: (o) => o.hasReturned(1) && o.s.inode[0]!.logged_size === o.s.call[1]!.pos,
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,skips', 'durable-data-survives'],
};
