/** How many page locks and kmaps does one call hold at once? */
import { SMALL, wholeFile, sparseFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const nestedPageLocksAndKmaps: Scenario = {
  name: 'nested-page-locks-and-kmaps',
  question: 'There are fewer kmap slots than pages in the call: what then?',
  source:
    'the mail: "we are nesting kmap() calls for all the pages individually - is that even safe to do?"',
  geometry: { ...SMALL, pages: 3, blocks: 4, kmap_slots: 2 },
  others: ['reader', 'writeback', 'ioend', 'journal', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: sparseFile,
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'recvfile*': ['no-nested-page-locks', 'no-deadlock'],
    'multipage-rfc/*,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/locked,*,*': ['no-deadlock', 'no-lock-outlives-the-call'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,allocates': ['no-leaked-reservations'],
  },
  shown: ['recvfile', 'no-nested-page-locks'],
};
