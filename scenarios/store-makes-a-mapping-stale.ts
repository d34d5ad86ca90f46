/** A store dirties a page that a write has reserved for, and has not come to yet; then it fails. */
import { cellsOf } from '../model/geometry.ts';
import { COPIES, SMALL, fails, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const storeMakesAMappingStale: Scenario = {
  name: 'store-makes-a-mapping-stale',
  code: 's44',
  question:
    'One writes into holes, another stores to the second; then the first fails: is all given ' +
    'back, ' +
    'and nothing that was stored to?',
  about: ['no-leaked-reservations', 'no-lost-write'],
  source: 'iomap_write_delalloc_release(), 198dd8aedee6; found by mutants of iomap and multipage',
  large: true,
  geometry: SMALL,
  others: ['writeback', 'ioend'],
  faults: ['fault-in-efault'],
  faults_max: 1,
  writers: (g) => [
    [{ pos: 0, count: cellsOf(g) }],
    [{ call: 'store', pos: g.block_cells, count: 1 }],
  ],
  files: sizedFile(),
  asks: COPIES,
  must: [
    fails('fault-in-efault'),
    {
      what: 'the store returns while the write runs',
      happened: (o) => o.isRunning(0) && o.wrote(1),
    },
  ],
};
