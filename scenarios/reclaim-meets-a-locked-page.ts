/** Direct reclaim, in the middle of the call. */
import { EVERYBODY, SMALL, emptyFile, fails, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const reclaimMeetsALockedPage: Scenario = {
  name: 'reclaim-meets-a-locked-page',
  code: 's06',
  question: 'An allocation enters reclaim: does reclaim need what the caller holds?',
  about: ['no-deadlock'],
  source:
    'the mail: "GFP_KERNEL allocations are almost guaranteed to deadlock on the locked pages"',
  large: true,
  geometry: SMALL,
  others: EVERYBODY,
  faults: ['direct-reclaim', 'page-enomem'],
  faults_max: 2,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  must: [fails('direct-reclaim'), fails('page-enomem')],
  shown: ['recvfile', 'no-deadlock'],
};
