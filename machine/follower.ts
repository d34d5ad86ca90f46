/**
 * What promises say along a run, state after state.
 *
 * As in a search (see answers.ts) a question is asked again only where something that it has read
 * has changed, and what it said under the same values is known. A run knows one thing more: what
 * was done. An outcome of a row sets the bits that it writes to the same values each time; so from
 * what was seen before and the outcome follows what is seen now, without looking at any of it.
 *
 * Where hardly ever the same is seen twice, as where every run has other calls, nothing is kept:
 * each question that has read what has changed is asked.
 */
import { IN_WORD, together } from './answers.ts';
import type { Question } from './answers.ts';
import { Lookup } from './lookup.ts';
import type { System } from './system.ts';
import type { Spec } from './struct.ts';
import type { Turn } from './turn.ts';

/** What has changed in a state since promises were asked of it last. */
export class Changes {
  /** The words that have changed, so many; and of each word of a state which bits. */
  readonly words: Int32Array;
  count = 0;
  readonly bits: Int32Array;
  /** Is it another who can move, who waits, or for whom? */
  waits = false;
  /** Where all of it is one outcome of a row: the number of that, above 0. */
  by = NOTHING;

  constructor(words: number) {
    this.words = new Int32Array(words);
    this.bits = new Int32Array(words);
  }

  add(word: number, bits: number): void {
    if (this.bits[word] === 0) this.words[this.count++] = word;
    this.bits[word] = this.bits[word]! | bits;
  }

  /** What is added was, or is going to be, done by that outcome, or (-1) by something else. */
  doneBy(outcome: number): void {
    this.by = this.by === NOTHING ? outcome : OTHERWISE;
  }

  clear(): void {
    for (let i = 0; i < this.count; i++) this.bits[this.words[i]!] = 0;
    this.count = 0;
    this.waits = false;
    this.by = NOTHING;
  }
}

const NOTHING = 0;
export const OTHERWISE = -1;

/** Questions are put together anew when so many states were asked, and then so many times more. */
const FIRST = 64;
const TIMES = 8;

/** So many steps are known: by which outcome, from which record, to which, and what that says. */
const STEPS = 2 ** 14;
const STEP = 4;
const STEP_SHIFT = 32 - Math.log2(STEPS);

export class Follower {
  readonly #system: System<Spec, Turn>;
  /** Words of a state. */
  readonly #words: number;
  readonly #questions: readonly Question[];
  /** Is what promises say kept? */
  readonly #keeps: boolean;
  // Of each group: its questions; masks of those that are asked, and of those that say yes here;
  // and the record of what it says, 0 for none. Where nothing is kept, each is of one question.
  #groups: readonly (readonly Question[])[] = [];
  #asks = new Int32Array(0);
  #says = new Int32Array(0);
  #record = new Int32Array(0);
  // Masks of groups: in which something is asked; which may say something else now; which look at
  // who moves and waits; and, of each bit of a state, which have read it.
  #asked = new Int32Array(0);
  #affected = new Int32Array(0);
  #waiters = new Int32Array(0);
  #readers = new Int32Array(0);
  #lookup = new Lookup(0, 0);
  readonly #steps = new Int32Array(STEP * STEPS);
  /** How many groups say anything. */
  #saying = 0;
  /** Is it known what groups say in the state that was followed to last? */
  #follows = false;
  #states = 0;
  #next = FIRST;
  /** Has a question read anything new? */
  #news = false;
  /** What a group has read, while it is asked; and what is added to its record: who says yes. */
  readonly #read: Int32Array;
  readonly #note = new Int32Array(1);

