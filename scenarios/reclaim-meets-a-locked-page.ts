/**
 * Memory runs out while page locks and a journal handle are held. Reclaim only tries page locks
 * (trylock_page()): what it meets locked it passes over. What it does wait for is the filesystem.
 */
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
  RESERVED_FOR_MORE,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const reclaimMeetsALockedPage: Scenario = {
  name: 'reclaim-meets-a-locked-page',
  question: 'An allocation enters reclaim: does reclaim need what the caller holds?',
  source:
    'the mail: "GFP_KERNEL allocations are almost guaranteed to deadlock on the locked pages"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['direct-reclaim', 'page-enomem'],
  faults_max: 2,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  quiet: ['truncate_pages', 'truncate_blocks'],
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
    RESERVED_FOR_MORE,
    SKIPPED,
    UNORDERED,
    {
      designs: 'recvfile',
      breaks: ['no-deadlock'],
      because:
        'GFP_KERNEL under an open handle: reclaim waits for a commit, the commit for the handle',
    },
  ],
  shown: ['recvfile', 'no-deadlock'],
};
