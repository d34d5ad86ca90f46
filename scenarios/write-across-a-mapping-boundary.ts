/** The mapping ends before the write does. Nothing fails. */
import { SMALL, wholeFile, sparseFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const writeAcrossAMappingBoundary: Scenario = {
  name: 'write-across-a-mapping-boundary',
  question: 'READ maps less than was asked for: is `length` trimmed to it?',
  source:
    'mm/filemap.c:2355 as patched: "it is only guaranteed to return a range of a single type of pages"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: (g) => ({ ...sparseFile(g), blocks: '.M' }),
  asks: (design) => !design.socket,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'multipage-rfc/*,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,*,*': ['no-leaked-reservations', 'begin-and-end-are-paired'],
    'multipage-rfc/legacy': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/locked,*,*': ['no-deadlock'],
  },
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-leaked-reservations'],
};
