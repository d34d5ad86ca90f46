/**
 * What promises say, learned while they are asked, and given again.
 *
 * What a promise says of a state follows from what it reads. Where none of the bits that it has
 * ever read differs from those of another state, it says the same; where one does, what it said
 * under the same values may be known (see lookup.ts). Who can move and who waits is no state, and
 * promises look at it: it is read like further words.
 */
import { Lookup } from './lookup.ts';
import type { System } from './system.ts';
import type { Spec } from './struct.ts';
import type { Turn } from './turn.ts';

/** Questions that have a bit each in a mask. */
const IN_WORD = 32;

export class Answers {
  /**
   * Questions of a state: whether a piece of a promise is broken; or, piece -1, whether the promise
   * has anything to say.
   */
  readonly #questions: readonly { readonly property: number; readonly piece: number }[];
  /** Masks of those that are asked, and of those that may have another answer now. */
  readonly #asked: Int32Array;
  readonly #affected: Int32Array;
  readonly #system: System<Spec, Turn>;
  readonly #words: number;
  readonly #lookup: Lookup;
  /** What is added to a record: 1 where the answer was yes. */
  readonly #said = new Int32Array(1);
  /** Of each bit of a state the masks of the questions whose answer has read it. */
  readonly #readers: Int32Array;
  /** The same of who moves and who waits, whose bits are not told apart. */
  readonly #waiters: Int32Array;
  readonly #read: Int32Array;
  /** Questions answered with yes by the last `answer`, so many of them. */
  readonly #found: Int32Array;
  found = 0;

  constructor(system: System<Spec, Turn>, words: number) {
    this.#system = system;
    this.#words = system.words;
    const properties = system.properties.map((_, property) => property);
    const pieces = properties.flatMap((property) =>
      Array.from({ length: system.pieces(property) }, (_, piece) => ({ property, piece })),
    );
    this.#questions = [...pieces, ...properties.map((property) => ({ property, piece: -1 }))];
    const masks = Math.ceil(this.#questions.length / IN_WORD);
    this.#asked = new Int32Array(masks);
    this.#questions.forEach((_, q) => (this.#asked[q >>> 5]! |= 1 << q));
    this.#affected = new Int32Array(masks);
    this.#found = new Int32Array(this.#questions.length);
    this.#readers = new Int32Array(masks * 32 * system.words);
    this.#waiters = new Int32Array(masks);
    this.#lookup = new Lookup(this.#questions.length, words);
    this.#read = new Int32Array(words);
  }

  /** The property of the nth question that was answered with yes; whether it was its premise. */
  property(n: number): number {
    return this.#questions[this.#found[n]!]!.property;
  }

  isPremise(n: number): boolean {
    return this.#questions[this.#found[n]!]!.piece < 0;
  }

  /** Asks no longer whether that promise is broken, or has something to say. */
  retire(property: number, premise: boolean): void {
    this.#questions.forEach((question, q) => {
      if (question.property !== property || question.piece < 0 !== premise) return;
      this.#asked[q >>> 5]! &= ~(1 << q);
    });
  }

  /**
   * Asks of the state `seen` all questions whose answer can be another than in the state at
   * `before`; -1: all. There no answer was yes.
   */
  answer(seen: Int32Array, states: Int32Array, before: number): void {
    const affected = this.#affected;
    const asked = this.#asked;
    if (before < 0) affected.fill(-1);
    else this.#compare(seen, states, before);
    this.found = 0;
    let shown = false;
    for (let k = 0; k < affected.length; k++) {
      for (let todo = affected[k]! & asked[k]!; todo !== 0; todo &= todo - 1) {
        const q = 32 * k + 31 - Math.clz32(todo & -todo);
        let record = this.#lookup.find(q, seen);
        if (record === 0) {
          if (!shown) this.#system.recall(seen);
          shown = true;
          record = this.#learn(q, seen);
        }
        if (this.#lookup.pool[this.#lookup.added(q, record)] === 1) this.#found[this.found++] = q;
      }
    }
  }

  /** Which questions have read anything that differs between the two states? */
  #compare(seen: Int32Array, states: Int32Array, before: number): void {
    const affected = this.#affected;
    const readers = this.#readers;
    const masks = affected.length;
    for (let k = 0; k < masks; k++) affected[k] = this.#waiters[k]!;
    const words = this.#words;
    for (let word = 0; word < words; word++) {
      for (let d = seen[word]! ^ states[before + word]!; d !== 0; d &= d - 1) {
        const at = (32 * word + 31 - Math.clz32(d & -d)) * masks;
        for (let k = 0; k < masks; k++) affected[k] = affected[k]! | readers[at + k]!;
      }
    }
  }

  #learn(q: number, seen: Int32Array): number {
    const system = this.#system;
    const { read } = system.trail;
    read.fill(0);
    system.trail.written.fill(0);
    system.looked.fill(0);
    const { property, piece } = this.#questions[q]!;
    const yes = system.answer(property, piece);
    this.#read.set(read);
    const [moves, waiting, waitsFor] = system.looked;
    this.#read[this.#words] = moves!;
    this.#read[this.#words + 1] = waiting!;
    this.#read.fill(waitsFor!, this.#words + 2);
    this.#said[0] = yes ? 1 : 0;
    this.#enlist(q);
    return this.#lookup.enter(q, seen, this.#read, this.#said, 1);
  }

  /** The question is one that has read these bits. */
  #enlist(q: number): void {
    const masks = this.#affected.length;
    for (let word = 0; word < this.#words; word++) {
      for (let bits = this.#read[word]!; bits !== 0; bits &= bits - 1) {
        const at = (32 * word + 31 - Math.clz32(bits & -bits)) * masks;
        this.#readers[at + (q >>> 5)]! |= 1 << q;
      }
    }
    if (this.#read.subarray(this.#words).some((bits) => bits !== 0)) {
      this.#waiters[q >>> 5]! |= 1 << q;
    }
  }

  get entries(): number {
    return this.#lookup.count;
  }
}
