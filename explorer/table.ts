/**
 * The set of states seen, in the order in which they were first reached, each with the state that
 * it was reached from. What is done for every candidate is in core/core.ts.
 */
import { core } from './core.ts';
import type { Asked, Core, Memory } from './core.ts';
import { Window } from './window.ts';

/** Numbers and places are whole in 32 bits, and a table is at most seven tenths full. */
export const STATES_MAX = Math.floor(0.7 * 2 ** 29);
/** Bytes that the module has for states and index: its memory ends at 4 GiB. */
const MEMORY = 3.6 * 2 ** 30;

/** Others lie in pieces of so many states. */
const PIECE_BITS = 16;
/** Of a fingerprint. */
const FINGERPRINT_WORDS = 2;
/** Of the places for states that the module has, that of the parent: none before it is needed. */
const PARENT = 1;
const BITS_MIN = 12;

/** Bits that a table needs to be at most seven tenths full. */
const bitsFor = (states: number) => Math.max(BITS_MIN, Math.ceil(Math.log2(states / 0.7)));

/** Bytes of states that the module keeps, beside the index and the one that it was before. */
const nearBytes = (capacity: number): number => MEMORY - 1.5 * 4 * 2 ** bitsFor(capacity);

/** 32 bits that tell most states apart, for who keeps no states. */
export function hashOf(state: Int32Array): number {
  let hash = 0x9e3779b9 | 0;
  for (let i = 0; i < state.length; i++) {
    hash = Math.imul(hash ^ state[i]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash;
}

/** Of arrays that are as long. */
export function same(one: Int32Array, other: Int32Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** The module's memory has come to its end. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';

  constructor() {
    super('the module has no more memory');
  }
}

/** Was there no memory, of the module or for an array? */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof OutOfMemory ||
  (error instanceof RangeError && error.message === 'Array buffer allocation failed');

export class StateTable {
  readonly words: number;
  readonly capacity: number;
  readonly core: Core;
  readonly #near: number;
  readonly #compact: boolean;
  /** Words that are kept of a state for good: all, or a fingerprint. */
  readonly #kept: number;
  readonly #window: Window;
  #heap: Int32Array;
  /** States that the module does not keep. */
  readonly #far: Int32Array[] = [];

  /**
   * A table that holds the state from which the search begins. `more`: words that the module keeps
   * of a state that it expands; `asked`: what it asks then; `near`: bytes of states that it keeps.
   * `fingerprint`: of how many bits one is, in place of the state; see compact.ts. `memory`: that
   * of the table of another thread, whose states are then seen here; see together.ts.
   */
  constructor(
    first: Int32Array,
    capacity: number,
    more = first.length,
    asked?: Partial<Asked>,
    near = nearBytes(capacity),
    fingerprint = 0,
    memory?: Memory,
  ) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > STATES_MAX) {
      throw new RangeError(`states to keep must be 1..${STATES_MAX}, not ${capacity}`);
    }
    const { length: words } = first;
    this.words = words;
    this.capacity = capacity;
    this.#compact = fingerprint > 0;
    this.#kept = this.#compact ? FINGERPRINT_WORDS : words;
    this.#near = Math.min(capacity, Math.floor(near / (4 * this.#kept)));
    this.#window = new Window(words);
    const none = (): never => {
      throw new Error('nothing can be learned here');
    };
    const methods: Asked = {
      learn_row: none,
      learn_group: none,
      run_row: none,
      learn_own: none,
      follow: none,
      ring_full: none,
      share_growth: none,
      end_growth: none,
      ...asked,
      no_memory: () => {
        throw new OutOfMemory();
      },
      far_keep: (number, at) => this.#keep(number, at >>> 2),
      far_bring: (number, to) => this.#bring(number, to >>> 2),
      far_equals: (number, at) => (this.#equals(number, at >>> 2) ? 1 : 0),
      chunk_keep: (chunk, at) => this.#window.keep(chunk, this.heap, at >>> 2),
      chunk_bring: (chunk, to, place) => {
        if (place === PARENT) this.#window.giveUp(chunk);
        this.#window.bring(chunk, this.heap, to >>> 2);
      },
    };
    this.core = core(methods, memory);
    this.#heap = new Int32Array(this.core.memory.buffer);
    if (memory !== undefined) this.core.join(more);
    else {
      this.core.init(words, more, capacity, this.#near, fingerprint);
      this.heap.set(first, this.given);
      this.core.begin();
    }
  }

  /** So many of the states, the first ones, lie in the module's memory. */
  get near(): number {
    return this.#near;
  }

  /** The memory of the module, as words. Another array after it has grown. */
  get heap(): Int32Array {
    if (this.#heap.buffer !== this.core.memory.buffer) {
      this.#heap = new Int32Array(this.core.memory.buffer);
    }
    return this.#heap;
  }

  /** Where in it a candidate is put. */
  get given(): number {
    return this.core.given.value >>> 2;
  }

  /** States seen. */
  get count(): number {
    return this.core.count.value;
  }

  /** True when a new state found no room: whatever is said of the search, it was not complete. */
  get full(): boolean {
    return this.core.full.value !== 0;
  }

  /**
   * Bytes that a search of so many states needs at most, the table included; in compact mode
   * beside those of whole states that are still needed.
   */
  static bytes(words: number, states: number, compact = false): number {
    const kept = compact ? FINGERPRINT_WORDS : words;
    return states * (kept * 4 + 2) + 2 ** bitsFor(states + 2048) * 4;
  }

  /** The same of the states that there are, with all that is kept of them. */
  get bytes(): number {
    return StateTable.bytes(this.words, this.count, this.#compact) + this.#window.bytes;
  }

  /** The most states, up to `states`, that so many bytes have room for. */
  static within(bytes: number, words: number, states: number, compact = false): number {
    let fits = 1;
    for (let step = 2 ** Math.floor(Math.log2(states)); step >= 1; step /= 2) {
      const more = fits + step;
      if (more <= states && StateTable.bytes(words, more, compact) <= bytes) fits = more;
    }
    return fits;
  }

  /** The state from which another was first reached; -1 of the first. */
  parent(number: number): number {
    return number === 0 ? -1 : this.core.parent_of(number);
  }

  /** The array that holds a state, and where it begins there. Until another is asked for. */
  piece(number: number): Int32Array {
    return this.#isFar(number) ? this.#farPiece(number) : this.heap;
  }

  place(number: number): number {
    return this.#isFar(number) ? this.#farPlace(number) : this.core.state(number, 2) >>> 2;
  }

  state(number: number): Int32Array {
    const at = this.place(number);
    return this.piece(number).slice(at, at + this.words);
  }

  /**
   * Gathers a candidate; it is looked up when the batch is full, or at `flush`. Parents come in the
   * order of their numbers.
   */
  add(state: Int32Array, parent: number): void {
    const { heap, given } = this;
    for (let i = 0; i < state.length; i++) heap[given + i] = state[i]!;
    this.core.gather(parent);
  }

  /** Flushes a batch that is worth it. Called once a state expanded. */
  flushFull(): void {
    this.core.flush_full();
  }

  flush(): void {
    this.core.flush();
  }

  /** Puts states behind the others that are known to be new; then they are to be `appended`. */
  append(state: Int32Array, parent: number): boolean {
    this.heap.set(state, this.given);
    return this.core.append(parent) !== 0;
  }

  appended(): void {
    this.core.appended();
  }

  /** The number of a state that was flushed, or -1. */
  find(state: Int32Array): number {
    this.heap.set(state, this.given);
    return this.core.find(this.core.given.value);
  }

  /** Does a whole state lie outside? In compact mode the module brings it. */
  #isFar(number: number): boolean {
    return !this.#compact && number >= this.#near;
  }

  #farPiece(number: number): Int32Array {
    return this.#far[(number - this.#near) >>> PIECE_BITS]!;
  }

  #farPlace(number: number): number {
    return ((number - this.#near) & (2 ** PIECE_BITS - 1)) * this.#kept;
  }

  #bring(number: number, to: number): void {
    const from = this.#farPlace(number);
    this.heap.set(this.#farPiece(number).subarray(from, from + this.#kept), to);
  }

  #keep(number: number, from: number): void {
    const { heap } = this;
    const at = (number - this.#near) >>> PIECE_BITS;
    const piece = (this.#far[at] ??= new Int32Array(2 ** PIECE_BITS * this.#kept));
    const to = this.#farPlace(number);
    for (let i = 0; i < this.#kept; i++) piece[to + i] = heap[from + i]!;
  }

  #equals(number: number, at: number): boolean {
    const { heap } = this;
    const piece = this.#farPiece(number);
    const from = this.#farPlace(number);
    for (let i = 0; i < this.#kept; i++) if (piece[from + i] !== heap[at + i]) return false;
    return true;
  }
}
