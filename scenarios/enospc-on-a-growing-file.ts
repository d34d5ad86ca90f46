/** The same at the end of the file, where the failed write is trimmed. */
import {
  FSDATA_BY_ADDRESS,
  NESTED,
  READ_NEVER_ENDED,
  TRIMS_WHAT_IT_HAS_LOCKED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, emptyFile } from '../runs/scenario.ts';
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
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  breaks: [
    FSDATA_BY_ADDRESS,
    NESTED,
    READ_NEVER_ENDED,
    UNORDERED,
    TRIMS_WHAT_IT_HAS_LOCKED,
    {
      designs: 'multipage-rfc/locked,*,*',
      breaks: ['no-lock-outlives-the-call'],
      because: 'RESERVE fails, and UNRESERVE, which releases what READ locked, is not called',
    },
  ],
  shown: ['recvfile', 'no-deadlock'],
};
