/** Why a trace breaks a promise, in words: what a reviewer asks after the first reading. */
import type { Design, Flaw } from '../model/design.ts';
import type { Told } from './trace.ts';
import { count, labelled } from './text.ts';

/** A fault of the trace. */
export interface Needed {
  readonly fault: string;
  /** The promise is broken without it, too, in so many steps; undefined where it is kept. */
  readonly steps?: number;
  /** False where that was not searched to its end. */
  readonly known: boolean;
}

/** A design that keeps the promise, and can be taken the same way up to so many steps. */
export interface Another {
  readonly design: string;
  readonly steps: number;
  /** What it does in place of the next step; '' where it goes all the way. */
  readonly instead: string;
}

export interface Why {
  /** Where the row of each step is written, as `file:line`. */
  readonly places: readonly (string | undefined)[];
  /** No other trace of so many steps has fewer faults, pages or changes of task. */
  readonly least: boolean;
  /** From this step on it could not be avoided; 0: from the start. Undefined: not known. */
  readonly inevitable?: number;
  readonly needed: readonly Needed[];
  /** Cells of the files whose value at the start does not matter. */
  readonly free: readonly string[];
  readonly others: readonly Another[];
}

/** The paragraphs below the reason. */
export function whyText(why: Why, told: readonly Told[], design: Design): string[] {
  return [
    ...atFault(why, told, design),
    ...avoidable(why, told.length),
    ...why.needed.flatMap((one, i) => labelled(i === 0 ? 'Fault' : '', needed(one))),
    ...values(why.free),
    ...why.others.flatMap((one, i) => labelled(i === 0 ? 'Others' : '', other(one))),
  ];
}

/** What was found to be wrong with the design, by mending it. */
export function reason(because: readonly Flaw[]): string[] {
  return because.flatMap(({ name, says, source, instead }, i) => [
    ...labelled(i === 0 ? 'Because' : '', `${says} (${name})`),
    ...labelled('', source),
    ...(instead === undefined ? [] : labelled('', `${instead.design} does without`)),
  ]);
}

/** With which rows changed it is kept. */
export const mendedBy = (rows: readonly string[]): string[] =>
  rows.length === 0 ? [] : labelled('Mended', `by other rows ${rows.join(', ')}: then it is kept`);

export interface AtFault {
  /** As `task.row`. */
  readonly row: string;
  /** The function that its rows are, where the row is the design's own. */
  readonly code: string | undefined;
}

/**
 * The number of the step that is at fault: the one from which the breach could not be avoided;
 * where that is not known, or it was so from the start, the last one. -1 where no step is needed.
 */
export const faultyStep = (inevitable: number | null | undefined, steps: number): number =>
  inevitable === null || inevitable === undefined || inevitable === 0 ? steps - 1 : inevitable - 1;

/** The row of a step. */
export function rowOfStep({ task, step }: Told, design: Design): AtFault {
  // What the design's source begins with is the function that its rows are.
  const own = design.rows[step.label] !== undefined && task.startsWith('writer');
  const code = own ? /^->?\w+\(\)|^\w+\(\)/.exec(design.source)?.[0] : undefined;
  return { row: `${task}.${step.label}`, code };
}

/** The row by which it became inevitable, and the one after which it is seen. */
function atFault({ places, inevitable }: Why, told: readonly Told[], design: Design): string[] {
  const said = (label: string, at: number): string[] => {
    const { row, code } = rowOfStep(told[at]!, design);
    const where = [places[at], code].filter((part) => part !== undefined);
    return labelled(label, [`row ${row}`, ...where].join(', '));
  };
  if (told.length === 0) return [];
  const last = told.length - 1;
  const at = faultyStep(inevitable, told.length);
  return [...said('At fault', at), ...(at === last ? [] : said('Seen at', last))];
}

function avoidable({ inevitable }: Why, steps: number): string[] {
  if (inevitable === undefined || steps === 0) return [];
  const text =
    inevitable === 0
      ? 'from the start: no way on ends with the promise kept'
      : `from step ${inevitable} on: until then some way on ends with the promise kept`;
  return labelled('Inevitable', text);
}

function needed({ fault, steps, known }: Needed): string {
  if (!known) return `${fault}: whether it is needed was not searched to the end`;
  if (steps === undefined) return `${fault} is needed: where it cannot happen the promise is kept`;
  return `${fault} is not needed: without it the promise is broken in ${count(steps, 'step')}`;
}

function values(free: readonly string[]): string[] {
  if (free.length === 0) return [];
  return labelled('Any value', `in ${free.join(', ')} at the start does the same`);
}

function other({ design, steps, instead }: Another): string {
  const kept = 'keeps the promise here';
  if (instead === '') return `${design} ${kept}, and goes all of this way`;
  return `${design} ${kept}: it goes this way up to step ${steps}, then: ${instead}`;
}
