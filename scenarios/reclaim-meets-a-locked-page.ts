/** Memory runs out while page locks and a journal handle are held. */
import { SMALL, wholeFile, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const reclaimMeetsALockedPage: Scenario = {
  name: 'reclaim-meets-a-locked-page',
  question: 'An allocation enters reclaim: does reclaim need what the caller holds?',
  source:
    'the mail: "GFP_KERNEL allocations are almost guaranteed to deadlock on the locked pages"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['direct-reclaim', 'page-enomem'],
  faults_max: 2,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: {},
  shown: ['recvfile', 'no-deadlock'],
};
