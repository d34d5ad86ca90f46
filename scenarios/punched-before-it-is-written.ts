/** Data that is punched out before it is written takes none of the size of its file with it. */
import { SMALL, emptyFile, fails } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const punchedBeforeItIsWritten: Scenario = {
  name: 'punched-before-it-is-written',
  code: 's50',
  question: 'A file grows, and what was written goes before writeback: does fsync() keep the size?',
  about: ['fsync-is-durable'],
  source: 'xfs_flush_unmap_range(), fs/xfs/xfs_bmap_util.c; ext4_update_disksize_before_punch()',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'journal', 'peer'],
  faults: ['write-eio'],
  faults_max: 1,
  writers: (g) => [
    [
      { pos: 0, count: g.block_cells },
      { call: 'zero_range', pos: 0, count: g.block_cells },
      { call: 'fsync', pos: 0, count: 1 },
      { pos: g.block_cells, count: g.block_cells },
      { call: 'punch_hole', pos: g.block_cells, count: g.block_cells },
      { call: 'fsync', pos: 0, count: 1 },
    ],
  ],
  files: emptyFile,
  asks: {
    can: (design) => design.filesystem.has_unwritten,
    otherwise: 'its filesystem has no unwritten blocks',
  },
  must: [
    fails('write-eio'),
    {
      what: 'all that was written is zeroed, and fsync() succeeds',
      happened: (o) => o.hasReturned(2) && o.s.inode[0]!.size_synced === o.block_size,
    },
    {
      what: 'the rest is punched out, and fsync() succeeds',
      happened: (o) => o.hasReturned(5) && o.s.inode[0]!.size_synced === 2 * o.block_size,
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,skips', 'fsync-is-durable'],
};
