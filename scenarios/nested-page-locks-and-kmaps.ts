/** How many page locks and kmaps does one call hold at once? */
import {
  ALLOCATED_TWICE,
  FSDATA_BY_ADDRESS,
  LOCK_NEVER_RELEASED,
  MAPPED_BEFORE_DATA,
  MAPPED_BEFORE_DATA_LOCKED,
  NESTED,
  READ_NEVER_ENDED,
  UNORDERED,
} from './reasons.ts';
import { SMALL, wholeFile, sparseFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const nestedPageLocksAndKmaps: Scenario = {
  name: 'nested-page-locks-and-kmaps',
  question: 'There are fewer kmap slots than pages in the call: what then?',
  source:
    'the mail: "we are nesting kmap() calls for all the pages individually - is that even safe to do?"',
  geometry: { ...SMALL, pages: 3, blocks: 4, kmap_slots: 2 },
  others: ['reader', 'writeback', 'ioend', 'journal', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: sparseFile,
  breaks: [
    ALLOCATED_TWICE,
    FSDATA_BY_ADDRESS,
    LOCK_NEVER_RELEASED,
    MAPPED_BEFORE_DATA,
    MAPPED_BEFORE_DATA_LOCKED,
    NESTED,
    READ_NEVER_ENDED,
    UNORDERED,
    {
      designs: 'recvfile*',
      breaks: ['no-deadlock'],
      because: 'it waits for a kmap slot, and has them all',
    },
  ],
  shown: ['recvfile', 'no-nested-page-locks'],
};
