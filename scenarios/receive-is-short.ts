/** The peer closes, or resets, before all has come. */
import { EVERYBODY, RECEIVES, SMALL, emptyFile, fails, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const receiveIsShort: Scenario = {
  name: 'receive-is-short',
  code: 's05',
  question: 'Less is received than was asked for: what becomes of the pages beyond?',
  about: ['return-value-is-true', 'no-stale-data'],
  source:
    'the mail: "the lack of partial failure handling shouts data corruption and stale ' +
    'data exposure"',
  geometry: SMALL,
  others: EVERYBODY,
  faults: ['peer-short', 'peer-reset'],
  faults_max: 2,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  asks: RECEIVES,
  must: [fails('peer-short'), fails('peer-reset')],
  shown: ['recvfile', 'return-value-is-true'],
};
