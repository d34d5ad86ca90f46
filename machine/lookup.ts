/**
 * What was learned of readers: for each the bits of a state that it has ever read, and records,
 * found again under the values of exactly those bits.
 *
 * A reader is a function of what it reads: a row, or some promises. When it is seen to read a bit
 * that it had not read before, its footprint grows, and what was entered under the smaller one is
 * never found again.
 */
const SLOTS_MIN = 1024;
const POOL_MIN = 4096;
/** More is out of the caches: to look something up there costs more than it saves. */
const POOL_MAX = 2 ** 24;
/** Words of a record before its key: its hash, its reader's name, and how often it was found. */
const NAME = 1;
export const FOUND = 2;
const KEY = 3;

export class Lookup {
  /** Words that may be read: those of a state, and then what else a reader may look at. */
  readonly words: number;
  /** All records, one behind the other: its head, its key, and then what was added to it. */
  pool = new Int32Array(POOL_MIN);
  /** So many records, some of which may be under a footprint that has grown. */
  count = 0;
  /** The hash of what `find` looked for last. */
  #hash = 0;
  #end = 1;
  /** Of a reader, one behind the other: the words that it reads, and which bits of them. */
  readonly #word: Uint16Array;
  readonly #mask: Int32Array;
  /** How many words it reads. */
  readonly #reads: Int32Array;
  /** Of a reader: a number that no other has, and that it had not before its footprint grew. */
  readonly #name: Int32Array;
  #names: number;
  /** Where a record begins, at the place where its hash belongs or behind it; 0 for none. */
  #slots = new Int32Array(SLOTS_MIN);

  constructor(readers: number, words: number) {
    this.words = words;
    this.#word = new Uint16Array(readers * words);
    this.#mask = new Int32Array(readers * words);
    this.#reads = new Int32Array(readers);
    this.#name = new Int32Array(readers).map((_, i) => i);
    this.#names = readers;
  }

  /** The record of what a reader sees there; 0 where there is none. */
  find(reader: number, seen: Int32Array): number {
    const first = reader * this.words;
    const end = first + this.#reads[reader]!;
    const word = this.#word;
    const mask = this.#mask;
    const name = this.#name[reader]!;
    let sum = name;
    for (let i = first; i < end; i++) {
      const bits = seen[word[i]!]! & mask[i]!;
      sum = (sum + Math.imul(bits ^ (bits >>> 15) ^ i, 0x85ebca6b)) | 0;
    }
    sum = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d);
    const hash = sum ^ (sum >>> 13);
    const slots = this.#slots;
    const pool = this.pool;
    const last = slots.length - 1;
    for (let at = hash & last; ; at = (at + 1) & last) {
      const record = slots[at]!;
      if (record === 0) break;
      if (pool[record] !== hash || pool[record + NAME] !== name) continue;
      let key = record + KEY;
      let i = first;
      for (; i < end; i++) if (pool[key++] !== (seen[word[i]!]! & mask[i]!)) break;
      if (i === end) return record;
    }
    this.#hash = hash;
    return 0;
  }

  /** Has it grown too large? Then everything has to be forgotten. */
  get full(): boolean {
    return this.#end > POOL_MAX;
  }

  forget(): void {
    this.#end = 1;
    this.count = 0;
    this.#slots.fill(0);
  }

  /** Adds to the masks that begin at `at`, one a word, all bits that a reader has ever read. */
  footprint(reader: number, masks: Int32Array, at: number): void {
    const first = reader * this.words;
    const end = first + this.#reads[reader]!;
    for (let i = first; i < end; i++) masks[at + this.#word[i]!]! |= this.#mask[i]!;
  }

  /** Where what was added to a record begins. */
  added(reader: number, record: number): number {
    return record + KEY + this.#reads[reader]!;
  }

  /**
   * A new record of what `find` has not found, with the first words of `more` added to it. `read`:
   * all bits that the reader has read of it now.
   */
  enter(
    reader: number,
    seen: Int32Array,
    read: Int32Array,
    more: Int32Array,
    length: number,
  ): number {
    if (this.#widen(reader, read)) this.find(reader, seen);
    const first = reader * this.words;
    const end = first + this.#reads[reader]!;
    const record = this.#end;
    this.#end = this.added(reader, record) + length;
    while (this.#end > this.pool.length) this.pool = grown(this.pool);
    const { pool } = this;
    pool[record] = this.#hash;
    pool[record + NAME] = this.#name[reader]!;
    let at = record + KEY;
    for (let i = first; i < end; i++) pool[at++] = seen[this.#word[i]!]! & this.#mask[i]!;
    for (let i = 0; i < length; i++) pool[at++] = more[i]!;
    if (2 * ++this.count > this.#slots.length) this.#makeRoom();
    this.#place(record);
    return record;
  }

  #widen(reader: number, read: Int32Array): boolean {
    const first = reader * this.words;
    let wider = false;
    for (let word = 0; word < read.length; word++) {
      const bits = read[word]!;
      if (bits === 0) continue;
      let i = first;
      const end = first + this.#reads[reader]!;
      while (i < end && this.#word[i] !== word) i++;
      if (i === end) {
        this.#word[i] = word;
        this.#mask[i] = 0;
        this.#reads[reader]!++;
      }
      if ((bits & ~this.#mask[i]!) !== 0) {
        this.#mask[i]! |= bits;
        wider = true;
      }
    }
    if (wider) this.#name[reader] = this.#names++;
    return wider;
  }

  #place(record: number): void {
    const slots = this.#slots;
    let at = this.pool[record]! & (slots.length - 1);
    while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
    slots[at] = record;
  }

  #makeRoom(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 4);
    for (const record of before) if (record !== 0) this.#place(record);
  }
}

/** Twice as long. */
export function grown<A extends Int32Array | Float64Array>(from: A): A {
  const to = new (from.constructor as new (length: number) => A)(from.length * 2);
  to.set(from);
  return to;
}
