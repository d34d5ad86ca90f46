/** The journal knows the blocks before the data is on them. */
import { SMALL, wholeFile, sparseFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const crashAfterAllocate: Scenario = {
  name: 'crash-after-allocate',
  question:
    'The power is cut after blocks were allocated and before the data was written: what is read?',
  source:
    'mm/filemap.c:2408 as patched: "now the data has been copied, allocate the range we\'ve copied"',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: sparseFile,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'recvfile*': ['no-nested-page-locks', 'no-page-lock-over-the-network'],
    'multipage-rfc/*,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/unlocked,*,allocates': ['no-leaked-reservations'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: ['multipage-rfc/unlocked,mapped,redirties', 'no-stale-data-after-crash'],
};
