/** Two calls that overlap in one block. */
import { SMALL, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const twoWriters: Scenario = {
  name: 'two-writers',
  question:
    'Two writers meet in one block, with writeback and reclaim at work: is anything lost or shown?',
  source: 'write(2): what it has returned for stays',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'journal', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: () => [
    { pos: 0, count: 3 },
    { pos: 1, count: 3 },
  ],
  file: emptyFile,
  asks: (design) => !design.socket,
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,unwritten,*': ['no-lost-write'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,allocates': ['no-leaked-reservations'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: undefined,
};
