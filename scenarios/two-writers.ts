/** Two calls at once that share a block. */
import { cellsOf } from '../model/geometry.ts';
import { COPIES, SMALL, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const twoWriters: Scenario = {
  name: 'two-writers',
  code: 's19',
  question:
    'Two writers meet in one block, with writeback and reclaim at work: is anything lost or shown?',
  about: ['no-lost-write', 'no-stale-data'],
  source: 'write(2): what it has returned for stays',
  large: true,
  geometry: SMALL,
  others: ['writeback', 'ioend', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[{ pos: 0, count: cellsOf(g) - 1 }], [{ pos: 1, count: cellsOf(g) - 1 }]],
  files: emptyFile,
  asks: COPIES,
  must: [
    {
      what: 'both write something, and one returns while the other runs',
      happened: (o) =>
        o.wrote(0) && o.wrote(1) && o.s.call.some(({ overlapped }) => overlapped !== 0),
    },
  ],
};
