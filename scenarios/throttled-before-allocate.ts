/** The writer sleeps until writeback has cleaned pages, which may not touch its pages yet. */
import {
  ALLOCATED_TWICE,
  CAUGHT_BEFORE_ALLOCATE,
  FSDATA_BY_ADDRESS,
  MAPPED_UNDER_CLEAN_PAGE,
  NESTED,
  RECEIVES_LOCKED,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const throttledBeforeAllocate: Scenario = {
  name: 'throttled-before-allocate',
  question: 'The dirty limit is reached in the middle of a segment: can writeback make room?',
  source: 'mm/filemap.c:2395 as patched, and balance_dirty_pages_ratelimited() in its actor',
  geometry: { ...SMALL, dirty_limit: 0 },
  others: ['writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: [
    ALLOCATED_TWICE,
    FSDATA_BY_ADDRESS,
    ...MAPPED_UNDER_CLEAN_PAGE,
    NESTED,
    RECEIVES_LOCKED,
    SKIPPED,
    UNORDERED,
    {
      designs: 'multipage-rfc/*,*,redirties',
      breaks: ['no-deadlock'],
      because: 'writeback may not write what ALLOCATE, behind the throttle, would make writable',
    },
    CAUGHT_BEFORE_ALLOCATE,
    {
      designs: 'multipage-rfc/unlocked,*,skips',
      breaks: ['begin-and-end-are-paired'],
      because: 'UNRESERVE is reached only by goto out_failed_write',
    },
    {
      designs: 'multipage-rfc/unlocked,*,allocates',
      breaks: ['begin-and-end-are-paired'],
      because: 'UNRESERVE is reached only by goto out_failed_write',
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-deadlock'],
};
