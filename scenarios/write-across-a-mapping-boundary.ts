/** The mapping ends before the write does. Nothing fails. */
import {
  ALLOCATED_TWICE,
  CAUGHT_BEFORE_ALLOCATE,
  FSDATA_BY_ADDRESS,
  MAPPED_AND_READ,
  MAPPED_BEFORE_DATA,
  MAPPED_BEFORE_DATA_LOCKED,
  MAPPED_UNDER_CLEAN_PAGE,
  RESERVED_FOR_MORE,
  SKIPPED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, sparseFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const writeAcrossAMappingBoundary: Scenario = {
  name: 'write-across-a-mapping-boundary',
  question: 'READ maps less than was asked for: is `length` trimmed to it?',
  source:
    'mm/filemap.c:2355 as patched: "it is only guaranteed to return a range of a single type of pages"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: (g) => ({ ...sparseFile(g), blocks: '.M' }),
  asks: (design) => !design.socket,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: [
    ALLOCATED_TWICE,
    FSDATA_BY_ADDRESS,
    ...MAPPED_AND_READ,
    MAPPED_BEFORE_DATA,
    MAPPED_BEFORE_DATA_LOCKED,
    ...MAPPED_UNDER_CLEAN_PAGE,
    RESERVED_FOR_MORE,
    SKIPPED,
    UNORDERED,
    {
      designs: 'multipage-rfc/unlocked,*,*',
      breaks: ['begin-and-end-are-paired'],
      because: 'UNRESERVE is reached only by goto out_failed_write',
    },
    CAUGHT_BEFORE_ALLOCATE,
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-leaked-reservations'],
};
