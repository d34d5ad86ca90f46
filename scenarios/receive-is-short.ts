/** The peer closes, or resets, before all has come. */
import { SMALL, wholeFile, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const receiveIsShort: Scenario = {
  name: 'receive-is-short',
  question: 'Less is received than was asked for: what becomes of the pages beyond?',
  source:
    'the mail: "the lack of partial failure handling shouts data corruption and stale data exposure"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['peer-short', 'peer-reset'],
  faults_max: 2,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
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
    'multipage-rfc/unlocked,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/unlocked,*,allocates': ['no-leaked-reservations'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: ['recvfile', 'return-value-is-true'],
};
