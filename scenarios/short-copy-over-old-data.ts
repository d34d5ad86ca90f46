/** The copy stops in a page that is not uptodate. */
import { COPIES, SMALL, fails, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const shortCopyOverOldData: Scenario = {
  name: 'short-copy-over-old-data',
  code: 's08',
  question:
    'A page that is not uptodate is filled in part: is what it holds beyond taken for data?',
  about: ['uptodate-means-it', 'no-stale-data'],
  source: 'block_write_end(): "if the page is not uptodate ... treat it as a zero-length write"',
  large: true,
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'reclaim'],
  faults: ['copy-short', 'fault-in-efault'],
  faults_max: 2,
  writers: (g) => [[wholeFile(g)]],
  files: sizedFile((blocks) => 'M'.repeat(blocks)),
  asks: COPIES,
  must: [fails('copy-short')],
};
