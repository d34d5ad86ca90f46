/** A page can be stored to as a whole, and the file ends inside it. */
import { COPIES, SMALL } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const storeBeyondEof: Scenario = {
  name: 'store-beyond-eof',
  code: 's29',
  question: 'One stores beyond EOF, in the page of EOF; the file then grows: what is read there?',
  about: ['removed-data-stays-gone'],
  source: 'pagecache_isize_extended(), 90a8020278c1; xfstests generic/029, generic/030',
  geometry: { ...SMALL, page_blocks: 2 },
  others: ['writeback', 'ioend', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[{ call: 'store', pos: 1, count: 2 }], [{ pos: 3 * g.block_cells, count: 1 }]],
  files: () => [{ i_size: 1, blocks: 'M' }],
  asks: COPIES,
  must: [
    {
      what: 'the file grows when the page is mapped writable',
      happened: (o) => o.hasReturned(1) && o.s.call[0]!.state === 2,
    },
    { what: 'both have returned', happened: (o) => o.hasReturned(0) && o.hasReturned(1) },
  ],
  shown: ['page-at-a-time', 'removed-data-stays-gone'],
};
