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
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'recvfile*': [
      'no-stale-data-after-crash',
      'no-stale-data',
      'no-nested-page-locks',
      'return-value-is-true',
      'uptodate-means-it',
      'no-page-lock-over-the-network',
    ],
    recvfile: ['no-deadlock'],
    'multipage-rfc/unlocked,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/locked,*,*': ['no-deadlock', 'no-lock-outlives-the-call'],
    'multipage-rfc/unlocked,*,*': ['no-leaked-reservations'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
  },
  shown: ['recvfile', 'no-deadlock'],
};
