/** "allocate should not fail unless the filesystem has had a fatal error." */
import {
  ALLOCATED_TWICE,
  ALLOCATE_FAILS,
  FSDATA_BY_ADDRESS,
  LOCK_NEVER_RELEASED,
  MAPPED_AND_READ,
  MAPPED_BEFORE_DATA,
  MAPPED_UNDER_CLEAN_PAGE,
  READ_NEVER_ENDED,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

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
  breaks: [
    ALLOCATED_TWICE,
    FSDATA_BY_ADDRESS,
    LOCK_NEVER_RELEASED,
    ...MAPPED_AND_READ,
    MAPPED_BEFORE_DATA,
    ...MAPPED_UNDER_CLEAN_PAGE,
    READ_NEVER_ENDED,
    SKIPPED,
    UNORDERED,
    ...ALLOCATE_FAILS,
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'dirty-has-somewhere-to-go'],
};
