/** The mail's own question, at the mail's own size. */
import { SMALL, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const enospcOnThe17thPage: Scenario = {
  name: 'enospc-on-the-17th-page',
  code: 's01',
  question: 'We get ENOSPC on the 17th of 32 pages: what of the 16 that were begun?',
  about: ['no-stale-data', 'return-value-is-true', 'enospc-is-true'],
  source: 'the mail: "what happens when we\'ve got 16 pages in ... and we get ENOSPC on the 17th?"',
  geometry: { ...SMALL, pages: 32, blocks: 17 },
  others: ['peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  // A client sets the size first, and the last block is there: the write stays below i_size.
  files: sizedFile((blocks) => 'M'.padStart(blocks, '.')),
  must: [
    {
      what: 'the call is told that there is no space, and there was some for its first pages',
      happened: (o) =>
        o.s.call[0]!.no_space === 1 &&
        (o.typeName(0) !== 'HOLE' || o.s.free > 0 || o.s.reserved > 0),
    },
  ],
  shown: ['recvfile', 'no-stale-data'],
};
