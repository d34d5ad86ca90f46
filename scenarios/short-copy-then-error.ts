/** A copy is cut short inside a page of which some is uptodate, and the next try fails. */
import { COPIES, SMALL, fails, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const shortCopyThenError: Scenario = {
  name: 'short-copy-then-error',
  code: 's09',
  question:
    'The copy stops inside a page, and the next try fails: are bytes seen that write() denies?',
  about: ['return-value-is-true'],
  source: 'POSIX write(): "the number of bytes written"; block_write_end(), fs/buffer.c of 3.10',
  geometry: { ...SMALL, pages: 1, page_blocks: 2 },
  others: ['writeback', 'ioend', 'journal'],
  faults: ['copy-short', 'fault-in-efault'],
  faults_max: 2,
  // Over the last cell of the first block, which is read for that, and all of the second.
  writers: (g) => [[{ pos: g.block_cells - 1, count: g.block_cells + 1 }]],
  files: sizedFile(() => 'MM'),
  asks: COPIES,
  must: [
    fails('copy-short'),
    { what: 'the call returns an error', happened: (o) => o.s.call[0]!.err > 0 },
  ],
  shown: ['page-at-a-time', 'return-value-is-true'],
};
