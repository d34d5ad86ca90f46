/** mmap() wants mmap_lock for itself; a page fault shares it while it waits for a page. */
import { COPIES, SMALL, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const mmapBesideAWrite: Scenario = {
  name: 'mmap-beside-a-write',
  code: 's45',
  question: 'One writes to a page, one stores to it, a third calls mmap(): who waits for whom?',
  about: ['no-deadlock'],
  source:
    '08291429cfa6 (2007), its third deadlock; mmap_lock is fair: readers queue behind a writer',
  large: true,
  geometry: { ...SMALL, pages: 1 },
  others: ['writeback', 'ioend'],
  faults: [],
  faults_max: 0,
  writers: (g) => [
    [{ pos: 0, count: g.block_cells }],
    [{ call: 'store', pos: 0, count: 1 }],
    [{ call: 'mmap', pos: 0, count: g.block_cells }],
  ],
  files: sizedFile((blocks) => 'M'.repeat(blocks)),
  asks: COPIES,
  must: [
    {
      what: 'mmap() waits for a fault, and the write for mmap()',
      happened: (o) => o.s.thread[1]!.mmap_lock === 1 && o.s.thread[2]!.mmap_lock === 2,
    },
    { what: 'all have returned', happened: (o) => o.wrote(0) && o.wrote(1) && o.hasReturned(2) },
  ],
  shown: ['multipage-rfc/locked,unwritten,redirties', 'no-deadlock'],
};
