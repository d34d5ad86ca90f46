/** The mapping is sampled once and trusted for the whole segment. */
import { LOCK_NEVER_RELEASED, READ_NEVER_ENDED, STALE_IOMAP } from './reasons.ts';
import { SMALL, sparseFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

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
  asks: (design) => !design.socket && design.filesystem.has_unwritten,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: [LOCK_NEVER_RELEASED, READ_NEVER_ENDED, STALE_IOMAP],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-lost-write'],
};
