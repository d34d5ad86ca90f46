/** The disk refuses a write that was acknowledged. */
import { SMALL, wholeFile, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

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
  breaks: {
    'page-at-a-time': ['no-stale-data', 'no-stale-data-after-crash'],
    'page-at-a-time/unordered': ['no-stale-data', 'no-stale-data-after-crash'],
    recvfile: ['no-stale-data', 'no-stale-data-after-crash'],
    'recvfile*': ['no-nested-page-locks', 'no-page-lock-over-the-network'],
    'multipage-rfc/unlocked,mapped,*': ['no-stale-data', 'no-stale-data-after-crash'],
    'multipage-rfc/legacy': ['no-stale-data', 'no-stale-data-after-crash'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
    'multipage-rfc/unlocked,*,allocates': ['no-leaked-reservations'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call', 'no-deadlock'],
  },
  shown: ['page-at-a-time', 'no-stale-data-after-crash'],
};
