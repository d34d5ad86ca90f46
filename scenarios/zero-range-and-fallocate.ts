/** Blocks come without data, and data goes without blocks. */
import { SMALL, emptyFile, fails, inside } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const zeroRangeAndFallocate: Scenario = {
  name: 'zero-range-and-fallocate',
  code: 's34',
  question:
    'One writes, then zeroes; another fallocates: whose blocks are they, and are they zero?',
  about: ['removed-data-stays-gone', 'space-is-owned-once'],
  source: 'xfs_file_fallocate(), fs/xfs/xfs_file.c; c5c810b94cfd',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'journal', 'peer'],
  faults: ['fallocate-enospc'],
  faults_max: 1,
  writers: (g) => [
    [
      { call: 'fallocate', pos: g.block_cells, count: g.block_cells },
      inside(g),
      { call: 'zero_range', pos: 1, count: g.block_cells },
    ],
  ],
  files: emptyFile,
  asks: {
    can: (design) => design.filesystem.has_unwritten,
    otherwise: 'its filesystem has no unwritten blocks',
  },
  must: [
    fails('fallocate-enospc'),
    { what: 'the range is zeroed', happened: (o) => o.hasReturned(2) && o.s.call[2]!.err === 0 },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,skips', 'removed-data-stays-gone'],
};
