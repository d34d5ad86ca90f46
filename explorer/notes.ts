/** What rows were seen to do, in the memory of the core; core/core.ts says how it is laid out. */
import { HEAD, LONG, OUTCOMES, PLAYED } from '../machine/memo.ts';
import type { Counts, Memo } from '../machine/memo.ts';
import type { Sink } from '../machine/machine.ts';
import { hashOf } from './table.ts';
import type { StateTable } from './table.ts';

/** Words of a block of notes: the longest has far fewer. */
const BLOCK = 2 ** 16;

/** Each is kept once, for many records have the same. */
export class Notes {
  readonly #table: StateTable;
  /** Where blocks begin, as words; in which the next note lies, and where. */
  readonly #blocks: number[] = [];
  #block = -1;
  #free = 0;
  /** By a hash of what they say: where they are, and what to count when they are played back. */
  readonly #known = new Map<number, { readonly at: number; readonly counts: Counts }[]>();

  constructor(table: StateTable) {
    this.#table = table;
  }

  /** The address of a note that says so, of steps of that touch; see apart.ts. */
  addressOf(note: Int32Array, touch: number, counts: Counts): number {
    const hash = hashOf(note) ^ counts.row;
    const { heap } = this.#table;
    const alike = this.#known.get(hash) ?? [];
    const same = alike.find(
      ({ at, counts: of }) => heap[at - 1] === touch && this.#is(at, note) && isSame(of, counts),
    );
    if (same !== undefined) return 4 * same.at;
    const at = this.#room(note.length + 1) + 1;
    this.#table.heap[at - 1] = touch;
    this.#table.heap.set(note, at);
    alike.push({ at, counts });
    this.#known.set(hash, alike);
    return 4 * at;
  }

  #room(words: number): number {
    if (this.#block < 0 || this.#free + words > this.#blocks[this.#block]! + BLOCK) {
      this.#block++;
      this.#blocks[this.#block] ??= this.#table.core.allocate(4 * BLOCK) >>> 2;
      this.#free = this.#blocks[this.#block]!;
    }
    this.#free += words;
    return this.#free - words;
  }

  get bytes(): number {
    return 4 * BLOCK * (this.#block + 1);
  }

  /** Forgets all; no record may be left that has one. */
  forget(memo: Memo): void {
    this.settle(memo);
    this.#known.clear();
    this.#block = -1;
  }

  #is(at: number, note: Int32Array): boolean {
    const { heap } = this.#table;
    for (let i = 0; i < note.length; i++) {
      if (i !== PLAYED && heap[at + i] !== note[i]) return false;
    }
    return true;
  }

  /**
   * Gives the outcomes of a note in a state, each as a whole state; `to` is memory for it, and
   * holds that state too. False where there were too many to be noted.
   */
  give(note: number, state: Int32Array, to: Int32Array, sink: Sink): boolean {
    const { heap } = this.#table;
    let n = note >>> 2;
    let outcomes = heap[n + OUTCOMES]!;
    if (outcomes === LONG) return false;
    n += HEAD;
    for (; outcomes > 0; outcomes--) {
      const end = n + 2 + 3 * heap[n + 1]!;
      for (let i = n + 2; i < end; i += 3) {
        const word = heap[i]! >>> 2;
        to[word] = (to[word]! & heap[i + 1]!) | heap[i + 2]!;
      }
      sink.successor(heap[n]!, to);
      for (let i = n + 2; i < end; i += 3) to[heap[i]! >>> 2] = state[heap[i]! >>> 2]!;
      n = end;
    }
    return true;
  }

  /** Counts what was played back, as if it had run. */
  settle(memo: Memo): void {
    const { heap } = this.#table;
    for (const alike of this.#known.values()) {
      for (const { at, counts } of alike) {
        memo.count(counts, heap[at + PLAYED]!);
        heap[at + PLAYED] = 0;
      }
    }
  }
}

const isSame = (one: Counts, other: Counts): boolean =>
  one.row === other.row &&
  one.stuck === other.stuck &&
  isAlike(one.taken, other.taken) &&
  isAlike(one.along, other.along);

const isAlike = (one: readonly number[] = [], other: readonly number[] = []): boolean =>
  one.length === other.length && one.every((value, i) => value === other[i]);
