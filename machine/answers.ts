/**
 * What promises say, learned while they are asked, and given again.
 *
 * What a promise says of a state follows from what it reads. Where none of the bits that it has
 * ever read differs from those of another state, it says the same; where one does, what it said
 * under the same values may be known (see lookup.ts). Who can move and who waits is no state, and
 * promises look at it: it is read like further words.
 *
 * Many promises look at the same bits, those of a page and its block, say. Such questions are asked
 * together, as one.
 */
import { Lookup } from './lookup.ts';
import type { System } from './system.ts';
import type { Spec } from './struct.ts';
import type { Turn } from './turn.ts';

/** Questions of a group, and groups in a word of a mask. */
export const IN_WORD = 32;
/** Questions are put together anew when so many states were asked, and then so many times more. */
const FIRST = 64;
const TIMES = 8;
/** Of all bits that two read, so much at least is read by both: then they are asked together. */
const ALIKE = 0.5;

/**
 * Of a state: is a piece of a promise broken? Or, piece -1: has the promise anything to say?
 */
export interface Question {
  readonly property: number;
  readonly piece: number;
  /** Every bit that it has ever read. */
  readonly read: Int32Array;
  asked: boolean;
}

/** Questions that are asked together, and every bit that any of them has read. */
export interface Group<Q extends Question = Question> {
  readonly questions: readonly Q[];
  readonly read: Int32Array;
}

/** Puts those together that read much the same. */
export function together<Q extends Question>(questions: readonly Q[]): Group<Q>[] {
  const groups: { questions: Q[]; read: Int32Array }[] = [];
  for (const question of questions) {
    const { read } = question;
    let best: (typeof groups)[number] | undefined;
    let most = ALIKE;
    for (const group of groups) {
      const share = alike(read, group.read);
      if (share < most || group.questions.length === IN_WORD) continue;
      most = share;
      best = group;
    }
    if (best === undefined) groups.push({ questions: [question], read: read.slice() });
    else {
      best.questions.push(question);
      read.forEach((bits, word) => (best.read[word]! |= bits));
    }
  }
  return groups;
}

export class Answers {
  readonly #questions: readonly Question[];
  #groups: Group[];
  readonly #system: System<Spec, Turn>;
  readonly #words: number;
  #lookup: Lookup;
  /** Masks of groups: of which something is asked; and of which the answer may be another now. */
  #asked: Int32Array;
  #affected: Int32Array;
  /** Of each bit of a state the masks of the groups that read it; and of who moves and waits. */
  #readers: Int32Array;
  #waiters: Int32Array;
  readonly #read: Int32Array;
  /** What is added to a record: a mask of the group's questions whose answer was yes. */
  readonly #said = new Int32Array(1);
  /** States asked; at how many questions are put together anew, if they have read anything new. */
  #states = 0;
  #next = FIRST;
  #news = false;
  /** Questions answered with yes by the last `answer`, so many of them. */
  readonly #found: Question[] = [];

