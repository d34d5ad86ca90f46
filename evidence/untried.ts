/** What did not happen in a run: it stands beside every verdict. */
import type { Unreached } from './outcome.ts';
import { labelled } from './text.ts';

/** What did not happen, and so was not tried. */
export function notTried({ must, rows: unrun, faults, cases }: Unreached): string[] {
  const told = [
    ...(must.length === 0
      ? []
      : labelled('Not asked', `it never came to this: ${must.join('; ')}`)),
    ...(unrun.length === 0 ? [] : labelled('Not run', `rows ${unrun.join(', ')}`)),
    ...(faults.length === 0 ? [] : labelled('Not met', `faults ${faults.join(', ')}`)),
    ...(cases.length === 0 ? [] : labelled('No case', `of ${cases.join(', ')}`)),
  ];
  return told;
}
