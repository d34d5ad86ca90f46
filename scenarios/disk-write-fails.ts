/** The disk refuses a write that was acknowledged. */
import {
  ALLOCATED_TWICE,
  FSDATA_BY_ADDRESS,
  LOCK_NEVER_RELEASED,
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

/** What was in the block before is what the disk still has, and the extent map has the block. */
const OLD_BLOCK =
  'the write fails, the page is clean, and its block stays MAPPED with what was in it';

export const diskWriteFails: Scenario = {
  name: 'disk-write-fails',
  question: 'Writeback gets -EIO for a new block, and the page is reclaimed: what is read?',
  source: 'ext4(5): data_err=ignore, the default',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['write-eio'],
  faults_max: 1,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: [
    ALLOCATED_TWICE,
    FSDATA_BY_ADDRESS,
    LOCK_NEVER_RELEASED,
    MAPPED_BEFORE_DATA,
    ...MAPPED_UNDER_CLEAN_PAGE,
    NESTED,
    READ_NEVER_ENDED,
    RECEIVES_LOCKED,
    SKIPPED,
    UNORDERED,
    {
      designs: 'page-at-a-time',
      breaks: ['no-stale-data', 'no-stale-data-after-crash'],
      because: OLD_BLOCK,
    },
    { designs: 'page-at-a-time/unordered', breaks: ['no-stale-data'], because: OLD_BLOCK },
    {
      designs: 'recvfile',
      breaks: ['no-stale-data', 'no-stale-data-after-crash'],
      because: OLD_BLOCK,
    },
    {
      designs: 'multipage-rfc/legacy',
      breaks: ['no-stale-data', 'no-stale-data-after-crash'],
      because: OLD_BLOCK,
    },
    {
      designs: 'multipage-rfc/unlocked,mapped,redirties',
      breaks: ['no-stale-data'],
      because: OLD_BLOCK,
    },
  ],
  shown: ['page-at-a-time', 'no-stale-data-after-crash'],
};
