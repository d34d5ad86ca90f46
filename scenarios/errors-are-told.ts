/** Two have the file open, and the disk loses what one of them wrote. */
import { COPIES, SMALL, fails, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const errorsAreTold: Scenario = {
  name: 'errors-are-told',
  code: 's38',
  question: 'Writeback fails; two have the file open, and ask in two ways: who is told, how often?',
  about: ['errors-are-told-once'],
  source: 'errseq_t, 5660e13d2fd6 (4.13); sync_file_range(2); xfstests generic/441',
  geometry: SMALL,
  others: ['ioend'],
  faults: ['write-eio'],
  faults_max: 1,
  writers: (g) => [
    [
      { pos: 0, count: g.block_cells },
      { call: 'fsync', pos: 0, count: 1 },
    ],
    [
      { call: 'sync_file_range', pos: 0, count: 1 },
      { call: 'fsync', pos: 0, count: 1 },
    ],
  ],
  files: sizedFile((blocks) => 'M'.repeat(blocks)),
  asks: COPIES,
  must: [
    fails('write-eio'),
    {
      what: 'both are told',
      happened: (o) => o.s.call[1]!.err > 0 && (o.s.call[2]!.err > 0 || o.s.call[3]!.err > 0),
    },
    {
      what: 'sync_file_range() is told of an error of its own I/O, before anybody calls fsync()',
      happened: (o) => o.s.call[2]!.err > 0 && !o.hasBegun(1),
    },
  ],
  shown: ['page-at-a-time', 'errors-are-told-once'],
};
