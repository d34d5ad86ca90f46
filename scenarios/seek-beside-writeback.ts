/** lseek(SEEK_DATA) looks into pages of unwritten blocks; writeback and a write lock them, too. */
import { SMALL, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const seekBesideWriteback: Scenario = {
  name: 'seek-beside-writeback',
  code: 's46',
  question: 'lseek(SEEK_DATA) looks into a page of unwritten blocks: who waits for whom?',
  about: ['no-deadlock'],
  source: 'xfs_seek_data(), fs/xfs/xfs_file.c of 3.10; 9b2970aacfd9 (4.13)',
  geometry: { ...SMALL, pages: 1, page_blocks: 2 },
  others: ['writeback', 'ioend', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [
    [{ pos: g.block_cells, count: g.block_cells }],
    [{ call: 'seek_data', pos: 0, count: 1 }],
  ],
  files: sizedFile((blocks) => 'U'.repeat(blocks - 1) + '.'),
  asks: {
    can: ({ filesystem }) => filesystem.seeks !== undefined,
    otherwise: 'SEEK_DATA of its filesystem is not modelled',
  },
  must: [
    {
      what: 'a page of unwritten blocks is looked into',
      happened: (o) => o.s.page[0]!.locked_by === 2,
    },
    { what: 'both have returned', happened: (o) => o.wrote(0) && o.hasReturned(1) },
  ],
  shown: ['page-at-a-time/xfs-2013', 'no-deadlock'],
};
