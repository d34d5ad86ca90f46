/** Two calls that overlap, and everybody else. */
import { SMALL, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const twoWriters: Scenario = {
  name: 'two-writers',
  question:
    'Two writers meet in one block, with all the others at work: is anything lost or shown?',
  source: 'write(2) and i_rwsem; kernel.md section 5, P6',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'neighbour'],
  faults: ['copy-short'],
  faults_max: 1,
  writers: () => [
    { pos: 0, count: 3 },
    { pos: 1, count: 3 },
  ],
  file: emptyFile,
  asks: (design) => !design.socket,
  breaks: {},
  shown: undefined,
};
