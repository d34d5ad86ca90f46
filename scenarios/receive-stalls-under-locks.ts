/** How long is how much locked? */
import { SMALL, wholeFile, sparseFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const receiveStallsUnderLocks: Scenario = {
  name: 'receive-stalls-under-locks',
  question: 'The peer falls silent for eight seconds: what waits with it?',
  source: 'the mail: "We can hold the inode and the pages locked for 8 seconds?"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['peer-short', 'peer-stall'],
  faults_max: 2,
  writers: (g) => [wholeFile(g)],
  file: sparseFile,
  breaks: {},
  shown: ['recvfile', 'no-page-lock-over-the-network'],
};
