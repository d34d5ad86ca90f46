/**
 * Which states are left behind for good, as far as fair loops are concerned.
 *
 * A task's own place is where it stands and what its locals hold. If no steps of the task lead from
 * a place back to it, no loop in which the task takes a step comes there. If the task can go on in
 * every state in which it is at that place, and it is driven, no loop in which it takes no step is
 * fair. So a state with a task at such a place is on no fair loop, and no component that has it is
 * fair. What is left of one without it is not, either, since whatever has a fair part is fair.
 */
import { Lookup } from '../machine/lookup.ts';
import { HEAD } from '../machine/memo.ts';
import type { Memo } from '../machine/memo.ts';
import type { System } from '../machine/system.ts';
import type { Spec } from '../machine/struct.ts';
import type { Turn } from '../machine/turn.ts';
import type { StateTable } from './table.ts';

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

export class Behind {
  readonly #system: System<Spec, Turn>;
  readonly #table: StateTable;
  readonly #memo: Memo;
  /** Tasks that are driven wherever they stand, and come to an end. */
  readonly #tasks: readonly number[];
  readonly #own: readonly Int32Array[];
  readonly #lookup: Lookup;
  readonly #number = new Int32Array(1);
  readonly #places: Place[] = [];
  readonly #state: Int32Array;
  readonly #to: Int32Array;
  /** The next state that is looked at; and, when all were, 1 for each place that is left behind. */
  #next = 0;
  #left: Uint8Array | undefined;
  #forgotten: number;

  constructor(system: System<Spec, Turn>, table: StateTable, memo: Memo) {
    this.#system = system;
    this.#table = table;
    this.#memo = memo;
    this.#forgotten = memo.forgotten;
    this.#tasks = system.tasks.flatMap(({ daemon, at_will }, i) => (daemon || at_will ? [] : [i]));
    this.#own = this.#tasks.map((task) => system.ownBits(task));
    this.#lookup = new Lookup(this.#tasks.length, system.words);
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
      const record = this.#memo.recordOf(this.#tasks[i]!, row, this.#state);
      if (this.#memo.forgotten !== this.#forgotten) this.#forget();
      if (record === place.last) continue;
      place.last = record;
      if (place.seen.has(record)) continue;
      place.seen.add(record);
      this.#follow(i, row, record, place);
    }
  }

  #forget(): void {
    this.#forgotten = this.#memo.forgotten;
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
    let record = this.#lookup.find(i, state);
    if (record === 0) {
      this.#number[0] = this.#places.length;
      this.#places.push({ follows: new Set(), seen: new Set(), last: 0, blocked: false });
      record = this.#lookup.enter(i, state, this.#own[i]!, this.#number, 1);
    }
    return this.#lookup.pool[this.#lookup.added(i, record)]!;
  }

  /** Where the task is after its row. */
  #follow(i: number, row: number, record: number, place: Place): void {
    const { lookup } = this.#memo;
    const notes = lookup.pool;
    let n = lookup.added(row, record);
    let outcomes = notes[n]!;
    if (outcomes === 0) place.blocked = true;
    n += HEAD;
    for (; outcomes > 0; outcomes--) {
      const end = n + 2 + 3 * notes[n + 1]!;
      this.#to.set(this.#state);
      for (let k = n + 2; k < end; k += 3) {
        this.#to[notes[k]!] = (this.#to[notes[k]!]! & notes[k + 1]!) | notes[k + 2]!;
      }
      place.follows.add(this.#placeOf(i, this.#to));
      n = end;
    }
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
