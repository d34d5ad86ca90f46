/** The window that the patch leaves to "per-filesystem in ->writepage". */
import { SMALL, wholeFile, sparseFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const writebackBetweenCopyAndAllocate: Scenario = {
  name: 'writeback-between-copy-and-allocate',
  question: 'Writeback finds a page that was copied into and has no block yet: what does it do?',
  source: 'mm/filemap.c:2395 as patched: "avoid any attempts at writeback of pages in this iomap"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'neighbour'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: sparseFile,
  asks: (design) => !design.socket,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'multipage-rfc/*,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/unlocked,*,allocates': ['no-leaked-reservations'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: ['multipage-rfc/unlocked,unwritten,skips', 'no-lost-write'],
};
