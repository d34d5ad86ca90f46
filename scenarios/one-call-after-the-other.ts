/** Two calls of one task: the second begins when the first has returned. */
import { cellsOf } from '../model/geometry.ts';
import { COPIES, SMALL, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const oneCallAfterTheOther: Scenario = {
  name: 'one-call-after-the-other',
  code: 's20',
  question:
    'A second write goes over the first, which has returned: is it the second that is read?',
  about: ['no-lost-write'],
  source: 'POSIX write(): a read that can be proved to occur after it returns the new data',
  geometry: { ...SMALL, pages: 1, blocks: 2 },
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: (g) => [
    [
      { pos: 0, count: cellsOf(g) },
      { pos: 0, count: cellsOf(g) - 1 },
    ],
  ],
  files: emptyFile,
  asks: COPIES,
  must: [
    {
      what: 'both calls write something',
      happened: (o) => o.wrote(0) && o.wrote(1),
    },
  ],
};
