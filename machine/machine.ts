/**
 * The seam: all that a search knows of what it searches. Nothing here, and nothing on the other
 * side of it in explorer/, knows that there is a kernel.
 */

/** So many properties have a bit each in a mask. */
export const IN_MASK = 30;

/** The mask of all of so many properties, from number `from` on. */
export const allOf = (count: number, from = 0): number =>
  2 ** Math.max(0, Math.min(IN_MASK, count - from)) - 1;

/** Takes the successors of a state, one call each. `to` is valid only during the call. */
export interface Sink {
  successor(action: number, to: Int32Array): void;
}

export interface Machine {
  /** Words of a packed state. */
  readonly words: number;
  initial(): Int32Array;
  /** Gives `sink` one successor for every way in which the next step can turn out. */
  successors(states: Int32Array, at: number, sink: Sink): void;

  /** What is promised, in a fixed order. A mask is of `IN_MASK` of them, from number `from` on. */
  readonly properties: readonly string[];
  /**
   * Which of the properties in the mask `asked` are broken in the state whose successors were just
   * given, as a mask.
   */
  violations(asked: number, from?: number): number;
  /** Which of the properties in the mask had something to say about that state. */
  premises(asked: number, from?: number): number;

  /** Which of the properties no state can break, but a loop that never ends; -1 where none is. */
  readonly progress: number;
  /**
   * A mask of what has begun in a state and must end. What ends does not begin again: along a loop
   * the mask is the same. 0 where there is no such property.
   */
  owing(states: Int32Array, at: number): number;
  /**
   * Of the state whose successors were just given: mask of the tasks on which others can count. A
   * task that begins at will is one only while it is in the middle of its work.
   */
  driven(): number;

  // For who plays back what rows do, and runs some of them again afterwards:
  /** The row of a task in a state, as a number, if it is one of the design's own; else -1. */
  ownRow?(state: Int32Array, task: number): number;
  /** How often that row ran. */
  timesRun?(row: number): number;
  /** The successors by the steps of that task alone. */
  turns?(state: Int32Array, task: number, sink: Sink): void;

  /** All that was counted; may be set, where a search goes on that another machine began. */
  counted?: unknown;

  // For those who ask again whether all of this depends on the state alone:
  /** Grows when a row runs that has hardly run before, or never. */
  readonly news: number;
  /** The state after an action, taken as it is for a trace; undefined where it cannot be taken. */
  step(state: Int32Array, action: number): { readonly state: Int32Array } | undefined;
  /** Where a task stands in a state, as `task.row`; undefined where there is no such task. */
  row(state: Int32Array, task: number): string | undefined;

  /** The first counter that left its range: states beyond are left out, and nothing can hold. */
  beyond?: string | undefined;

  /** How often everything happened since the machine was made. */
  readonly coverage: Coverage;
}

/** A thing that can be reached, and how often it was. */
export interface Count {
  readonly name: string;
  readonly times: number;
}

export interface Coverage {
  /** task.row: times it ran; times it was blocked. */
  rows(): readonly (Count & { readonly blocked: number })[];
  /** site=answer: times the answer was taken; of these, in the rows of the design in question. */
  answers(): readonly (Count & { readonly in_design: number })[];
}

/** Is the promise of that number broken in the state whose successors were just given? */
export function isBroken(machine: Pick<Machine, 'violations'>, property: number): boolean {
  const from = property - (property % IN_MASK);
  return machine.violations(1 << (property - from), from) !== 0;
}
