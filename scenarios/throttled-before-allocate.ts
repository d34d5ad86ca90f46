/** The writer sleeps until writeback has cleaned pages, which may not touch its pages yet. */
import { SMALL, wholeFile, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const throttledBeforeAllocate: Scenario = {
  name: 'throttled-before-allocate',
  question: 'The dirty limit is reached in the middle of a segment: can writeback make room?',
  source: 'the patch, line 327, and balance_dirty_pages_ratelimited() in the loop that it calls',
  geometry: { ...SMALL, dirty_limit: 0 },
  others: ['writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: {},
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-deadlock'],
};
