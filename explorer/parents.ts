/**
 * The state that each was first reached from, in two bits a state.
 *
 * States are numbered in the order in which they are found, and expanded in that order, so that the
 * numbers of their parents never fall. What is kept is a row of bits: a 0 for each state that is
 * expanded, and a 1 for each that is found while it is. A parent is the number of zeros before its
 * child's 1, less one.
 */

/** Of every so many states it is kept where their bits begin. */
const EVERY = 64;
const WORDS_MIN = 256;

export class Parents {
  #bits = new Uint32Array(WORDS_MIN);
  /** The word that is being filled, and how many of its bits are. */
  #word = 0;
  #bit = 0;
  #last = 0;
  #count = 0;
  // Of every EVERYth state: the word and the bit of its 1, and its parent.
  #words = new Float64Array(WORDS_MIN);
  #places = new Uint8Array(WORDS_MIN);
  #parents = new Float64Array(WORDS_MIN);
  // Where the last that was asked for stands, for who asks for one after the other.
  #at = { state: -1, word: 0, bit: 0, parent: 0 };

  /** The next state was found in that one, which is not before the one that was given last. */
  add(parent: number): void {
    let zeros = parent - this.#last;
    if (zeros < 0) throw new Error(`parent ${parent} after ${this.#last}`);
    this.#last = parent;
    while (zeros > 0) {
      const step = Math.min(zeros, 32 - this.#bit);
      this.#bit += step;
      zeros -= step;
      if (this.#bit === 32) this.#nextWord();
    }
    if (this.#count % EVERY === 0) this.#note(parent);
    this.#count++;
    this.#bits[this.#word] = this.#bits[this.#word]! | (1 << this.#bit);
    if (++this.#bit === 32) this.#nextWord();
  }

  #nextWord(): void {
    this.#bit = 0;
    if (++this.#word === this.#bits.length) this.#bits = twice(this.#bits);
  }

  #note(parent: number): void {
    const n = this.#count / EVERY;
    if (n === this.#words.length) {
      this.#words = twice(this.#words);
      this.#places = twice(this.#places);
      this.#parents = twice(this.#parents);
    }
    this.#words[n] = this.#word;
    this.#places[n] = this.#bit;
    this.#parents[n] = parent;
  }

  /** The parent of a state. */
  of(state: number): number {
    const at = this.#at;
    if (state < at.state || state >= at.state + EVERY || at.state < 0) {
      const n = Math.floor(state / EVERY);
      at.state = n * EVERY;
      at.word = this.#words[n]!;
      at.bit = this.#places[n]!;
      at.parent = this.#parents[n]!;
    }
    while (at.state < state) this.#step();
    return at.parent;
  }

  /** To the next 1. */
  #step(): void {
    const at = this.#at;
    at.state++;
    at.bit++;
    for (;;) {
      const rest = at.bit === 32 ? 0 : this.#bits[at.word]! >>> at.bit;
      if (rest !== 0) {
        const zeros = 31 - Math.clz32(rest & -rest);
        at.parent += zeros;
        at.bit += zeros;
        return;
      }
      at.parent += 32 - at.bit;
      at.word++;
      at.bit = 0;
    }
  }
}

function twice<A extends Uint32Array | Float64Array | Uint8Array>(from: A): A {
  const to = new (from.constructor as new (length: number) => A)(from.length * 2);
  to.set(from);
  return to;
}
