/**
 * The set of states seen, in the order in which they were first reached, each with the state that it
 * was reached from.
 *
 * States lie packed one behind the other; an open table of (hash, number) pairs finds them. What costs
 * time here is memory that is not in the cache, not arithmetic: candidates are gathered in batches,
 * the places where they may stand are touched first, all together, and only then are they compared.
 * The room for `capacity` states is reserved at once, but the system gives real memory only to what
 * is used; the table grows by doubling.
 */

/** The last multiplication mixes upwards: a place in the table is the top bits of the hash. */
function hashOf(states: Int32Array, at: number, words: number): number {
  let hash = 0x9e3779b9 | 0;
  for (let i = 0; i < words; i++) {
    hash = Math.imul(hash ^ states[at + i]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash, 0xc2b2ae35);
}

const BATCH = 512;
const BATCH_ROOM = 4 * BATCH;

/** A table is doubled when it is seven tenths full. */
const placesFor = (states: number) => 2 ** Math.max(12, Math.ceil(Math.log2(states / 0.7)));

export class StateTable {
  /** States seen. */
  count = 0;
  /** True when a new state found no room: whatever is said of the search, it was not complete. */
  full = false;
  readonly words: number;
  readonly capacity: number;
  readonly states: Int32Array;
  readonly parents: Int32Array;
  /** Pairs of hash and 1 + number of the state; the place of a pair is the top bits of its hash. */
  readonly #table: Int32Array;
  /** 2^bits of its places are in use. */
  #bits = 12;
  readonly #batch: Int32Array;
  readonly #batchParents = new Int32Array(BATCH_ROOM);
  readonly #batchHashes = new Int32Array(BATCH_ROOM);
  readonly #batchSlots = new Int32Array(BATCH_ROOM);
  #batched = 0;
  /** Keeps the touching reads alive. */
  touched = 0;

  constructor(words: number, capacity: number) {
    this.words = words;
    this.capacity = capacity;
    this.states = new Int32Array(capacity * words);
    this.parents = new Int32Array(capacity);
    this.#table = new Int32Array(2 * placesFor(capacity + BATCH_ROOM));
    this.#batch = new Int32Array(BATCH_ROOM * words);
  }

  /** Bytes that a search of so many states needs at most, tables included. */
  static bytes(words: number, states: number): number {
    return states * (words + 1) * 4 + placesFor(states) * 8;
  }

  /** Gathers a candidate; it is looked up when the batch is full, or at `flush`. */
  add(state: Int32Array, parent: number): void {
    const words = this.words;
    const n = this.#batched++;
    const batch = this.#batch;
    const at = n * words;
    for (let i = 0; i < words; i++) batch[at + i] = state[i]!;
    this.#batchHashes[n] = hashOf(state, 0, words);
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
    while ((this.count + n) * 10 > (1 << this.#bits) * 7) this.#grow();
    this.#find(n);
    for (let i = 0; i < n; i++) this.#insert(i);
  }

  /**
   * For each candidate the place where its hash stands, or the free place where its search ends. What
   * stands there is touched too, so that `#insert` finds it in the cache.
   */
  #find(n: number): void {
    const table = this.#table;
    const shift = 32 - this.#bits;
    const mask = (2 << this.#bits) - 1;
    const hashes = this.#batchHashes;
    const slots = this.#batchSlots;
    const states = this.states;
    const words = this.words;
    let touched = 0;
    for (let i = 0; i < n; i++) touched += table[(hashes[i]! >>> shift) << 1]!;
    for (let i = 0; i < n; i++) {
      const hash = hashes[i]!;
      let slot = (hash >>> shift) << 1;
      let number = table[slot + 1]!;
      while (number !== 0 && table[slot] !== hash) {
        slot = (slot + 2) & mask;
        number = table[slot + 1]!;
      }
      slots[i] = slot;
      if (number !== 0) touched += states[(number - 1) * words]!;
    }
    this.touched = touched | 0;
  }

  #insert(i: number): void {
    const table = this.#table;
    const mask = (2 << this.#bits) - 1;
    const hash = this.#batchHashes[i]!;
    let slot = this.#batchSlots[i]!;
    for (;;) {
      const number = table[slot + 1]!;
      if (number === 0) break;
      if (table[slot] === hash && this.#same(number - 1, i)) return;
      slot = (slot + 2) & mask;
    }
    if (this.count === this.capacity) {
      this.full = true;
      return;
    }
    const words = this.words;
    const to = this.count * words;
    const from = i * words;
    for (let k = 0; k < words; k++) this.states[to + k] = this.#batch[from + k]!;
    this.parents[this.count] = this.#batchParents[i]!;
    table[slot] = hash;
    table[slot + 1] = ++this.count;
  }

  #same(number: number, i: number): boolean {
    const words = this.words;
    const states = this.states;
    const batch = this.#batch;
    const at = number * words;
    const from = i * words;
    for (let k = 0; k < words; k++) if (states[at + k] !== batch[from + k]) return false;
    return true;
  }

  /** Doubles the part of the table in use, and puts every state into its new place. */
  #grow(): void {
    const table = this.#table;
    table.fill(0, 0, 2 << this.#bits);
    this.#bits++;
    const mask = (2 << this.#bits) - 1;
    const shift = 32 - this.#bits;
    const words = this.words;
    for (let number = 0; number < this.count; number++) {
      const hash = hashOf(this.states, number * words, words);
      let slot = (hash >>> shift) << 1;
      while (table[slot + 1] !== 0) slot = (slot + 2) & mask;
      table[slot] = hash;
      table[slot + 1] = number + 1;
    }
  }

  state(number: number): Int32Array {
    return this.states.slice(number * this.words, (number + 1) * this.words);
  }
}
