/** A write over a hole and over a mapped block. */
import { COPIES, EVERYBODY, SMALL, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const writeAcrossAMappingBoundary: Scenario = {
  name: 'write-across-a-mapping-boundary',
  code: 's10',
  question: 'READ maps less than was asked for: is `length` trimmed to it?',
  about: ['no-leaked-reservations'],
  source:
    'mm/filemap.c:2355 as patched: "it is only guaranteed to return a range of a single ' +
    'type of pages"',
  geometry: SMALL,
  others: EVERYBODY,
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  files: sizedFile(() => '.M'),
  asks: COPIES,
  must: [
    {
      what: 'the call writes over a hole, and over a block',
      happened: (o) => o.isDurable(o.block_size) && o.holds(0, 0) && o.holds(0, o.block_size),
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-leaked-reservations'],
};
