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
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'recvfile*': [
      'no-stale-data-after-crash',
      'no-stale-data',
      'no-nested-page-locks',
      'uptodate-means-it',
      'no-page-lock-over-the-network',
    ],
    'multipage-rfc/*,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/unlocked,*,allocates': ['no-leaked-reservations'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: ['recvfile', 'no-page-lock-over-the-network'],
};
