/** What rows were seen to do, for who has no core: see lookup.ts, and memo.ts. */
import { Lookup } from './lookup.ts';
import { Memo, HEAD as NOTE_HEAD, OUTCOMES } from './memo.ts';
import type { System } from './system.ts';
import type { Spec } from './struct.ts';
import type { Turn } from './turn.ts';

/**
 * Added to a record: how many outcomes; 1 where the row waits, and the mask of those it waits for.
 * Then for each outcome the action, how many words it writes, and of each the word, what is kept of
 * it, and what is set.
 */
export const HEAD = 3;

export class Remembered {
  readonly lookup: Lookup;
  /** How often everything was forgotten: then numbers of records mean something else. */
  forgotten = 0;
  readonly #memo: Memo;
  readonly #system: System<Spec, Turn>;

  constructor(system: System<Spec, Turn>, words: number) {
    this.#system = system;
    this.#memo = new Memo(system, Infinity);
    this.lookup = new Lookup(system.rows, words);
  }

  /** Runs the row at which a task stands in the state that was shown, `seen`, and enters it. */
  learn(task: number, row: number, seen: Int32Array): number {
    this.#memo.learn(task, row);
    const note = this.#memo.note.slice(OUTCOMES, this.#memo.length);
    for (let at = HEAD; at < note.length;) {
      const end = at + 2 + 3 * note[at + 1]!;
      // Words, where a note has offsets in bytes.
      for (at += 2; at < end; at += 3) note[at] = note[at]! >>> 2;
    }
    if (this.lookup.full) {
      this.lookup.forget();
      this.forgotten++;
    }
    return this.lookup.enter(row, seen, this.#system.trail.read, note, note.length);
  }
}

// The two heads differ by the count of what was played back, which nobody keeps here.
if (NOTE_HEAD !== HEAD + OUTCOMES) throw new Error('notes are laid out in another way');
