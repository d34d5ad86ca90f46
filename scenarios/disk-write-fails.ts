/** -EIO of the disk, after write() has returned. */
import { SMALL, emptyFile, fails, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const diskWriteFails: Scenario = {
  name: 'disk-write-fails',
  code: 's25',
  question: 'Writeback gets -EIO for a new block, and the page is reclaimed: what is read?',
  about: ['no-stale-data', 'no-stale-data-after-crash'],
  source: 'ext4(5): data_err=ignore, the default',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['write-eio'],
  faults_max: 1,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  must: [fails('write-eio')],
  shown: ['page-at-a-time', 'no-stale-data-after-crash'],
};
