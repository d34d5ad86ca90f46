/**
 * The fragment of a link that names a step: `#step-12`, or `#step-12/3.1`, which goes on from the
 * state after step 12 with the third of what can happen there, and then the first.
 */

export interface Fragment {
  /** Steps of the recorded trace. */
  readonly step: number;
  /** Then these of the ways on, counted from 1. */
  readonly choices: readonly number[];
}

export const fragmentOf = ({ step, choices }: Fragment): string =>
  `#step-${step}${choices.length > 0 ? `/${choices.join('.')}` : ''}`;

/** Undefined where it names no step. */
export function parseFragment(text: string): Fragment | undefined {
  const found = /^#?step-(\d{1,6})(?:\/(\d{1,4}(?:\.\d{1,4})*))?$/.exec(text);
  if (found === null) return undefined;
  const choices = (found[2]?.split('.') ?? []).map(Number);
  return { step: Number(found[1]), choices };
}
