/** "allocate should not fail unless the filesystem has had a fatal error." */
import { SMALL, wholeFile, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const allocateFailsAfterTheCopy: Scenario = {
  name: 'allocate-fails-after-the-copy',
  question:
    'ALLOCATE fails, or allocates only part, and the data is in the page cache already: then?',
  source: 'mm/filemap.c:2419 as patched: "XXX: mark all pages not-up-to-date?"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: ['iomap-allocate-eio', 'iomap-allocate-partial', 'write-begin-enospc'],
  faults_max: 1,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  asks: (design) => !design.socket,
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/*,mapped,allocates': ['no-stale-data-after-crash'],
    'multipage-rfc/*,*': [
      'no-leaked-reservations',
      'return-value-is-true',
      'dirty-has-somewhere-to-go',
    ],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'dirty-has-somewhere-to-go'],
};
