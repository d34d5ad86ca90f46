/** The writer sleeps until writeback has cleaned pages, which may not touch its pages yet. */
import { SMALL, wholeFile, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const throttledBeforeAllocate: Scenario = {
  name: 'throttled-before-allocate',
  question: 'The dirty limit is reached in the middle of a segment: can writeback make room?',
  source: 'mm/filemap.c:2395 as patched, and balance_dirty_pages_ratelimited() in its actor',
  geometry: { ...SMALL, dirty_limit: 0 },
  others: ['writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'recvfile*': ['no-nested-page-locks', 'no-page-lock-over-the-network'],
    'multipage-rfc/locked,*,*': ['no-deadlock'],
    'multipage-rfc/*,*,redirties': ['no-deadlock'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write', 'begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,allocates': ['begin-and-end-are-paired', 'no-leaked-reservations'],
    'multipage-rfc/legacy': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data'],
  },
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-deadlock'],
};
