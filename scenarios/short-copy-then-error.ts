/** A copy is cut short inside a page of which some is uptodate, and the next try fails. */
import { COPIES, SMALL, fails } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const shortCopyThenError: Scenario = {
  name: 'short-copy-then-error',
  question:
    'The copy stops inside a page, and the next try fails: are bytes seen that write() denies?',
  source: 'POSIX write(): "the number of bytes written"; block_write_end(), fs/buffer.c of 3.10',
  geometry: { ...SMALL, pages: 1, page_blocks: 2 },
  others: ['writeback', 'ioend', 'journal'],
  faults: ['copy-short', 'fault-in-efault', 'write-begin-enospc', 'iomap-begin-enospc'],
  faults_max: 2,
  // Over the last cell of the first block, and the first of the second, which is a hole.
  writers: (g) => [[{ pos: g.block_cells - 1, count: 2 }]],
  files: (g) => [{ i_size: g.block_cells, blocks: 'M' }],
  asks: COPIES,
  must: [
    fails('copy-short'),
    { what: 'the call returns an error', happened: (o) => o.s.call[0]!.err > 0 },
  ],
  shown: ['page-at-a-time', 'return-value-is-true'],
};