  constructor(system: System<Spec, Turn>, words: number) {
    this.#system = system;
    this.#words = system.words;
    const properties = system.properties.map((_, property) => property);
    const question = (property: number, piece: number): Question => ({
      property,
      piece,
      read: new Int32Array(words),
      asked: true,
    });
    this.#questions = properties.flatMap((property) =>
      Array.from({ length: system.pieces(property) + 1 }, (_, i) => question(property, i - 1)),
    );
    this.#read = new Int32Array(words);
    this.#groups = [];
    this.#asked = this.#affected = this.#readers = this.#waiters = new Int32Array(0);
    this.#lookup = new Lookup(0, 0);
    this.#regroup();
  }

  get found(): readonly { readonly property: number; readonly piece: number }[] {
    return this.#found;
  }

  /** Asks no longer whether that promise is broken, or has something to say. */
  retire(property: number, premise: boolean): void {
    for (const question of this.#questions) {
      if (question.property === property && question.piece < 0 === premise) question.asked = false;
    }
    this.#ask();
  }

  #ask(): void {
    this.#asked.fill(0);
    this.#groups.forEach(({ questions }, g) => {
      if (questions.some(({ asked }) => asked)) this.#asked[g >>> 5]! |= 1 << g;
    });
  }

  #regroup(): void {
    const groups = together(this.#questions.filter(({ asked }) => asked));
    this.#groups = groups;
    const masks = Math.ceil(groups.length / IN_WORD);
    this.#asked = new Int32Array(masks);
    this.#affected = new Int32Array(masks);
    this.#readers = new Int32Array(masks * 32 * this.#words);
    this.#waiters = new Int32Array(masks);
    this.#lookup = new Lookup(groups.length, this.#read.length);
    groups.forEach(({ read }, g) => this.#enlist(g, read));
    this.#ask();
    this.#news = false;
  }

  /**
   * Asks of the state `seen` all questions whose answer can be another than in the state at
   * `before`; -1: all. There no answer was yes.
   */
  answer(seen: Int32Array, states: Int32Array, before: number): void {
    if (this.#states++ === this.#next) {
      this.#next *= TIMES;
      if (this.#news) this.#regroup();
    }
    const affected = this.#affected;
    const asked = this.#asked;
    if (before < 0) affected.fill(-1);
    else this.#compare(seen, states, before);
    if (this.#found.length > 0) this.#found.length = 0;
    let shown = false;
    for (let k = 0; k < affected.length; k++) {
      for (let todo = affected[k]! & asked[k]!; todo !== 0; todo &= todo - 1) {
        const g = 32 * k + 31 - Math.clz32(todo & -todo);
        let record = this.#lookup.find(g, seen);
        if (record === 0) {
          if (!shown) this.#system.recall(seen);
          shown = true;
          record = this.#learn(g, seen);
        }
        const yes = this.#lookup.pool[this.#lookup.added(g, record)]!;
        if (yes !== 0) this.#note(g, yes);
      }
    }
  }

  #note(g: number, yes: number): void {
    this.#groups[g]!.questions.forEach((question, i) => {
      if ((yes >>> i) & 1 && question.asked) this.#found.push(question);
    });
  }

  /** Which groups have read anything that differs between the two states? */
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

  #learn(g: number, seen: Int32Array): number {
    const system = this.#system;
    const { trail, looked } = system;
    const all = this.#read.fill(0);
    const words = this.#words;
    let said = 0;
    this.#groups[g]!.questions.forEach((question, i) => {
      if (!question.asked) return;
      trail.read.fill(0);
      trail.written.fill(0);
      looked.fill(0);
      if (system.answer(question.property, question.piece)) said |= 1 << i;
      const { read } = question;
      const take = (word: number, bits: number): void => {
        all[word]! |= bits;
        if ((bits & ~read[word]!) !== 0) {
          read[word]! |= bits;
          this.#news = true;
        }
      };
      for (let word = 0; word < words; word++) take(word, trail.read[word]!);
      take(words, looked[0]!);
      take(words + 1, looked[1]!);
      for (let word = words + 2; word < all.length; word++) take(word, looked[2]!);
    });
    this.#said[0] = said;
    this.#enlist(g, all);
    if (this.#lookup.full) this.#lookup.forget();
    return this.#lookup.enter(g, seen, all, this.#said, 1);
  }

  /** The group is one that has read these bits. */
  #enlist(g: number, read: Int32Array): void {
    const masks = this.#affected.length;
    for (let word = 0; word < this.#words; word++) {
      for (let bits = read[word]!; bits !== 0; bits &= bits - 1) {
        const at = (32 * word + 31 - Math.clz32(bits & -bits)) * masks;
        this.#readers[at + (g >>> 5)]! |= 1 << g;
      }
    }
    for (let word = this.#words; word < read.length; word++) {
      if (read[word] !== 0) this.#waiters[g >>> 5]! |= 1 << g;
    }
  }
}

/** Of the bits that either reads, the share of those that both do. */
function alike(one: Int32Array, other: Int32Array): number {
  let both = 0;
  let either = 0;
  for (let word = 0; word < one.length; word++) {
    both += bitsIn(one[word]! & other[word]!);
    either += bitsIn(one[word]! | other[word]!);
  }
  return either === 0 ? 1 : both / either;
}

function bitsIn(word: number): number {
  let count = 0;
  for (let bits = word; bits !== 0; bits &= bits - 1) count++;
  return count;
}
