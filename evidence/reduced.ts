/**
 * What is said of a search in which rows moved alone (see explorer/alone.ts): which ones, and that
 * states between were left out. Nothing of what is claimed hangs on it.
 */
import { labelled } from './text.ts';

type Rows = readonly string[] | undefined;

/** `in all states, reduced to 20` in place of `in all 20 states`. */
export const inAllStates = (rows: Rows, states: string, counted: string): string =>
  rows === undefined ? `in all ${counted}` : `in all states, reduced to ${states}`;

/** `, reduced to` what was counted. */
export const reducedTo = (rows: Rows): string => (rows === undefined ? ':' : ', reduced to');

/** In a few words; nothing where all states were kept. */
export const reducedBy = (rows: Rows): string =>
  rows === undefined ? '' : `reduced: ${rows.join(', ')} moved alone`;

/** As a paragraph; `found`: a sentence of its own, with a blank behind it. */
export const reducedText = (rows: Rows, found = ''): string[] =>
  rows === undefined
    ? []
    : labelled(
        'Reduced',
        `${rows.join(', ')} moved alone, each with the step before. Promises were judged in the ` +
          `states between, too, which are not counted. ${found}--full keeps all.`,
      );
