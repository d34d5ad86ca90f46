/** The dirty limit is smaller than the write. */
import { SMALL, emptyFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const throttledBeforeAllocate: Scenario = {
  name: 'throttled-before-allocate',
  code: 's15',
  question:
    'The dirty limit is reached in the middle of a segment: can the pages of the writer be ' +
    'cleaned, and does it go on?',
  about: ['every-call-ends'],
  source: 'mm/filemap.c:2395 as patched, and balance_dirty_pages_ratelimited() in its actor',
  geometry: { ...SMALL, dirty_limit: 0 },
  others: ['writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  must: [
    {
      what: 'a writer is throttled',
      happened: (o) => o.s.call[0]!.throttled === 1,
      by: 'balance_dirty_pages',
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'every-call-ends'],
};
