/** The peer closes, or resets, before all has come. */
import { SMALL, wholeFile, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const receiveIsShort: Scenario = {
  name: 'receive-is-short',
  question: 'Less is received than was asked for: what becomes of the pages beyond?',
  source:
    'the mail: "the lack of partial failure handling shouts data corruption and stale data exposure"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: ['peer-short', 'peer-reset'],
  faults_max: 2,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  breaks: {},
  shown: ['recvfile', 'return-value-is-true'],
};
