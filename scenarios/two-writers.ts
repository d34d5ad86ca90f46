/** Two calls that overlap in one block. */
import {
  ALLOCATED_TWICE,
  FSDATA_BY_ADDRESS,
  LOCK_NEVER_RELEASED,
  MAPPED_AND_READ,
  MAPPED_BEFORE_DATA,
  MAPPED_UNDER_CLEAN_PAGE,
  READ_NEVER_ENDED,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

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
    {
      designs: 'multipage-rfc/unlocked,unwritten,*',
      breaks: ['no-lost-write'],
      because: 'as in mapping-changes-after-read: the first call allocates, the second trusts READ',
    },
  ],
  shown: undefined,
};
