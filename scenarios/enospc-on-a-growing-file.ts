/** The same at the end of the file, where the failed write is trimmed. */
import { SMALL, wholeFile, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const enospcOnAGrowingFile: Scenario = {
  name: 'enospc-on-a-growing-file',
  question:
    'The last page gets ENOSPC beyond EOF: the filesystem trims the failed write off. Then?',
  source:
    'the mail: "There\'s no notification to the filesystem that they need to be truncated away"',
  geometry: { ...SMALL, pages: 3, blocks: 2 },
  others: ['writeback', 'ioend', 'journal', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'recvfile*': ['no-nested-page-locks', 'no-deadlock'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/locked,*,*': ['no-lock-outlives-the-call'],
  },
  shown: ['recvfile', 'no-deadlock'],
};
