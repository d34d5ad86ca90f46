/** ENOSPC beyond EOF, where a filesystem has to trim what it has begun. */
import { SMALL, emptyFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const enospcOnAGrowingFile: Scenario = {
  name: 'enospc-on-a-growing-file',
  question:
    'The last page gets ENOSPC beyond EOF: the filesystem trims the failed write off. Then?',
  source:
    'the mail: "There\'s no notification to the filesystem that they need to be truncated away"',
  geometry: { ...SMALL, pages: 3, blocks: 2 },
  others: ['writeback', 'ioend', 'journal', 'neighbour', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  must: [
    {
      what: 'the call is told that there is no space, beyond EOF',
      happened: (o) => o.s.call[0]!.no_space === 1,
    },
  ],
  shown: ['recvfile', 'no-deadlock'],
};
