/** What was reserved and not used. */
import {
  ALLOCATED_TWICE,
  FSDATA_BY_ADDRESS,
  LOCK_NEVER_RELEASED,
  MAPPED_AND_READ,
  MAPPED_BEFORE_DATA,
  MAPPED_UNDER_CLEAN_PAGE,
  READ_NEVER_ENDED,
  RESERVED_FOR_MORE,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, fromTheMiddle, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const shortCopyAfterReserve: Scenario = {
  name: 'short-copy-after-reserve',
  question:
    'Space is reserved for the whole range, and the copy stops early: who gives the rest back?',
  source:
    'mm/filemap.c:2428 as patched: "if we copied less than we reserved, release any unused reservation"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: ['copy-short', 'fault-in-efault'],
  faults_max: 2,
  writers: (g) => [fromTheMiddle(g)],
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
    RESERVED_FOR_MORE,
    SKIPPED,
    UNORDERED,
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-leaked-reservations'],
};
