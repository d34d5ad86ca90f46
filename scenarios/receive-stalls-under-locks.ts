/** The peer falls silent for as long as the socket's time-out. */
import { EVERYBODY, RECEIVES, SMALL, fails, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const receiveStallsUnderLocks: Scenario = {
  name: 'receive-stalls-under-locks',
  code: 's04',
  question: 'The peer falls silent for eight seconds: what waits with it?',
  about: ['no-page-lock-over-the-network'],
  source: 'the mail: "We can hold the inode and the pages locked for 8 seconds?"',
  large: true,
  geometry: SMALL,
  others: EVERYBODY,
  faults: ['peer-short', 'peer-stall'],
  faults_max: 2,
  writers: (g) => [[wholeFile(g)]],
  files: sizedFile(),
  asks: RECEIVES,
  must: [fails('peer-stall')],
  shown: ['recvfile', 'no-page-lock-over-the-network'],
};
