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

/** A design that keeps the promise, and goes the same way for so many steps. */
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
  /** `task.row` */
  readonly row: string;
  /** The function that its rows are, where the row is the design's own. */
  readonly code: string | undefined;
}

/** The row of the last step; undefined where no step is needed. */
export function rowAtFault(told: readonly Told[], design: Design): AtFault | undefined {
  const last = told.at(-1);
  if (last === undefined) return undefined;
  const row = `${last.task}.${last.step.label}`;
  // What the design's source begins with is the function that its rows are.
  const own = design.rows[last.step.label] !== undefined && last.task.startsWith('writer');
  const code = own ? /^->?\w+\(\)|^\w+\(\)/.exec(design.source)?.[0] : undefined;
  return { row, code };
}

function atFault(why: Why, told: readonly Told[], design: Design): string[] {
  const found = rowAtFault(told, design);
  if (found === undefined) return [];
  const where = [why.places[told.length - 1], found.code].filter((part) => part !== undefined);
  return labelled('At fault', [`row ${found.row}`, ...where].join(', '));
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
  return `${design} ${kept}: it goes the same way for ${count(steps, 'step')}, then: ${instead}`;
}
