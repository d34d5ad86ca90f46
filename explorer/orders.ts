/**
 * Lock orders, in the manner of lockdep: after a search, every state is looked at again, and where
 * a task takes one class, or waits for it, while it holds another, that is an order. Nothing
 * declares orders: they follow from the states before and after a step, and from what a blocked row
 * waits for. What is taken and given back within one command is seen only where somebody waits.
 */
import type { LockClass } from '../machine/lock-class.ts';
import type { Machine, Sink } from '../machine/machine.ts';
import { TASKS_MAX } from '../machine/action.ts';
import type { Awaited } from '../machine/turn.ts';

/** Of two of one class: the one that is taken lies behind, before, is the same, or any will do. */
export type Within = 'ascending' | 'descending' | 'same' | 'alike';
const WITHIN: readonly Within[] = ['ascending', 'descending', 'same', 'alike'];

export interface Order {
  readonly from: string;
  readonly to: string;
  /** Is the one held shared; is the other taken so? */
  readonly from_shared: boolean;
  readonly to_shared: boolean;
  /** Where both are of one class. */
  readonly within?: Within;
}

/** Where an order was seen first: the number of the state, and whose row it is. */
export interface Seen {
  readonly state: number;
  readonly task: number;
  /** The step that takes it; undefined where the row waits. */
  readonly action?: number;
}

/** A machine whose states can be looked at without their successors. */
interface Looked extends Machine {
  show(states: Int32Array, at: number): void;
}

/** Most locks of one class. */
const NUMBERS_MAX = 128;

export class Orders<K> implements Sink {
  /** In the order in which they were seen first. */
  readonly seen: (Order & Seen)[] = [];
  readonly #machine: Looked;
  readonly #kernel: K;
  readonly #classes: readonly LockClass<K>[];
  /** Of the state looked at, for each class: how many there are; of each who holds it, and how. */
  readonly #count: Int32Array;
  readonly #holders: Int32Array;
  readonly #shared: Uint8Array;
  /** Which orders are known: a number each, see `#note`. */
  readonly #known = new Set<number>();
  readonly #exclusive = new Set<number>();
  /** Mask of the tasks that hold anything. */
  #holding = 0;
  #state = 0;
  /** It was waited for, and is no class. Told later: what a blocked row throws means nothing. */
  #undeclared: string | undefined;

  /** `kernel` is what the machine runs on: after a step its classes look at the state that is. */
  constructor(machine: Looked, kernel: K, classes: readonly LockClass<K>[]) {
    this.#machine = machine;
    this.#kernel = kernel;
    this.#classes = classes;
    this.#count = new Int32Array(classes.length);
    this.#holders = new Int32Array(classes.length * NUMBERS_MAX);
    this.#shared = new Uint8Array(classes.length * NUMBERS_MAX);
  }

  /** Classes that somebody holds, or wants, for himself alone. */
  get exclusive(): readonly string[] {
    return this.#classes.filter((_, c) => this.#exclusive.has(c)).map(({ what }) => what);
  }

  /** All steps of a state, which is number `state` of its search. */
  look(states: Int32Array, at: number, state: number): void {
    this.#machine.show(states, at);
    this.#state = state;
    this.#holding = 0;
    for (let c = 0; c < this.#classes.length; c++) this.#lookAt(c);
    this.#machine.successors(states, at, this);
    if (this.#undeclared === undefined) return;
    throw new Error(`'${this.#undeclared}' is waited for, and is no class of locks`);
  }

  #lookAt(c: number): void {
    const lock = this.#classes[c]!;
    const count = lock.count(this.#kernel);
    if (count > NUMBERS_MAX) throw new Error(`more than ${NUMBERS_MAX} of '${lock.what}'`);
    this.#count[c] = count;
    for (let n = 0, i = c * NUMBERS_MAX; n < count; n++, i++) {
      const holders = lock.holders(this.#kernel, n);
      this.#holders[i] = holders;
      if (holders === 0) continue;
      this.#holding |= holders;
      this.#shared[i] = lock.shared?.(this.#kernel, n) ? 1 : 0;
      if (this.#shared[i] === 0) this.#exclusive.add(c);
    }
  }

  /** Did the task hold number `n` of a class in the state looked at? */
  #held(c: number, n: number, task: number): boolean {
    return n < this.#count[c]! && ((this.#holders[c * NUMBERS_MAX + n]! >>> task) & 1) === 1;
  }

  /** A step was taken: what its task holds now, and did not before, it has taken. */
  successor(action: number): void {
    const task = action & (TASKS_MAX - 1);
    if (((this.#holding >>> task) & 1) === 0) return;
    for (let c = 0; c < this.#classes.length; c++) {
      const lock = this.#classes[c]!;
      if (lock.completion) continue;
      for (let n = lock.count(this.#kernel) - 1; n >= 0; n--) {
        const has = (lock.holders(this.#kernel, n) >>> task) & 1;
        if (has === 0 || this.#held(c, n, task)) continue;
        const shared = lock.shared?.(this.#kernel, n) ?? false;
        this.#while(task, c, n, shared, action);
      }
    }
  }

  /** A row of `task` waits, in the state looked at. */
  waits(task: number, on: Awaited | undefined, n: number, shared: boolean): void {
    const c = this.#classes.findIndex((lock) => lock === on);
    if (c < 0) {
      this.#undeclared ??= on?.what ?? 'something';
      return;
    }
    if (!shared) this.#exclusive.add(c);
    this.#while(task, c, n, shared);
  }

  /** Number `n` of class `to` is taken, or waited for, while all is held that is. */
  #while(task: number, to: number, n: number, shared: boolean, action?: number): void {
    for (let from = 0; from < this.#classes.length; from++) {
      for (let m = 0; m < this.#count[from]!; m++) {
        if (!this.#held(from, m, task)) continue;
        // What the same step gives back: no order can be told.
        if (action !== undefined && !this.#stillHeld(from, m, task)) continue;
        const within = from === to ? this.#within(to, m, n) : 0;
        const held_shared = this.#shared[from * NUMBERS_MAX + m] === 1;
        this.#note(from, to, held_shared, shared, within, task, action);
      }
    }
  }

  #stillHeld(from: number, m: number, task: number): boolean {
    const lock = this.#classes[from]!;
    if (m >= lock.count(this.#kernel)) return false;
    return ((lock.holders(this.#kernel, m) >>> task) & 1) === 1;
  }

  #within(c: number, held: number, taken: number): number {
    if (this.#classes[c]!.alike) return WITHIN.indexOf('alike');
    if (held === taken) return WITHIN.indexOf('same');
    return WITHIN.indexOf(taken > held ? 'ascending' : 'descending');
  }

  #note(
    from: number,
    to: number,
    from_shared: boolean,
    to_shared: boolean,
    within: number,
    task: number,
    action: number | undefined,
  ): void {
    const key = (((from * 32 + to) * 4 + within) * 2 + +from_shared) * 2 + +to_shared;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const order: Order = {
      from: this.#classes[from]!.what,
      to: this.#classes[to]!.what,
      from_shared,
      to_shared,
      ...(from === to ? { within: WITHIN[within]! } : {}),
    };
    const step = action === undefined ? {} : { action };
    this.seen.push({ ...order, state: this.#state, task, ...step });
  }
}

/** The same for the same order, wherever it was seen. */
export const keyOf = ({ from, to, from_shared, to_shared, within }: Order): string =>
  [from, from_shared, to, to_shared, within].join('|');
