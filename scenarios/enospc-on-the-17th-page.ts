/** The mail's own question, at the mail's own size. */
import { COMMITS_WHAT_NEVER_CAME, FSDATA_BY_ADDRESS, NESTED, READ_NEVER_ENDED } from './reasons.ts';
import { SMALL, wholeFile, sparseFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const enospcOnThe17thPage: Scenario = {
  name: 'enospc-on-the-17th-page',
  question: 'We get ENOSPC on the 17th of 32 pages: what of the 16 that were begun?',
  source: 'the mail: "what happens when we\'ve got 16 pages in ... and we get ENOSPC on the 17th?"',
  geometry: { ...SMALL, pages: 32, blocks: 17 },
  others: ['peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  // A client sets the size first, and the last block is there: the write stays below i_size.
  file: (g) => ({ ...sparseFile(g), blocks: 'M'.padStart(g.pages * g.page_blocks, '.') }),
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: [
    COMMITS_WHAT_NEVER_CAME,
    FSDATA_BY_ADDRESS,
    NESTED,
    READ_NEVER_ENDED,
    {
      designs: 'multipage-rfc/locked,*,*',
      breaks: ['no-lock-outlives-the-call'],
      because: 'RESERVE fails, and UNRESERVE, which releases what READ locked, is not called',
    },
  ],
  shown: ['recvfile', 'no-stale-data'],
};