  /** `words`: those of a state, and of what else is seen of it; see Memo. */
  constructor(system: System<Spec, Turn>, words: number, keeps: boolean) {
    this.#system = system;
    this.#keeps = keeps;
    this.#words = system.words;
    this.#read = new Int32Array(words);
    this.#questions = system.properties.flatMap((_, property) =>
      Array.from({ length: system.pieces(property) }, (_piece, piece) => ({
        property,
        piece,
        read: new Int32Array(words),
        asked: true,
      })),
    );
    this.#regroup();
  }

  /**
   * Goes on to the state `seen`, in which nothing but `changes` differs from that of the call
   * before; they are then cleared. Where a promise throws they are not, and this can be tried
   * again: what was done sets the same bits once more. Is any promise broken?
   */
  follow(seen: Int32Array, changes: Changes): boolean {
    if (this.#states++ === this.#next) {
      this.#next *= TIMES;
      if (this.#news && this.#keeps) this.#regroup();
    }
    const { by } = changes;
    if (this.#follows) this.#affect(changes);
    else this.#affected.fill(-1);
    const keeps = this.#keeps;
    const asked = this.#asked;
    const affected = this.#affected;
    const steps = this.#steps;
    const record = this.#record;
    let shown = false;
    for (let k = 0; k < affected.length; k++) {
      for (let todo = affected[k]! & asked[k]!; todo !== 0; todo &= todo - 1) {
        const g = IN_WORD * k + 31 - Math.clz32(todo & -todo);
        if (keeps) {
          const from = record[g]!;
          const at = stepAt(by, from);
          if (by > 0 && steps[at] === by && steps[at + 1] === from) {
            record[g] = steps[at + 2]!;
            this.#say(g, steps[at + 3]!);
            continue;
          }
          const known = this.#lookup.find(g, seen);
          if (known !== 0) {
            this.#go(g, by, known);
            continue;
          }
        }
        if (!shown) this.#show(seen);
        shown = true;
        if (keeps) this.#go(g, by, this.#learn(g, seen));
        else this.#say(g, this.#ask(g));
      }
    }
    changes.clear();
    this.#follows = true;
    return this.#saying !== 0;
  }

  /** Is this promise broken in the state that was followed to last? */
  breaks(property: number): boolean {
    if (this.#saying === 0) return false;
    return this.#groups.some((questions, g) =>
      questions.some((one, i) => one.property === property && (this.#says[g]! >>> i) & 1),
    );
  }

  /** Asks no longer whether that promise is broken. */
  retire(property: number): void {
    for (const question of this.#questions) {
      if (question.property === property) question.asked = false;
    }
    this.#askThose();
  }

  /** Outcomes have other numbers from now on. */
  forget(): void {
    this.#steps.fill(0);
  }

  /** Shows the state to the promises. They write nothing; `ask` clears what they have read. */
  #show(seen: Int32Array): void {
    const { trail, looked } = this.#system;
    this.#system.recall(seen);
    trail.clear();
    looked.fill(0);
  }

  /** A group is at that record now. */
  #go(g: number, by: number, to: number): void {
    const from = this.#record[g]!;
    const says = this.#lookup.pool[this.#lookup.added(g, to)]!;
    this.#record[g] = to;
    this.#say(g, says);
    // Who waits does not follow from what was done.
    if (by <= 0 || from === 0 || (this.#waiters[g >>> 5]! >>> g) & 1) return;
    const steps = this.#steps;
    const at = stepAt(by, from);
    steps[at] = by;
    steps[at + 1] = from;
    steps[at + 2] = to;
    steps[at + 3] = says;
  }

  #say(g: number, says: number): void {
    const now = says & this.#asks[g]!;
    const before = this.#says[g]!;
    if (now === before) return;
    this.#says[g] = now;
    if (before === 0) this.#saying++;
    else if (now === 0) this.#saying--;
  }

  /** Asks a group, of the state shown, and keeps what it says. */
  #learn(g: number, seen: Int32Array): number {
    this.#read.fill(0);
    this.#note[0] = this.#ask(g);
    if (this.#lookup.full) {
      this.#lookup.forget();
      this.#record.fill(0);
      this.forget();
    }
    return this.#lookup.enter(g, seen, this.#read, this.#note, 1);
  }

  /** What the questions of a group are answered in the state shown, as a mask. Adds to `#read`. */
  #ask(g: number): number {
    const system = this.#system;
    const { looked } = system;
    const trail = system.trail.read;
    const words = this.#words;
    const all = this.#read;
    const questions = this.#groups[g]!;
    let said = 0;
    for (let i = 0; i < questions.length; i++) {
      const { asked, property, piece, read } = questions[i]!;
      if (!asked) continue;
      if (system.answer(property, piece)) said |= 1 << i;
      for (let word = 0; word < words; word++) {
        const bits = trail[word]!;
        if (bits === 0) continue;
        trail[word] = 0;
        all[word] = all[word]! | bits;
        if ((bits & ~read[word]!) !== 0) this.#enlist(g, read, word, bits);
      }
      if ((looked[0]! | looked[1]! | looked[2]!) === 0) continue;
      for (let word = words; word < all.length; word++) {
        const bits = looked[Math.min(word - words, 2)]!;
        all[word] = all[word]! | bits;
        if ((bits & ~read[word]!) !== 0) this.#enlist(g, read, word, bits);
      }
      looked[0] = looked[1] = looked[2] = 0;
    }
    return said;
  }

  /** A question of the group has read these bits for the first time. */
  #enlist(g: number, read: Int32Array, word: number, bits: number): void {
    read[word] = read[word]! | bits;
    this.#news = true;
    this.#reads(g, word, bits);
  }

  #reads(g: number, word: number, bits: number): void {
    const bit = 1 << g;
    if (word >= this.#words) {
      if (bits !== 0) this.#waiters[g >>> 5]! |= bit;
      return;
    }
    const masks = this.#affected.length;
    for (let left = bits; left !== 0; left &= left - 1) {
      const at = (32 * word + 31 - Math.clz32(left & -left)) * masks;
      this.#readers[at + (g >>> 5)]! |= bit;
    }
  }

  /** Which groups have read anything that has changed? */
  #affect({ words, count, bits, waits }: Changes): void {
    const affected = this.#affected;
    const readers = this.#readers;
    const masks = affected.length;
    for (let k = 0; k < masks; k++) affected[k] = waits ? this.#waiters[k]! : 0;
    for (let i = 0; i < count; i++) {
      const word = words[i]!;
      for (let left = bits[word]!; left !== 0; left &= left - 1) {
        const at = (32 * word + 31 - Math.clz32(left & -left)) * masks;
        for (let k = 0; k < masks; k++) affected[k] = affected[k]! | readers[at + k]!;
      }
    }
  }

  #regroup(): void {
    const asked = this.#questions.filter((question) => question.asked);
    const all = this.#keeps
      ? together(asked)
      : asked.map((question) => ({ questions: [question], read: question.read }));
    this.#groups = all.map(({ questions }) => questions);
    const masks = Math.ceil(all.length / IN_WORD);
    this.#asks = new Int32Array(all.length);
    this.#says = new Int32Array(all.length);
    this.#record = new Int32Array(all.length);
    this.#asked = new Int32Array(masks);
    this.#affected = new Int32Array(masks);
    this.#waiters = new Int32Array(masks);
    this.#readers = new Int32Array(masks * 32 * this.#words);
    this.#lookup = new Lookup(all.length, this.#read.length);
    all.forEach(({ read }, g) => read.forEach((bits, word) => this.#reads(g, word, bits)));
    this.#askThose();
    this.forget();
    this.#follows = this.#news = false;
  }

  #askThose(): void {
    this.#asked.fill(0);
    this.#saying = 0;
    this.#groups.forEach((questions, g) => {
      const asks = questions.reduce((mask, { asked }, i) => (asked ? mask | (1 << i) : mask), 0);
      if (asks !== 0) this.#asked[g >>> 5]! |= 1 << g;
      this.#asks[g] = asks;
      this.#says[g]! &= asks;
      if (this.#says[g] !== 0) this.#saying++;
    });
  }
}

/** Where a step is, if it is known. */
function stepAt(by: number, from: number): number {
  const hash = Math.imul(by, 0x2c1b3c6d) + Math.imul(from, 0x85ebca6b);
  return (hash >>> STEP_SHIFT) * STEP;
}
