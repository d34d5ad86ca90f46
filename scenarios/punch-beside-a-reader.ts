/** Blocks are punched out while somebody fills pages from them. */
import { SMALL, inside, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const punchBesideAReader: Scenario = {
  name: 'punch-beside-a-reader',
  code: 's33',
  question: 'Written blocks are punched while pages are read: can the old bytes be read after it?',
  about: ['removed-data-stays-gone'],
  source: 'filemap_invalidate_lock(), 5.15; aa99f3c2b9c7',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'neighbour', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[inside(g), { call: 'punch_hole', pos: g.block_cells, count: g.block_cells }]],
  files: sizedFile((blocks) => 'M'.repeat(blocks)),
  must: [
    { what: 'the blocks are punched', happened: (o) => o.hasReturned(1) },
    {
      what: 'the page is read when it has gone',
      happened: (o) => o.hasReturned(1) && o.s.page[1]!.present === 1,
    },
  ],
  shown: ['page-at-a-time', 'removed-data-stays-gone'],
};
