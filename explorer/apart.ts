/**
 * Steps that are apart: neither writes what the other reads or writes, so that they lead to the
 * same state in either order. Which bits a step reads and writes is its touch, where its task
 * stands included. There are some hundreds; in a few designs thousands, and those that are met last
 * are apart from none. The core goes by their numbers; see "Rows played back" in core/core.ts.
 */
import { HEAD, LONG, OUTCOMES } from '../machine/memo.ts';
import type { Place } from '../machine/struct.ts';
import { hashOf, same } from './table.ts';
import type { StateTable } from './table.ts';

/** As many as the core has bits for. */
export const TOUCHES = 1024;
/** Words of bits of each. */
const ROW = TOUCHES / 32;
/** What is apart from nothing: of a row with too many outcomes, or one touch too many. */
const ANY = 0;

/** Where a field of the state is. */
type At = Pick<Place, 'word' | 'shift' | 'mask'>;

interface Touch {
  readonly number: number;
  /** A word each: masks of what is read, and behind them of what is written. */
  readonly masks: Int32Array;
}

export class Apart {
  readonly #table: StateTable;
  readonly #touches: Touch[] = [];
  /** By a hash of its masks. */
  readonly #known = new Map<number, Touch[]>();
  readonly #places: readonly At[];
  /** The one that is looked for. */
  readonly #masks: Int32Array;

  /** `places`: where each task's place is. */
  constructor(table: StateTable, places: readonly At[]) {
    this.#table = table;
    this.#places = places;
    this.#masks = new Int32Array(2 * table.words);
  }

  /** The number of what a step of a task was seen to read, and does as the note has it. */
  touchOf(task: number, read: Int32Array, note: Int32Array): number {
    if (note[OUTCOMES] === LONG) return ANY;
    const masks = this.#masks;
    const { words } = this.#table;
    masks.fill(0, words);
    masks.set(read);
    const { word, shift, mask } = this.#places[task]!;
    masks[word] = masks[word]! | (mask << shift);
    let n = HEAD;
    for (let outcomes = note[OUTCOMES]!; outcomes > 0; outcomes--) {
      const end = n + 2 + 3 * note[n + 1]!;
      for (let i = n + 2; i < end; i += 3) {
        const at = words + (note[i]! >>> 2);
        masks[at] = masks[at]! | ~note[i + 1]!;
      }
      n = end;
    }
    const hash = hashOf(masks);
    const alike = this.#known.get(hash) ?? [];
    for (const touch of alike) if (same(touch.masks, masks)) return touch.number;
    const touch = { number: this.#touches.length + 1, masks: masks.slice() };
    if (touch.number === TOUCHES) return ANY;
    this.#known.set(hash, [...alike, touch]);
    this.#touches.push(touch);
    this.#tell(touch);
    return touch.number;
  }

  /** From which others it is apart. */
  #tell({ number, masks }: Touch): void {
    const { core, heap } = this.#table;
    const at = core.apart.value >>> 2;
    for (const other of this.#touches) {
      if (!areApart(masks, other.masks)) continue;
      heap[at + number * ROW + (other.number >>> 5)]! |= 1 << other.number;
      heap[at + other.number * ROW + (number >>> 5)]! |= 1 << number;
    }
  }
}

function areApart(one: Int32Array, other: Int32Array): boolean {
  const words = one.length / 2;
  for (let word = 0; word < words; word++) {
    const written = one[words + word]!;
    const written_too = other[words + word]!;
    if ((written & (other[word]! | written_too)) !== 0) return false;
    if ((one[word]! & written_too) !== 0) return false;
  }
  return true;
}
