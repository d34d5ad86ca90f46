/** SIGKILL in the middle of a write. */
import { UNORDERED } from './reasons.ts';
import { SMALL, wholeFile, emptyFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const signal: Scenario = {
  name: 'signal',
  question: 'A fatal signal comes in the middle of the call: is what was done told truly?',
  source: 'fatal_signal_pending() in generic_perform_write(), since 3.10',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: ['signal'],
  faults_max: 1,
  writers: (g) => [wholeFile(g)],
  file: emptyFile,
  asks: (design) => 'signal' in design.rows,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: [UNORDERED],
  shown: undefined,
};
