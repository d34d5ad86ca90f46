/** What rows were seen to do, for who has no core: see lookup.ts, and memo.ts. */
import { Lookup, grown } from './lookup.ts';
import { Memo, HEAD as NOTE_HEAD, OUTCOMES } from './memo.ts';
import type { System } from './system.ts';
import type { Spec } from './struct.ts';
import type { Turn } from './turn.ts';

/**
 * Of a note: how many outcomes; 1 where the row waits, and the mask of those it waits for. Then for
 * each outcome the action, how many words it writes, and of each the word, what is kept of it, and
 * what is set.
 */
export const HEAD = 3;

/** Of what is added to a record: its note, and behind that a count for each outcome. */
export const COUNTS = 1;

const NOTES_MIN = 4096;
/** More are forgotten, as records are. */
const NOTES_MAX = 2 ** 24;

export class Remembered {
  readonly lookup: Lookup;
  /** One behind the other, each kept once: many records have the same. */
  notes = new Int32Array(NOTES_MIN);
  /** How often everything was forgotten: then numbers of records and notes mean something else. */
  forgotten = 0;
  #end = 1;
  /** By a hash of what they say. */
  readonly #known = new Map<number, number[]>();
  readonly #memo: Memo;
  readonly #system: System<Spec, Turn>;

  constructor(system: System<Spec, Turn>, words: number) {
    this.#system = system;
    this.#memo = new Memo(system, Infinity);
    this.lookup = new Lookup(system.rows, words);
  }

  /** Where the note of a record begins. */
  noteOf(row: number, record: number): number {
    return this.lookup.pool[this.lookup.added(row, record)]!;
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
    if (this.lookup.full || this.#end > NOTES_MAX) {
      this.lookup.forget();
      this.#known.clear();
      this.#end = 1;
      this.forgotten++;
    }
    const added = new Int32Array(COUNTS + note[0]!);
    added[0] = this.#placeOf(note);
    return this.lookup.enter(row, seen, this.#system.trail.read, added, added.length);
  }

  #placeOf(note: Int32Array): number {
    const hash = hashOf(note);
    const alike = this.#known.get(hash) ?? [];
    const same = alike.find((at) => note.every((word, i) => this.notes[at + i] === word));
    if (same !== undefined) return same;
    const at = this.#end;
    this.#end += note.length;
    while (this.#end > this.notes.length) this.notes = grown(this.notes);
    this.notes.set(note, at);
    this.#known.set(hash, [...alike, at]);
    return at;
  }
}

function hashOf(note: Int32Array): number {
  let hash = note.length;
  for (const word of note) hash = Math.imul(hash ^ word, 0x85ebca6b) ^ (hash >>> 15);
  return hash;
}

// The two heads differ by the count of what was played back, which nobody keeps here.
if (NOTE_HEAD !== HEAD + OUTCOMES) throw new Error('notes are laid out in another way');
