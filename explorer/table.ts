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

const BATCH = 512;
const BATCH_ROOM = 4 * BATCH;
/** Places for states gathered a moment ago. */
const RECENT_BITS = 12;
const BITS_MIN = 12;
/** So that every number leaves some bits for the hash. */
const CAPACITY_MAX = 2 ** 28;

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
  states: Int32Array;
  parents: Int32Array;
  /** 1 + the number of a state in the low bits, above them as many bits of its hash as fit. */
  #table: Int32Array;
  /** 2^bits places of the table are in use. */
  #bits = BITS_MIN;
  readonly #numberBits: number;
  readonly #batch: Int32Array;
  readonly #batchParents = new Int32Array(BATCH_ROOM);
  readonly #batchHashes = new Int32Array(BATCH_ROOM);
  readonly #batchPlaces = new Int32Array(BATCH_ROOM);
  #batched = 0;
  /** The state gathered last for each of the hashes that begin alike. */
  readonly #recent: Int32Array;
  /** Keeps the touching reads alive. */
  touched = 0;

  /** A table that holds the state from which the search begins. */
  constructor(first: Int32Array, capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > CAPACITY_MAX) {
      throw new RangeError(`states to keep must be 1..${CAPACITY_MAX}, not ${capacity}`);
    }
    const words = first.length;
    this.words = words;
    this.capacity = capacity;
    const room = Math.min(capacity, FIRST_ROOM);
    this.states = new Int32Array(room * words);
    this.parents = new Int32Array(room);
    this.#table = new Int32Array(2 ** bitsFor(room + BATCH_ROOM));
    this.#numberBits = 32 - Math.clz32(capacity);
    this.#batch = new Int32Array(BATCH_ROOM * words);
    this.#recent = new Int32Array((1 << RECENT_BITS) * words);
    // A place is looked at for states whose hash belongs there: the first state was seen, whatever
    // is looked up, while one of zeros might not have been.
    for (let i = 0; i < this.#recent.length; i++) this.#recent[i] = first[i % words]!;
    this.#gather(first, hashOf(first, 0, words), -1);
    this.flush();
  }

  /** Bytes that a search of so many states needs at most, the table included. */
  static bytes(words: number, states: number): number {
    return states * (words + 1) * 4 + 2 ** bitsFor(states + BATCH_ROOM) * 4;
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

  /**
   * Gathers a candidate; it is looked up when the batch is full, or at `flush`. Returns its hash,
   * which the search needs too.
   */
  add(state: Int32Array, parent: number): number {
    const hash = hashOf(state, 0, this.words);
    this.gather(state, hash, parent);
    return hash;
  }

  /** The same of a candidate whose hash is known. */
  gather(state: Int32Array, hash: number, parent: number): void {
    const words = this.words;
    const recent = this.#recent;
    const at = (hash >>> (32 - RECENT_BITS)) * words;
    let i = 0;
    while (i < words && recent[at + i] === state[i]) i++;
    if (i === words) return;
    for (i = 0; i < words; i++) recent[at + i] = state[i]!;
    this.#gather(state, hash, parent);
  }

  #gather(state: Int32Array, hash: number, parent: number): void {
    const words = this.words;
    const n = this.#batched++;
    const batch = this.#batch;
    const at = n * words;
    for (let i = 0; i < words; i++) batch[at + i] = state[i]!;
    this.#batchHashes[n] = hash;
    this.#batchParents[n] = parent;
    if (n + 1 >= BATCH_ROOM) this.flush();
  }

  /** Flushes a batch that is worth it. Called once a state expanded. */
  flushFull(): void {
    if (this.#batched >= BATCH) this.flush();
  }

  flush(): void {
    const n = this.#batched;
    this.#batched = 0;
    this.#touch(n);
    this.#find(n);
    this.#insert(n);
    if (this.count + BATCH_ROOM > this.parents.length) this.#makeRoom();
    while ((this.count + BATCH_ROOM) * 10 > (1 << this.#bits) * 7) this.#grow();
  }

  /** Once: room for all that the search may find. Most searches are small, and never get here. */
  #makeRoom(): void {
    if (this.parents.length === this.capacity) return;
    this.states = copied(this.states, this.capacity * this.words);
    this.parents = copied(this.parents, this.capacity);
    this.#table = copied(this.#table, 2 ** bitsFor(this.capacity + BATCH_ROOM));
  }

  /** Brings the places where the batch's hashes belong into the cache. */
  #touch(n: number): void {
    const table = this.#table;
    const shift = 32 - this.#bits;
    const hashes = this.#batchHashes;
    let touched = 0;
    for (let i = 0; i < n; i++) touched ^= table[hashes[i]! >>> shift]!;
    this.touched = touched;
  }

  /**
   * For each candidate the place where something with its mark stands, or the free place where its
   * search ends. The state that stands there is touched too, so that `#insert` finds it in the
   * cache.
   */
  #find(n: number): void {
    const table = this.#table;
    const shift = 32 - this.#bits;
    const last = (1 << this.#bits) - 1;
    const numberBits = this.#numberBits;
    const numberMask = (1 << numberBits) - 1;
    const hashes = this.#batchHashes;
    const places = this.#batchPlaces;
    const states = this.states;
    const words = this.words;
    let touched = 0;
    for (let i = 0; i < n; i++) {
      const hash = hashes[i]!;
      const mark = hash << numberBits;
      let place = hash >>> shift;
      let entry = table[place]!;
      while (entry !== 0 && (entry ^ mark) >>> numberBits !== 0) {
        place = (place + 1) & last;
        entry = table[place]!;
      }
      places[i] = place;
      if (entry !== 0) touched ^= states[((entry & numberMask) - 1) * words]!;
    }
    this.touched = touched;
  }

  /** Enters those of the batch that are new. */
  #insert(n: number): void {
    const table = this.#table;
    const last = (1 << this.#bits) - 1;
    const numberBits = this.#numberBits;
    const numberMask = (1 << numberBits) - 1;
    const { states, parents, words, capacity } = this;
    const batch = this.#batch;
    const hashes = this.#batchHashes;
    const places = this.#batchPlaces;
    const batchParents = this.#batchParents;
    let { count } = this;
    for (let i = 0; i < n; i++) {
      const mark = hashes[i]! << numberBits;
      const from = i * words;
      let place = places[i]!;
      let entry = table[place]!;
      for (; entry !== 0; entry = table[place]!) {
        if ((entry ^ mark) >>> numberBits === 0) {
          const at = ((entry & numberMask) - 1) * words;
          let k = 0;
          while (k < words && states[at + k] === batch[from + k]) k++;
          if (k === words) break;
        }
        place = (place + 1) & last;
      }
      if (entry !== 0) continue;
      if (count === capacity) {
        this.full = true;
        continue;
      }
      const to = count * words;
      for (let k = 0; k < words; k++) states[to + k] = batch[from + k]!;
      parents[count] = batchParents[i]!;
      table[place] = mark | ++count;
    }
    this.count = count;
  }

  /** Doubles the part of the table in use, and gives every state its new place, a batch a time. */
  #grow(): void {
    this.#table.fill(0, 0, 1 << this.#bits);
    this.#bits++;
    const words = this.words;
    for (let first = 0; first < this.count; first += BATCH_ROOM) {
      const n = Math.min(BATCH_ROOM, this.count - first);
      for (let i = 0; i < n; i++) {
        this.#batchHashes[i] = hashOf(this.states, (first + i) * words, words);
      }
      this.#touch(n);
      this.#enter(first, n);
    }
  }

  /** Puts states known to be different into the table; their hashes are in the batch. */
  #enter(first: number, n: number): void {
    const table = this.#table;
    const shift = 32 - this.#bits;
    const last = (1 << this.#bits) - 1;
    for (let i = 0; i < n; i++) {
      const hash = this.#batchHashes[i]!;
      let place = hash >>> shift;
      while (table[place] !== 0) place = (place + 1) & last;
      table[place] = (hash << this.#numberBits) | (first + i + 1);
    }
  }

  /** The number of a state that was flushed, or -1. */
  find(state: Int32Array): number {
    const { states, words } = this;
    const table = this.#table;
    const numberBits = this.#numberBits;
    const numberMask = (1 << numberBits) - 1;
    const last = (1 << this.#bits) - 1;
    const hash = hashOf(state, 0, words);
    const mark = hash << numberBits;
    let place = hash >>> (32 - this.#bits);
    for (let entry = table[place]!; entry !== 0; entry = table[place]!) {
      if ((entry ^ mark) >>> numberBits === 0) {
        const number = (entry & numberMask) - 1;
        let i = 0;
        while (i < words && states[number * words + i] === state[i]) i++;
        if (i === words) return number;
      }
      place = (place + 1) & last;
    }
    return -1;
  }

  state(number: number): Int32Array {
    return this.states.slice(number * this.words, (number + 1) * this.words);
  }
}
