/** The page is to be overwritten whole, so nothing was read into it; then the copy stops early. */
import { FSDATA_BY_ADDRESS, LOCK_NEVER_RELEASED, READ_NEVER_ENDED } from './reasons.ts';
import { SMALL, sparseFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const shortCopyOverOldData: Scenario = {
  name: 'short-copy-over-old-data',
  question:
    'A page that is not uptodate is filled in part: is what it holds beyond taken for data?',
  source: 'block_write_end(): "if the page is not uptodate ... treat it as a zero-length write"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'reclaim'],
  faults: ['copy-short', 'fault-in-efault'],
  faults_max: 2,
  writers: (g) => [wholeFile(g)],
  file: (g) => ({ ...sparseFile(g), blocks: 'M'.repeat(g.pages * g.page_blocks) }),
  asks: (design) => !design.socket,
  quiet: ['truncate_pages', 'truncate_blocks', 'ioend.convert'],
  breaks: [FSDATA_BY_ADDRESS, LOCK_NEVER_RELEASED, READ_NEVER_ENDED],
  shown: undefined,
};
