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
  others: ['reader', 'writeback', 'ioend', 'journal', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  breaks: {
    recvfile: ['no-deadlock', 'no-nested-page-locks'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
  },
  shown: ['recvfile', 'no-deadlock'],
};
