/** After the crash the journal is recovered, and the file is written on. */
import { COPIES, SMALL, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const powerFailsAndComesBack: Scenario = {
  name: 'power-fails-and-comes-back',
  code: 's37',
  question: 'The power fails at any step; the file is then read, and written on: what is found?',
  about: ['no-stale-data', 'durable-data-survives'],
  source: 'xfstests generic/455, generic/475, generic/482',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'power'],
  faults: [],
  faults_max: 0,
  writers: (g) => [
    [
      { pos: 0, count: g.block_cells },
      { call: 'fsync', pos: 0, count: 1 },
    ],
    [{ pos: g.block_cells - 1, count: 2, after_crash: true }],
  ],
  own_calls: true,
  files: emptyFile,
  asks: COPIES,
  must: [
    {
      what: 'the power fails while the first call runs',
      happened: (o) => o.s.call[0]!.state === 4,
    },
    { what: 'the file is written on', happened: (o) => o.wrote(2) },
    {
      what: 'what fsync() has made durable is read again',
      happened: (o) => o.hasReturned(1) && o.s.power_has_failed === 1,
    },
  ],
  shown: ['page-at-a-time/unordered', 'no-stale-data'],
};
