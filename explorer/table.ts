/**
 * The set of states seen, in the order in which they were first reached, each with the state that
 * it was reached from.
 *
 * States lie packed one behind the other; an open table of their numbers finds them. What costs
 * time here is memory that is not in the cache, not arithmetic. So candidates are gathered in
 * batches, the places where they may stand are touched first, all together, and only then are they
 * compared; and what a number leaves free of its 32 bits holds bits of the hash, so that few states
 * are looked at in vain. Of the candidates more than half were gathered only a moment before, since
 * two steps in either order lead to the same state: those are dropped at once. Room for `capacity`
 * states is reserved at once, but the system gives real memory only to what is used: the table
 * grows in place, without a copy.
 */

import { Parents } from './parents.ts';

/** So many candidates are looked up at once, if there are; and this many at most. */
const BATCH = 512;
const BATCH_MAX = 2048;
/** So many candidates are still known after they were looked up. */
const RECENT_BITS = 12;
const RECENT = 1 << RECENT_BITS;
const BITS_MIN = 12;
/** Numbers and places are whole in 32 bits, and a table is at most seven tenths full. */
export const STATES_MAX = Math.floor(0.7 * 2 ** 31);
/** States lie in pieces of so many words at most, which is 4 GiB. */
const PIECE_WORDS = 2 ** 30;

/** Bits that a table needs to be at most seven tenths full. */
const bitsFor = (states: number) => Math.max(BITS_MIN, Math.ceil(Math.log2(states / 0.7)));

/** A word's share in the hash of a state, by its place. Shares are added up. */
export function mix(value: number, place: number): number {
  let share = Math.imul(value ^ Math.imul(place + 1, 0x9e3779b1), 0x85ebca6b);
  share ^= share >>> 15;
  share = Math.imul(share, 0xc2b2ae35);
  return share ^ (share >>> 13);
}

/** A place in the table is the top bits, a mark the lowest; both have to be mixed well. */
export function finish(sum: number): number {
  const hash = Math.imul(sum ^ (sum >>> 16), 0x2c1b3c6d);
  return hash ^ (hash >>> 15);
}

export function hashOf(states: Int32Array, at: number, words: number): number {
  let sum = 0;
  for (let i = 0; i < words; i++) sum = (sum + mix(states[at + i]!, i)) | 0;
  return finish(sum);
}

/** Room for so many states is reserved at first. */
const FIRST_ROOM = 2 ** 15;

function copied(from: Int32Array, length: number): Int32Array {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}

export class StateTable {
  /** States seen. */
  count = 0;
  /** True when a new state found no room: whatever is said of the search, it was not complete. */
  full = false;
  readonly words: number;
  readonly capacity: number;
  /** The packed states, so many in each piece. */
  readonly pieces: Int32Array[];
  readonly piece_bits: number;
  /** So many states there is room for now. */
  #room: number;
  readonly #parents = new Parents();
  /**
   * 1 + the number of a state in the low bits, above them as many bits of its hash as fit. So many
   * of its places are in use as there are numbers of `#bits` bits.
   */
  #table: Int32Array;
  #bits = BITS_MIN;
  /** Candidates, in a ring: those not looked up yet are the last of them. */
  readonly #ring: Int32Array;
  readonly #ringParents = new Float64Array(RECENT);
  readonly #hashes = new Int32Array(RECENT);
  readonly #places = new Int32Array(RECENT);
  /** The next place in the ring; and how many before it are still to be looked up. */
  #next = 0;
  #batched = 0;
  /** For each of the hashes that begin alike: where in the ring the last of them is. */
  readonly #recent = new Int32Array(RECENT);
  /** Keeps the touching reads alive. */
  touched = 0;

