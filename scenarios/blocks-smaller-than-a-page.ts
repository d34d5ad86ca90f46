/** Two blocks a page: a page can be half written, half allocated, half dirty. */
import {
  ALLOCATE_FAILS,
  FSDATA_BY_ADDRESS,
  LOCK_NEVER_RELEASED,
  MAPPED_AND_READ,
  MAPPED_BEFORE_DATA,
  MAPPED_UNDER_CLEAN_PAGE,
  OUTSIDE_OF_THE_IOMAP,
  READ_NEVER_ENDED,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, emptyFile, fromTheMiddle } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const blocksSmallerThanAPage: Scenario = {
  name: 'blocks-smaller-than-a-page',
  question: 'One thing fails while a page is half done: are its blocks told apart?',
  source: 'the buffers of a page, fs/buffer.c',
  geometry: { ...SMALL, page_blocks: 2, blocks: 5 },
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: [
    'page-enomem',
    'fault-in-efault',
    'copy-short',
    'read-eio',
    'write-begin-enospc',
    'iomap-read-trim',
    'iomap-reserve-enospc',
    'iomap-allocate-eio',
    'iomap-allocate-partial',
  ],
  faults_max: 1,
  writers: (g) => [fromTheMiddle(g)],
  file: emptyFile,
  asks: (design) => !design.socket,
  breaks: [
    FSDATA_BY_ADDRESS,
    LOCK_NEVER_RELEASED,
    READ_NEVER_ENDED,
    UNORDERED,
    OUTSIDE_OF_THE_IOMAP,
    ...ALLOCATE_FAILS,
    MAPPED_BEFORE_DATA,
    ...MAPPED_UNDER_CLEAN_PAGE,
    ...MAPPED_AND_READ,
    SKIPPED,
  ],
  shown: undefined,
};
