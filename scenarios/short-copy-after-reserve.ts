/** What was reserved and not used. */
import { SMALL, fromTheMiddle, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const shortCopyAfterReserve: Scenario = {
  name: 'short-copy-after-reserve',
  question:
    'Space is reserved for the whole range, and the copy stops early: who gives the rest back?',
  source:
    'mm/filemap.c:2428 as patched: "if we copied less than we reserved, release any unused reservation"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: ['copy-short', 'fault-in-efault'],
  faults_max: 2,
  writers: (g) => [fromTheMiddle(g)],
  file: emptyFile,
  asks: (design) => !design.socket,
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,*,*': ['no-leaked-reservations'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-leaked-reservations'],
};
