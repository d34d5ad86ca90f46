/**
 * What rows do, learned while they run, and played back.
 *
 * What a row does follows from what it reads. So the ways in which it can turn out are noted under
 * the values of exactly the bits that it has read (see lookup.ts), each as the bits that it writes;
 * in a state that looks alike there it need not run again. Nothing is guessed: reads and writes are
 * recorded whenever a row really runs.
 */
import { ANSWERS_MAX } from './turn.ts';
import { FOUND, Lookup, grown } from './lookup.ts';
import type { System } from './system.ts';
import type { Spec, Trail } from './struct.ts';
import type { Turn } from './turn.ts';
import type { Sink } from './machine.ts';

/**
 * A note is added to a record: how many outcomes; 1 where the row waits, and the mask of those it
 * waits for. Then for each outcome the action, how many words it writes, and of each the word, what
 * it keeps of it, and what it sets.
 */
export const HEAD = 3;

export class Memo implements Sink {
  readonly lookup: Lookup;
  /** How often everything was forgotten: then numbers of records mean something else. */
  forgotten = 0;
  readonly #system: System<Spec, Turn>;
  readonly #trail: Trail;
  // Of each record: its row, how often that ran and was blocked, and which answers were taken.
  readonly #counts: {
    readonly record: number;
    readonly row: number;
    readonly ran: number;
    readonly stuck: number;
    readonly taken: readonly number[];
  }[] = [];
  // While a row runs:
  #note = new Int32Array(256);
  #end = 0;
  #taken: number[] = [];

  constructor(system: System<Spec, Turn>, words: number) {
    this.#system = system;
    this.#trail = system.trail;
    this.lookup = new Lookup(system.rows, words);
  }

  /**
   * Runs the row at which a task stands in the state that the system was shown, `seen`, and enters
   * what it does. The lookup has not found it.
   */
  learn(task: number, row: number, seen: Int32Array): number {
    const { read, written } = this.#trail;
    read.fill(0);
    written.fill(0);
    this.#note[0] = 0;
    this.#end = HEAD;
    this.#taken = [];
    const stuck = this.#system.stuck(row);
    const waits = this.#system.turn(task, this);
    this.#note[1] = waits ? 1 : 0;
    this.#note[2] = waits ? this.#system.waitsFor[task]! : 0;
    if (this.lookup.full) {
      this.settle();
      this.lookup.forget();
      this.forgotten++;
      this.#counts.length = 0;
    }
    const record = this.lookup.enter(row, seen, read, this.#note, this.#end);
    this.#counts.push({
      record,
      row,
      ran: this.#note[0],
      stuck: this.#system.stuck(row) - stuck,
      taken: this.#taken,
    });
    return record;
  }

  /** The record of what a row does in a state, learned where it is not known. */
  recordOf(task: number, row: number, seen: Int32Array): number {
    const known = this.lookup.find(row, seen);
    if (known !== 0) return known;
    this.#system.show(seen, 0);
    return this.learn(task, row, seen);
  }

  /** A way in which the row that is being learned turns out. */
  successor(action: number, to: Int32Array): void {
    const { written } = this.#trail;
    const { kernel } = this.#system;
    for (let i = 0; i < kernel.asked; i++) {
      this.#taken.push(kernel.asked_site[i]! * ANSWERS_MAX + kernel.answers[i]!);
    }
    while (this.#end + 2 + 3 * written.length > this.#note.length) this.#note = grown(this.#note);
    const note = this.#note;
    let at = this.#end + 2;
    for (let word = 0; word < written.length; word++) {
      const bits = written[word]!;
      if (bits === 0) continue;
      note[at++] = word;
      note[at++] = ~bits;
      note[at++] = to[word]! & bits;
    }
    note[0]!++;
    note[this.#end] = action;
    note[this.#end + 1] = (at - this.#end - 2) / 3;
    this.#end = at;
  }

  /** Counts what was played back, as if it had run. */
  settle(): void {
    const { pool } = this.lookup;
    for (const { record, row, ran, stuck, taken } of this.#counts) {
      const times = pool[record + FOUND]!;
      if (times === 0) continue;
      pool[record + FOUND] = 0;
      this.#system.count(row, times, ran, stuck, taken);
    }
  }
}
