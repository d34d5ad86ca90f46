/** The mapping is sampled once and trusted for the whole segment. */
import { SMALL, sparseFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const mappingChangesAfterRead: Scenario = {
  name: 'mapping-changes-after-read',
  question:
    'A block is written back, converted and reclaimed between READ and write_begin: what is read?',
  source: 'mm/filemap.c:2365 as patched; mended in iomap by d7b64041164c (2022)',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: () => [{ pos: 1, count: 2 }],
  file: (g) => ({ ...sparseFile(g), blocks: 'uu' }),
  asks: (design) => !design.socket && !design.filesystem.journalled,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: {
    'multipage-rfc/unlocked,*,*': ['no-lost-write'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-lost-write'],
};
