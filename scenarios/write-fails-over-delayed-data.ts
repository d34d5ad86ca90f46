/** A write fails over data that is dirty, and has no blocks yet: what was reserved is another's. */
import { COPIES, SMALL, fails, wholeFile, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const writeFailsOverDelayedData: Scenario = {
  name: 'write-fails-over-delayed-data',
  code: 's43',
  question: 'Delayed data lies where a write fails: does what was reserved for it stay?',
  about: ['dirty-has-somewhere-to-go', 'no-lost-write'],
  source: 'f65e6fad293b (4.11): "xfs: use iomap new flag for newly allocated delalloc blocks"',
  large: true,
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'peer'],
  faults: ['fault-in-efault', 'signal'],
  faults_max: 1,
  writers: (g) => [[wholeFile(g)]],
  files: sizedFile((blocks) => 'd'.repeat(blocks)),
  asks: {
    can: (design) => design.filesystem.has_unwritten && COPIES.can(design),
    otherwise: 'its filesystem has no delayed allocation, or it does not copy',
  },
  must: [
    fails('fault-in-efault', 'signal'),
    { what: 'the call returns an error', happened: (o) => o.s.call[0]!.err > 0 },
  ],
  shown: ['iomap-2016', 'dirty-has-somewhere-to-go'],
};
