/** kswapd, and direct reclaim until 3.2, writes dirty pages. */
import type { Observer } from '../model/observe.ts';
import { SMALL, fails, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

function underWriteback(o: Observer): boolean {
  const { page } = o.s;
  for (let i = 0; i < page.length; i++) if (page[i]!.writeback > 0) return true;
  return false;
}

export const reclaimWrites: Scenario = {
  name: 'reclaim-writes',
  code: 's48',
  question: 'Nobody but reclaim calls ->writepage of what a write has dirtied: is anything lost?',
  about: ['no-lost-write'],
  source: 'pageout(), mm/vmscan.c; ee72886d8ed5 (3.2)',
  geometry: SMALL,
  // Not writeback: what is under I/O reclaim has submitted.
  others: ['ioend', 'reclaim', 'peer'],
  faults: ['direct-reclaim'],
  faults_max: 1,
  // The store is to a page of which nothing is in the cache: its fault allocates with GFP_KERNEL.
  writers: (g) => [
    [{ pos: 0, count: g.block_cells }],
    [{ call: 'store', pos: g.block_cells, count: 1 }],
  ],
  files: sizedFile(() => 'MM'),
  asks: {
    can: ({ filesystem: { reclaim } }) => reclaim.kswapd_writes === true,
    otherwise: 'reclaim writes no page of its filesystem',
  },
  must: [
    fails('direct-reclaim'),
    { what: 'a page is under I/O that reclaim has submitted', happened: underWriteback },
  ],
};
