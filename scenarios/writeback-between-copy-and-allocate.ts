/** The window that the patch leaves to "per-filesystem in ->writepage". */
import {
  ALLOCATED_TWICE,
  FSDATA_BY_ADDRESS,
  LOCK_NEVER_RELEASED,
  MAPPED_AND_READ,
  MAPPED_BEFORE_DATA,
  MAPPED_BEFORE_DATA_LOCKED,
  MAPPED_UNDER_CLEAN_PAGE,
  READ_NEVER_ENDED,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, sparseFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

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
  breaks: [
    ALLOCATED_TWICE,
    FSDATA_BY_ADDRESS,
    LOCK_NEVER_RELEASED,
    ...MAPPED_AND_READ,
    MAPPED_BEFORE_DATA,
    MAPPED_BEFORE_DATA_LOCKED,
    ...MAPPED_UNDER_CLEAN_PAGE,
    READ_NEVER_ENDED,
    SKIPPED,
    UNORDERED,
  ],
  shown: ['multipage-rfc/unlocked,unwritten,skips', 'no-lost-write'],
};
