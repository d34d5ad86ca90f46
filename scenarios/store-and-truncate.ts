/** A page fault meets truncate(). */
import { COPIES, SMALL, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const storeAndTruncate: Scenario = {
  name: 'store-and-truncate',
  code: 's30',
  question: 'A file is cut off while another stores to it: is a page dirty that nobody writes?',
  about: ['dirty-has-somewhere-to-go'],
  source: 'folio_mkwrite_check_truncate(), filemap_invalidate_lock_shared(); 198dd8aedee6',
  large: true,
  geometry: SMALL,
  others: ['writeback', 'ioend', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [
    [{ call: 'store', pos: g.block_cells, count: 1 }],
    [
      { pos: g.block_cells - 1, count: 2 },
      { call: 'truncate', pos: 1, count: 1 },
    ],
  ],
  files: sizedFile((blocks) => 'M'.repeat(blocks - 1)),
  asks: COPIES,
  must: [
    { what: 'the store gets SIGBUS', happened: (o) => o.s.call[0]!.err > 0 },
    { what: 'the store is done', happened: (o) => o.wrote(0) },
  ],
};
