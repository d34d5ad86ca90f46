/** One cuts the file off while another writes it. */
import { SMALL, inside, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const truncateBesideAWrite: Scenario = {
  name: 'truncate-beside-a-write',
  code: 's32',
  question: 'A file is cut off while it is written and written back: do blocks and pages agree?',
  about: ['no-lost-write', 'io-goes-to-its-block'],
  source: 'truncate_pagecache() and writeback, fs/xfs/xfs_iops.c; 3889fd57ea3c',
  large: true,
  geometry: SMALL,
  others: ['writeback', 'ioend', 'neighbour', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[inside(g)], [{ call: 'truncate', pos: 1, count: 1 }]],
  files: sizedFile((blocks) => 'M'.repeat(blocks)),
  must: [
    {
      what: 'the file is cut off after the write',
      happened: (o) => o.hasReturned(0) && o.hasReturned(1) && o.s.inode[0]!.i_size === 1,
    },
    {
      what: 'the file is written after it was cut off',
      happened: (o) => o.hasReturned(0) && o.hasReturned(1) && o.s.inode[0]!.i_size > 1,
    },
    {
      what: 'the file is cut off while a page is under writeback',
      happened: (o) => o.isRunning(1) && o.s.inode[0]!.i_size === 1 && o.s.page[1]!.writeback > 0,
    },
  ],
};
