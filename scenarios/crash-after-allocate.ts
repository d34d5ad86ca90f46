/** The journal knows the blocks before the data is on them. */
import {
  ALLOCATED_TWICE,
  FSDATA_BY_ADDRESS,
  LOCK_NEVER_RELEASED,
  MAPPED_BEFORE_DATA,
  MAPPED_BEFORE_DATA_LOCKED,
  MAPPED_UNDER_CLEAN_PAGE,
  NESTED,
  READ_NEVER_ENDED,
  RECEIVES_LOCKED,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, sparseFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

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
  breaks: [
    ALLOCATED_TWICE,
    FSDATA_BY_ADDRESS,
    LOCK_NEVER_RELEASED,
    MAPPED_BEFORE_DATA,
    MAPPED_BEFORE_DATA_LOCKED,
    ...MAPPED_UNDER_CLEAN_PAGE,
    NESTED,
    READ_NEVER_ENDED,
    RECEIVES_LOCKED,
    SKIPPED,
    UNORDERED,
  ],
  shown: ['multipage-rfc/unlocked,mapped,redirties', 'no-stale-data-after-crash'],
};
