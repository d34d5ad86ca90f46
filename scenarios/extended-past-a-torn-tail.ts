/** A crash has left bytes behind EOF, and the file grows over them. */
import { EVERYBODY, SMALL } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const extendedPastATornTail: Scenario = {
  name: 'extended-past-a-torn-tail',
  code: 's21',
  question:
    'Behind EOF lies what a crash has cut off; a write beyond it makes the file longer: then?',
  about: ['no-stale-data', 'removed-data-stays-gone'],
  source: 'xfs_zero_eof(); xfstests generic/363 on EOF pollution',
  geometry: SMALL,
  others: EVERYBODY,
  faults: [],
  faults_max: 0,
  writers: (g) => [[{ pos: g.block_cells, count: g.block_cells }]],
  own_calls: true,
  files: () => [{ i_size: 1, blocks: 'T' }],
  must: [
    {
      what: 'the file grows beyond its old last block',
      happened: (o) => o.s.inode[0]!.i_size > o.block_size,
    },
  ],
  shown: ['page-at-a-time', 'no-stale-data'],
};
