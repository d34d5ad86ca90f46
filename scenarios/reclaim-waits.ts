/** Direct reclaim comes upon a page under writeback. */
import type { Observer } from '../model/observe.ts';
import { SMALL, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

/** A task is in direct reclaim for this page, 1 + its number, whose writeback has not ended. */
const waitsFor = (o: Observer, found: number): boolean =>
  found > 0 && o.s.page[found - 1]!.writeback > 0;

/** A call is. */
function callWaits(o: Observer): boolean {
  for (let i = 0; i < o.threads; i++) if (waitsFor(o, o.s.thread[i]!.reclaims)) return true;
  return false;
}

export const reclaimWaits: Scenario = {
  name: 'reclaim-waits',
  code: 's49',
  question:
    'An allocation waits for writeback of a page: may he who asks for memory have that page in a ' +
    'bio that he has not submitted?',
  about: ['no-deadlock'],
  source: 'shrink_page_list(), mm/vmscan.c; e62e384e9da8 (3.6), ecf5fc6e9654 (4.2)',
  large: true,
  geometry: { ...SMALL, bio_pages: 2 },
  others: ['writeback', 'ioend', 'peer'],
  faults: ['direct-reclaim'],
  faults_max: 1,
  // A page fault allocates with GFP_KERNEL in every year.
  writers: (g) => [[wholeFile(g)], [{ call: 'store', pos: g.block_cells, count: 1 }]],
  files: sizedFile(() => 'MM'),
  must: [{ what: 'a call in direct reclaim waits for writeback', happened: callWaits }],
  shown: ['recvfile', 'no-deadlock'],
};
