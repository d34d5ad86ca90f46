/** The peer closes, or resets, before all has come. */
import {
  ALLOCATED_TWICE,
  COMMITS_WHAT_NEVER_CAME,
  FSDATA_BY_ADDRESS,
  GARBAGE_IS_WRITTEN_BACK,
  GROWS_BY_WHAT_NEVER_CAME,
  LOCK_NEVER_RELEASED,
  MAPPED_AND_READ,
  MAPPED_BEFORE_DATA,
  MAPPED_UNDER_CLEAN_PAGE,
  NESTED,
  READ_NEVER_ENDED,
  RECEIVES_LOCKED,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const receiveIsShort: Scenario = {
  name: 'receive-is-short',
  question: 'Less is received than was asked for: what becomes of the pages beyond?',
  source:
    'the mail: "the lack of partial failure handling shouts data corruption and stale data exposure"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['peer-short', 'peer-reset'],
  faults_max: 2,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  breaks: [
    ALLOCATED_TWICE,
    COMMITS_WHAT_NEVER_CAME,
    FSDATA_BY_ADDRESS,
    GARBAGE_IS_WRITTEN_BACK,
    GROWS_BY_WHAT_NEVER_CAME,
    LOCK_NEVER_RELEASED,
    ...MAPPED_AND_READ,
    MAPPED_BEFORE_DATA,
    ...MAPPED_UNDER_CLEAN_PAGE,
    NESTED,
    READ_NEVER_ENDED,
    RECEIVES_LOCKED,
    SKIPPED,
    UNORDERED,
  ],
  shown: ['recvfile', 'return-value-is-true'],
};