  /** A table that holds the state from which the search begins. */
  constructor(first: Int32Array, capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > STATES_MAX) {
      throw new RangeError(`states to keep must be 1..${STATES_MAX}, not ${capacity}`);
    }
    const words = first.length;
    this.words = words;
    this.capacity = capacity;
    this.piece_bits = Math.floor(Math.log2(PIECE_WORDS / words));
    this.#room = Math.min(capacity, FIRST_ROOM);
    this.pieces = [new Int32Array(this.#room * words)];
    this.#table = new Int32Array(2 ** bitsFor(this.#room + BATCH_MAX));
    // What is recent is compared: at first that is this state, wherever one looks.
    this.#ring = new Int32Array(RECENT * words);
    for (let i = 0; i < this.#ring.length; i++) this.#ring[i] = first[i % words]!;
    this.#enlist(first, hashOf(first, 0, words), 0);
    this.flush();
  }

  /** Bytes that a search of so many states needs at most, the table included. */
  static bytes(words: number, states: number): number {
    return states * (words * 4 + 1) + 2 ** bitsFor(states + BATCH_MAX) * 4;
  }

  /** The most states, up to `states`, that so many bytes have room for. */
  static within(bytes: number, words: number, states: number): number {
    let fits = 1;
    for (let step = 2 ** Math.floor(Math.log2(states)); step >= 1; step /= 2) {
      const more = fits + step;
      if (more <= states && StateTable.bytes(words, more) <= bytes) fits = more;
    }
    return fits;
  }

  /** The state from which another was first reached; -1 of the first. */
  parent(number: number): number {
    return number === 0 ? -1 : this.#parents.of(number);
  }

  /** The piece that holds a state, and where it begins there. */
  piece(number: number): Int32Array {
    return this.pieces[number >>> this.piece_bits]!;
  }

  place(number: number): number {
    return (number & ((1 << this.piece_bits) - 1)) * this.words;
  }

  /**
   * Gathers a candidate; it is looked up when the batch is full, or at `flush`. Returns its hash,
   * which the search needs too. Parents come in the order of their numbers.
   */
  add(state: Int32Array, parent: number): number {
    const hash = hashOf(state, 0, this.words);
    this.gather(state, hash, parent);
    return hash;
  }

  /** The same of a candidate whose hash is known. */
  gather(state: Int32Array, hash: number, parent: number): void {
    const words = this.words;
    const ring = this.#ring;
    let at = this.#recent[hash >>> (32 - RECENT_BITS)]! * words;
    for (let i = 0; i < words; i++)
      if (ring[at++] !== state[i]) return this.#enlist(state, hash, parent);
  }

  #enlist(state: Int32Array, hash: number, parent: number): void {
    const words = this.words;
    const ring = this.#ring;
    const n = this.#next;
    let at = n * words;
    for (let i = 0; i < words; i++) ring[at++] = state[i]!;
    this.#hashes[n] = hash;
    this.#ringParents[n] = parent;
    this.#recent[hash >>> (32 - RECENT_BITS)] = n;
    this.#next = (n + 1) & (RECENT - 1);
    if (++this.#batched >= BATCH_MAX) this.flush();
  }

  /** Flushes a batch that is worth it. Called once a state expanded. */
  flushFull(): void {
    if (this.#batched >= BATCH) this.flush();
  }

  flush(): void {
    const n = this.#batched;
    this.#batched = 0;
    const first = (this.#next - n) & (RECENT - 1);
    // A batch may run over the end of the ring.
    const until = Math.min(RECENT, first + n);
    this.#touch(first, until);
    this.#touch(0, first + n - until);
    this.#find(first, until);
    this.#find(0, first + n - until);
    this.#insert(first, until);
    this.#insert(0, first + n - until);
    if (this.count + BATCH_MAX > this.#room) this.#makeRoom();
    while ((this.count + BATCH_MAX) * 10 > 2 ** this.#bits * 7) this.#grow();
  }

  /**
   * Room for all that the search may find is asked for, but the system gives memory only to what is
   * used. Most searches are small, and never get here.
   */
  #makeRoom(): void {
    if (this.#room === this.capacity) return;
    const in_piece = 2 ** this.piece_bits;
    if (this.pieces.length === 1 && this.#room < in_piece) {
      this.#room = Math.min(this.capacity, in_piece);
      this.pieces[0] = copied(this.pieces[0]!, this.#room * this.words);
      this.#table = copied(this.#table, 2 ** bitsFor(this.capacity + BATCH_MAX));
      return;
    }
    const more = Math.min(this.capacity - this.#room, in_piece);
    this.pieces.push(new Int32Array(more * this.words));
    this.#room += more;
  }

  /** Brings the places where the batch's hashes belong into the cache. */
  #touch(first: number, until: number): void {
    const table = this.#table;
    const shift = 32 - this.#bits;
    const hashes = this.#hashes;
    let touched = 0;
    for (let i = first; i < until; i++) touched ^= table[hashes[i]! >>> shift]!;
    this.touched = touched;
  }

  /**
   * For each candidate the place where something with its mark stands, or the free place where its
   * search ends. The state that stands there is touched too, so that `#insert` finds it in the
   * cache.
   */
  #find(first: number, until: number): void {
    const table = this.#table;
    const bits = this.#bits;
    const shift = 32 - bits;
    const last = -1 >>> shift;
    const hashes = this.#hashes;
    const places = this.#places;
    const { pieces, piece_bits } = this;
    const in_piece = (1 << piece_bits) - 1;
    const words = this.words;
    let touched = 0;
    for (let i = first; i < until; i++) {
      const hash = hashes[i]!;
      const mark = hash << bits;
      let place = hash >>> shift;
      let entry = table[place]!;
      while (entry !== 0 && (entry ^ mark) >>> bits !== 0) {
        place = (place + 1) & last;
        entry = table[place]!;
      }
      places[i] = place;
      if (entry !== 0) {
        const number = (entry & last) - 1;
        touched ^= pieces[number >>> piece_bits]![(number & in_piece) * words]!;
      }
    }
    this.touched = touched;
  }

  /** Enters those of the batch that are new. */
  #insert(first: number, until: number): void {
    const table = this.#table;
    const bits = this.#bits;
    const last = -1 >>> (32 - bits);
    const { pieces, piece_bits, words, capacity } = this;
    const in_piece = (1 << piece_bits) - 1;
    const ring = this.#ring;
    const hashes = this.#hashes;
    const places = this.#places;
    let { count } = this;
    for (let i = first; i < until; i++) {
      const mark = hashes[i]! << bits;
      const from = i * words;
      let place = places[i]!;
      let entry = table[place]!;
      for (; entry !== 0; entry = table[place]!) {
        if ((entry ^ mark) >>> bits === 0) {
          const number = (entry & last) - 1;
          const piece = pieces[number >>> piece_bits]!;
          const at = (number & in_piece) * words;
          let k = 0;
          while (k < words && piece[at + k] === ring[from + k]) k++;
          if (k === words) break;
        }
        place = (place + 1) & last;
      }
      if (entry !== 0) continue;
      if (count === capacity) {
        this.full = true;
        continue;
      }
      const piece = pieces[count >>> piece_bits]!;
      const to = (count & in_piece) * words;
      for (let k = 0; k < words; k++) piece[to + k] = ring[from + k]!;
      this.#parents.add(this.#ringParents[i]!);
      table[place] = mark | ++count;
    }
    this.count = count;
  }

  /** Doubles the part of the table in use, and gives every state its new place, a batch a time. */
  #grow(): void {
    this.#table.fill(0, 0, 2 ** this.#bits);
    this.#bits++;
    const hashes = new Int32Array(BATCH_MAX);
    // A piece holds a whole number of batches.
    for (let first = 0; first < this.count; first += BATCH_MAX) {
      const n = Math.min(BATCH_MAX, this.count - first);
      this.#hashAgain(hashes, this.piece(first), this.place(first), n);
      this.#enter(hashes, first, n);
    }
  }

  #hashAgain(hashes: Int32Array, piece: Int32Array, place: number, n: number): void {
    const { words } = this;
    const table = this.#table;
    const shift = 32 - this.#bits;
    let touched = 0;
    for (let i = 0, at = place; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < words; k++) sum = (sum + mix(piece[at++]!, k)) | 0;
      const hash = finish(sum);
      hashes[i] = hash;
      touched ^= table[hash >>> shift]!;
    }
    this.touched = touched;
  }

  /** Puts states known to be different into the table. */
  #enter(hashes: Int32Array, first: number, n: number): void {
    const table = this.#table;
    const bits = this.#bits;
    const shift = 32 - bits;
    const last = -1 >>> shift;
    for (let i = 0; i < n; i++) {
      const hash = hashes[i]!;
      let place = hash >>> shift;
      while (table[place] !== 0) place = (place + 1) & last;
      table[place] = (hash << bits) | (first + i + 1);
    }
  }

  /** The number of a state that was flushed, or -1. */
  find(state: Int32Array): number {
    const { words } = this;
    const table = this.#table;
    const bits = this.#bits;
    const shift = 32 - bits;
    const last = -1 >>> shift;
    const hash = hashOf(state, 0, words);
    const mark = hash << bits;
    let place = hash >>> shift;
    for (let entry = table[place]!; entry !== 0; entry = table[place]!) {
      if ((entry ^ mark) >>> bits === 0) {
        const number = (entry & last) - 1;
        const piece = this.piece(number);
        const at = this.place(number);
        let i = 0;
        while (i < words && piece[at + i] === state[i]) i++;
        if (i === words) return number;
      }
      place = (place + 1) & last;
    }
    return -1;
  }

  state(number: number): Int32Array {
    const at = this.place(number);
    return this.piece(number).slice(at, at + this.words);
  }
}
