/** Two calls of one task that receive: the second goes on where the first has ended. */
import { cellsOf, pageCells } from '../model/geometry.ts';
import { EVERYBODY, RECEIVES, SMALL, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const oneReceiveAfterTheOther: Scenario = {
  name: 'one-receive-after-the-other',
  code: 's41',
  question: 'A second call goes on where the first has ended: what holds a page between the two?',
  about: ['no-lock-outlives-the-call'],
  source: 'do_aggregate_recvfile() of the kernels for DSM: static struct page *rgPageList[]',
  geometry: SMALL,
  others: EVERYBODY,
  faults: ['peer-short'],
  faults_max: 1,
  // The last one ends inside a page.
  writers: (g) => [
    [
      { pos: 0, count: pageCells(g) },
      { pos: pageCells(g), count: cellsOf(g) - pageCells(g) - 1 },
    ],
  ],
  files: emptyFile,
  asks: RECEIVES,
  must: [
    {
      what: 'both calls write something',
      happened: (o) => o.wrote(0) && o.wrote(1),
    },
  ],
  shown: ['recvfile/e-synology-aggregate', 'no-lock-outlives-the-call'],
};
