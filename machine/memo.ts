/**
 * What rows do, learned while they run, to be played back.
 *
 * What a row does follows from what it reads. So the ways in which it can turn out are noted under
 * the values of exactly the bits that it has read, each as the bits that it writes; in a state that
 * looks alike there it need not run again. Nothing is guessed: reads and writes are recorded
 * whenever a row really runs.
 */
import { ANSWERS_MAX } from './turn.ts';
import type { System } from './system.ts';
import type { Spec } from './struct.ts';
import type { Turn } from './turn.ts';
import type { Sink } from './machine.ts';

/** A longer note is not kept: the row runs whenever it is met. */
const NOTE_MAX = 4096;
/** In place of the number of its outcomes stands that. */
export const LONG = -1;
/** Of a note: how often it was played back, how many outcomes there are, and where they begin. */
export const PLAYED = 0;
export const OUTCOMES = 1;
export const HEAD = 4;

/** How often a row ran and was blocked where it was learned, and which answers were taken. */
export interface Counts {
  readonly row: number;
  readonly ran: number;
  readonly stuck: number;
  readonly taken: readonly number[];
  /** Rows that were taken with it, each as often as it was; see explorer/alone.ts. */
  readonly along?: readonly number[];
}

export class Memo implements Sink {
  /**
   * What was learned last, as explorer/core/core.ts has it: 0; how many outcomes; 1 where the row
   * waits, and the mask of those it waits for; for each outcome the action, how many words it
   * writes, and of each its offset in bytes, what is kept of it, and what is set.
   */
  note = new Int32Array(256);
  length = 0;
  readonly #system: System<Spec, Turn>;
  readonly #most: number;
  #outcomes = 0;
  #taken: number[] = [];

  /** `most`: notes of more words are long. */
  constructor(system: System<Spec, Turn>, most = NOTE_MAX) {
    this.#system = system;
    this.#most = most;
  }

  /**
   * Runs the row at which a task stands in the state that the system was shown, and counts it, if
   * it is to be `counted`; one that is long only where it is run again.
   */
  learn(task: number, row: number, counted = true): Counts {
    this.#system.trail.clear();
    this.length = HEAD;
    this.#outcomes = 0;
    this.#taken = [];
    const before = this.#system.blocks(row);
    const waits = this.#system.turn(task, this, false);
    const stuck = this.#system.blocks(row) - before;
    const long = this.length > this.#most;
    if (long) this.length = HEAD;
    this.note[PLAYED] = 0;
    this.note[OUTCOMES] = long ? LONG : this.#outcomes;
    this.note[2] = waits ? 1 : 0;
    this.note[3] = waits ? this.#system.waitsFor[task]! : 0;
    if (long) return { row, ran: 0, stuck: 0, taken: [] };
    const counts = { row, ran: this.#outcomes, stuck, taken: this.#taken };
    if (counted) this.count(counts, 1);
    return counts;
  }

  /** A way in which the row that is being learned turns out. */
  successor(action: number, to: Int32Array): void {
    const { written } = this.#system.trail;
    const { kernel } = this.#system;
    for (let i = 0; i < kernel.asked; i++) {
      this.#taken.push(kernel.asked_site[i]! * ANSWERS_MAX + kernel.answers[i]!);
    }
    while (this.length + 2 + 3 * written.length > this.note.length) {
      const longer = new Int32Array(2 * this.note.length);
      longer.set(this.note);
      this.note = longer;
    }
    const { note } = this;
    let at = this.length + 2;
    for (let word = 0; word < written.length; word++) {
      const bits = written[word]!;
      if (bits === 0) continue;
      note[at++] = 4 * word;
      note[at++] = ~bits;
      note[at++] = to[word]! & bits;
    }
    this.#outcomes++;
    note[this.length] = action;
    note[this.length + 1] = (at - this.length - 2) / 3;
    this.length = at;
  }

  /** Counts what was played back so many times, as if it had run. */
  count({ row, ran, stuck, taken, along = [] }: Counts, times: number): void {
    this.#system.count(row, times, ran, stuck, taken);
    for (const one of along) this.#system.count(one, times, 1, 0, []);
  }
}
