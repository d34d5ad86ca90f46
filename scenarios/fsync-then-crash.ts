/** The data is said to be safe, and then the power fails. */
import { EVERYBODY, SMALL, emptyFile, fails, inside } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const fsyncThenCrash: Scenario = {
  name: 'fsync-then-crash',
  code: 's35',
  question: 'fsync() has succeeded, or failed: what is there after a crash?',
  about: ['fsync-is-durable', 'errors-are-told-once'],
  source: 'fsync(2); errseq_t, include/linux/errseq.h; xfstests generic/441',
  large: true,
  geometry: SMALL,
  others: EVERYBODY,
  faults: ['write-eio'],
  faults_max: 1,
  writers: (g) => [[inside(g), { call: 'fsync', pos: 0, count: 1 }]],
  files: emptyFile,
  must: [
    fails('write-eio'),
    { what: 'fsync() succeeds', happened: (o) => o.hasReturned(1) && o.s.call[1]!.err === 0 },
    { what: 'fsync() returns an error', happened: (o) => o.s.call[1]!.err > 0 },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,skips', 'fsync-is-durable'],
};
