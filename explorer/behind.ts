/**
 * Which states are left behind for good, as far as fair loops are concerned.
 *
 * A task's own place is where it stands and what its locals hold. If no steps of the task lead from
 * a place back to it, no loop in which the task takes a step comes there. If the task can go on in
 * every state in which it is at that place, and it is driven, no loop in which it takes no step is
 * fair. So a state with a task at such a place is on no fair loop, and no component that has it is
 * fair. What is left of one without it is not, either, since whatever has a fair part is fair.
 */
import type { System } from '../machine/system.ts';
import type { Spec } from '../machine/struct.ts';
import type { Turn } from '../machine/turn.ts';
import type { Expander } from './expander.ts';
import { StateTable } from './table.ts';

/** More places are not told apart: then no state is known to be left behind. */
const PLACES_MAX = 2 ** 20;

interface Place {
  /** The places of the same task that follow it. */
  readonly follows: Set<number>;
  /** What the row there does, as far as that was looked at: records of the memo. */
  readonly seen: Set<number>;
  last: number;
  /** In some state the task cannot go on. */
  blocked: boolean;
}

/** The places of a task, by its own bits. */
class Own {
  readonly #words: readonly number[];
  readonly #masks: Int32Array;
  readonly #bits: Int32Array;
  /** Own bits as states, in the order in which they were found, and which place each is. */
  #table: StateTable | undefined;
  readonly #places: number[] = [];

  constructor(own: Int32Array) {
    this.#words = [...own.keys()].filter((word) => own[word] !== 0);
    this.#masks = Int32Array.from(this.#words, (word) => own[word]!);
    this.#bits = new Int32Array(this.#words.length);
  }

  #take(state: Int32Array): Int32Array {
    const bits = this.#bits;
    for (let i = 0; i < bits.length; i++) bits[i] = state[this.#words[i]!]! & this.#masks[i]!;
    return bits;
  }

  /** -1 where it is not known. */
  placeOf(state: Int32Array): number {
    const found = this.#table?.find(this.#take(state)) ?? -1;
    return found < 0 ? -1 : this.#places[found]!;
  }

  add(state: Int32Array, place: number): void {
    const bits = this.#take(state);
    if (this.#table === undefined) this.#table = new StateTable(bits, PLACES_MAX);
    else {
      this.#table.add(bits, 0);
      this.#table.flush();
    }
    this.#places.push(place);
  }
}

export class Behind {
  readonly #system: System<Spec, Turn>;
  readonly #expander: Expander;
  readonly #table: StateTable;
  /** Tasks that are driven wherever they stand, and come to an end. */
  readonly #tasks: readonly number[];
  readonly #own: readonly Own[];
  readonly #places: Place[] = [];
  readonly #state: Int32Array;
  readonly #to: Int32Array;
  /** The next state that is looked at; and, when all were, 1 for each place that is left behind. */
  #next = 0;
  #left: Uint8Array | undefined;
  #forgotten: number;

  constructor(system: System<Spec, Turn>, expander: Expander) {
    this.#system = system;
    this.#expander = expander;
    this.#table = expander.table;
    this.#forgotten = expander.forgotten;
    this.#tasks = system.tasks.flatMap(({ daemon, at_will }, i) => (daemon || at_will ? [] : [i]));
    this.#own = this.#tasks.map((task) => new Own(system.ownBits(task)));
    this.#state = new Int32Array(system.words);
    this.#to = new Int32Array(system.words);
  }

  /** Looks at some more states; false when all were looked at. */
  slice(states: number): boolean {
    if (this.#left !== undefined) return false;
    const until = Math.min(this.#table.count, this.#next + states);
    for (; this.#next < until && this.#places.length < PLACES_MAX; this.#next++) this.#look();
    if (this.#next === until && until < this.#table.count) return true;
    this.#left = this.#leftBehind();
    return false;
  }

  #look(): void {
    this.#load(this.#next);
    for (let i = 0; i < this.#tasks.length; i++) {
      const row = this.#system.rowAt(this.#state, this.#tasks[i]!);
      if (row < 0) continue;
      const place = this.#places[this.#placeOf(i, this.#state)]!;
      const record = this.#expander.recordOf(this.#tasks[i]!, row, this.#state);
      if (this.#expander.forgotten !== this.#forgotten) this.#forget();
      if (record === place.last) continue;
      place.last = record;
      if (place.seen.has(record)) continue;
      place.seen.add(record);
      this.#follow(i, record, place);
    }
  }

  #forget(): void {
    this.#forgotten = this.#expander.forgotten;
    for (const place of this.#places) {
      place.last = 0;
      place.seen.clear();
    }
  }

  #load(number: number): void {
    const piece = this.#table.piece(number);
    const at = this.#table.place(number);
    const state = this.#state;
    for (let i = 0; i < state.length; i++) state[i] = piece[at + i]!;
  }

  #placeOf(i: number, state: Int32Array): number {
    const own = this.#own[i]!;
    const known = own.placeOf(state);
    if (known >= 0) return known;
    own.add(state, this.#places.length);
    this.#places.push({ follows: new Set(), seen: new Set(), last: 0, blocked: false });
    return this.#places.length - 1;
  }

  /** Where the task is after its row. */
  #follow(i: number, record: number, place: Place): void {
    let goes_on = false;
    this.#to.set(this.#state);
    this.#expander.give(this.#tasks[i]!, record, this.#state, this.#to, {
      successor: (_, to) => {
        goes_on = true;
        place.follows.add(this.#placeOf(i, to));
      },
    });
    if (!goes_on) place.blocked = true;
  }

  /** Places where nobody is blocked, and from which no way leads to a loop. */
  #leftBehind(): Uint8Array {
    const places = this.#places;
    const left = new Uint8Array(places.length);
    if (places.length >= PLACES_MAX) return left;
    // How many places that are not known to be off all loops follow each, and which come before it.
    const open = places.map(({ follows }) => follows.size);
    const before = places.map((): number[] => []);
    places.forEach(({ follows }, from) => {
      for (const to of follows) before[to]!.push(from);
    });
    const off = open.flatMap((count, place) => (count === 0 ? [place] : []));
    for (const place of off) {
      left[place] = places[place]!.blocked ? 0 : 1;
      for (const from of before[place]!) if (--open[from]! === 0) off.push(from);
    }
    return left;
  }

  /** Is the state left behind by a task? */
  leaves(number: number): boolean {
    this.#load(number);
    for (let i = 0; i < this.#tasks.length; i++) {
      if (this.#system.rowAt(this.#state, this.#tasks[i]!) < 0) continue;
      if (this.#left![this.#placeOf(i, this.#state)] === 1) return true;
    }
    return false;
  }
}
