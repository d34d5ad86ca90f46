/** How long is how much locked? */
import {
  ALLOCATED_TWICE,
  COMMITS_WHAT_NEVER_CAME,
  FSDATA_BY_ADDRESS,
  GARBAGE_IS_WRITTEN_BACK,
  LOCK_NEVER_RELEASED,
  MAPPED_AND_READ,
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

export const receiveStallsUnderLocks: Scenario = {
  name: 'receive-stalls-under-locks',
  question: 'The peer falls silent for eight seconds: what waits with it?',
  source: 'the mail: "We can hold the inode and the pages locked for 8 seconds?"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['peer-short', 'peer-stall'],
  faults_max: 2,
  writers: (g) => [wholeFile(g)],
  file: sparseFile,
  breaks: [
    ALLOCATED_TWICE,
    COMMITS_WHAT_NEVER_CAME,
    FSDATA_BY_ADDRESS,
    GARBAGE_IS_WRITTEN_BACK,
    LOCK_NEVER_RELEASED,
    ...MAPPED_AND_READ,
    MAPPED_BEFORE_DATA,
    MAPPED_BEFORE_DATA_LOCKED,
    ...MAPPED_UNDER_CLEAN_PAGE,
    NESTED,
    READ_NEVER_ENDED,
    RECEIVES_LOCKED,
    SKIPPED,
    UNORDERED,
  ],
  shown: ['recvfile', 'no-page-lock-over-the-network'],
};
