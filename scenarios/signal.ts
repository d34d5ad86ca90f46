/** A fatal signal, wherever a design looks for one. */
import { EVERYBODY, SMALL, emptyFile, fails, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const signal: Scenario = {
  name: 'signal',
  code: 's22',
  question: 'A fatal signal comes in the middle of the call: is what was done told truly?',
  about: ['return-value-is-true'],
  source: 'fatal_signal_pending() in generic_perform_write(), since 3.10',
  geometry: SMALL,
  others: EVERYBODY,
  faults: ['signal'],
  faults_max: 1,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  must: [fails('signal')],
};
