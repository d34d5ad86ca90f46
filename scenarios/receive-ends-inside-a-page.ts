/** The peer closes in the middle of a page of which some is uptodate. */
import { RECEIVES, SMALL, fails, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const receiveEndsInsideAPage: Scenario = {
  name: 'receive-ends-inside-a-page',
  code: 's42',
  question:
    'The peer closes inside a page, of which one block is uptodate: are bytes seen that the call ' +
    'denies?',
  about: ['return-value-is-true'],
  source: 'block_write_end(), fs/buffer.c: "treat it as a zero-length write"',
  geometry: { ...SMALL, pages: 1, page_blocks: 2 },
  others: ['writeback', 'ioend', 'journal', 'peer'],
  faults: ['peer-short'],
  faults_max: 1,
  // Over the last cell of the first block, which is read for that, and all of the second.
  writers: (g) => [[{ pos: g.block_cells - 1, count: g.block_cells + 1 }]],
  files: sizedFile(() => 'MM'),
  asks: RECEIVES,
  must: [fails('peer-short')],
  shown: ['recvfile/f-oxnas', 'return-value-is-true'],
};
