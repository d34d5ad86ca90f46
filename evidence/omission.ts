/**
 * What is said of a search in compact mode: that it may have left out a state, with which chance
 * (see explorer/compact.ts), and what it has not looked at. Whatever holds, holds but for that.
 */
import type { Result, Verdict } from '../explorer/search.ts';
import { labelled } from './text.ts';

/** Rounded up to two digits, as `2.4e-6`. */
function above(chance: number): string {
  if (chance >= 1) return '1';
  const [digits, exponent] = chance.toExponential().split('e');
  const up = (Math.floor(10 * Number(digits)) + 1) / 10;
  return Number(`${up}e${exponent}`).toExponential(1);
}

/** Nothing where the search was exact: then nothing was left out. */
export const butFor = (omission: number | undefined): string =>
  omission === undefined ? '' : ` (probability of omission < ${above(omission)})`;

/** A verdict as it is printed. */
export const verdictText = (verdict: Verdict, omission: number | undefined): string =>
  verdict === 'holds' ? `holds${butFor(omission)}` : verdict;

export const NOT_LOOKED_AT = 'not looked at in compact mode';

/** Promises that are not decided, though the search came to its end. */
export const notLookedAt = ({
  properties,
  limit,
}: {
  readonly properties: readonly { readonly name: string; readonly verdict: Verdict }[];
  readonly limit: Result['limit'] | null;
}): string[] =>
  limit === undefined || limit === null
    ? properties.flatMap(({ name, verdict }) => (verdict === 'incomplete' ? [name] : []))
    : [];

/** The same as a paragraph; none where all are decided, or none is. */
export function undecided(result: Result): string[] {
  const names = notLookedAt(result);
  return names.length === 0 ? [] : labelled('Undecided', `${names.join(', ')}: ${NOT_LOOKED_AT}`);
}
