/**
 * What is said of a search in compact mode: that it may have left out a state, with which chance
 * (see explorer/compact.ts), and what it is not asked. Whatever holds, holds but for that.
 */
import type { Verdict } from '../explorer/search.ts';
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

/** What is not asked then, as a paragraph. */
export const notAsked = (omission: number | undefined): string[] =>
  omission === undefined
    ? []
    : labelled('Not asked', 'whether all calls end: no loops are looked for');
