/**
 * Labelled rows and tasks: how work is written down.
 *
 * A task is a table of labelled rows and a program counter. One step runs one row: it gives one
 * command to the kernel that it runs on, and returns the label of the row that follows.
 */
import { oneOf, untold } from './struct.ts';
import type { Field } from './struct.ts';

export { decode, encodeAction } from './action.ts';
export { DesignError, KEEPS, Turn } from './turn.ts';
export type { Site } from './turn.ts';

/** The label of a task that has nothing more to do. */
export const DONE = 'done';

export type Row<K, F, L extends string> = (k: K, f: F) => L | typeof DONE;

/** A write path, or any other work: rows in the order in which they are read. */
export interface Program<K, F, L extends string = string> {
  readonly rows: { readonly [label in L]: Row<K, F, L> };
}

/** What the machine knows of a program; its locals' type has been checked where it was written. */
// oxlint-disable-next-line typescript/no-explicit-any -- each program has locals of its own type
export type AnyRows<K> = Readonly<Record<string, (k: K, f: any) => string>>;

/** One piece of work of a task: its rows, and the record in the state that holds its locals. */
export interface Work<K> {
  readonly rows: AnyRows<K>;
  readonly frame: { readonly path: string; readonly view: object };
  /** What the rows are given in the kernel's place while a trace is written; it may be stricter. */
  readonly guarded?: K;
  /** Another record that is forgotten when the work is done. */
  readonly stack?: string;
}

/** Who acts: one piece of work after the other, at a place that the state holds. */
export interface Task<K> {
  readonly name: string;
  readonly work: readonly Work<K>[];
  /** Name of the field that holds the number of the row that is next; see `pcField`. */
  readonly pc: string;
  /** A daemon is at rest, and not unfinished, while it is at its first row. */
  readonly daemon: boolean;
  /** A daemon that may begin or not: nobody can count on it until it has begun. */
  readonly at_will?: boolean;
}

/** The place of a task that does this work, row upon row; done comes last. */
export function pcField(work: readonly { readonly rows: AnyRows<never> }[]): Field {
  return untold(oneOf(...work.flatMap(({ rows }) => Object.keys(rows)), DONE));
}

interface Promised {
  readonly name: string;
  /** False while the promise has nothing to say: without a write, none is lost. */
  premise(): boolean;
}

/** What is promised of every state; see properties/. */
export interface StateCheck extends Promised {
  violated(): boolean;
  /** It is violated where any of these is true; each looks at a part of the state, if it can. */
  readonly pieces?: readonly (() => boolean)[];
}

/** What is promised of the whole of a run, and no state can break: that what begins ends. */
export interface ProgressCheck extends Promised {
  /** A mask of what has begun and not ended; what ends does not begin again. */
  owing(): number;
}

export type Check = StateCheck | ProgressCheck;

/** A step written down: who moved, what it was answered, and what came of it. */
export interface Step {
  readonly action: number;
  readonly task: number;
  readonly label: string;
  /** Which piece of the task's work the row is of: several may have a row of that label. */
  readonly piece: number;
  /** The command in the kernel's words, as the command itself said it. */
  readonly said: string;
  /** Questions asked, and the answer given to each. */
  readonly chosen: readonly { readonly site: string; readonly answer: number }[];
  readonly state: Int32Array;
}

export interface Blocked {
  readonly task: number;
  readonly label: string;
  readonly on: string;
  readonly tasks: number;
}
