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
const IN_WORD = 32;
/** Questions are put together anew when so many states were asked, and then so many times more. */
const FIRST = 64;
const TIMES = 8;
/** Of all bits that two read, so much at least is read by both: then they are asked together. */
const ALIKE = 0.5;

/**
 * Of a state: is a piece of a promise broken? Or, piece -1: has the promise anything to say?
 */
interface Question {
  readonly property: number;
  readonly piece: number;
  /** Every bit that it has ever read. */
  readonly read: Int32Array;
  asked: boolean;
}

interface Group {
  readonly questions: readonly Question[];
  /** The bits of a state of which it is known that it reads them. */
  readonly enlisted: Int32Array;
}

/** So many steps are known at once. */
const STEPS_SHIFT = 18;
const STEPS = 2 ** (32 - STEPS_SHIFT);

/** What has changed in a state since promises were asked of it last. */
export class Changes {
  /** The words that have changed, so many; and of each word of a state which bits. */
  readonly words: Int32Array;
  count = 0;
  readonly bits: Int32Array;
  /** Has it changed who can move, who waits, or for whom? */
  waits = false;
  /** Where all of it is just one outcome of a row: its place in the memo. Nothing: 0, and else -1. */
  by = 0;

  constructor(words: number) {
    this.words = new Int32Array(words);
    this.bits = new Int32Array(words);
  }

  add(word: number, bits: number): void {
    if (this.bits[word] === 0) this.words[this.count++] = word;
    this.bits[word]! |= bits;
  }

  clear(): void {
    for (let i = 0; i < this.count; i++) this.bits[this.words[i]!] = 0;
    this.count = 0;
    this.waits = false;
    this.by = 0;
  }
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
  /** Questions answered with yes by the last `answer` or `follow`, so many of them. */
  readonly #found: Question[] = [];
  // For `follow`: was it given a state before? Of each group what it says there, and the record of
  // that; how many groups say anything; and of each a mask of the questions that are asked.
  #follows = false;
  #yes: Int32Array;
  #record: Int32Array;
  #yeses = 0;
  #asks: Int32Array;
  /** Known steps from record to record: by which outcome, from which, to which, what that says. */
  #steps = new Int32Array(0);

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
    this.#yes = this.#record = this.#asks = this.#asked;
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
    this.#yeses = 0;
    this.#groups.forEach(({ questions }, g) => {
      const asks = questions.reduce((mask, { asked }, i) => (asked ? mask | (1 << i) : mask), 0);
      if (asks !== 0) this.#asked[g >>> 5]! |= 1 << g;
      this.#asks[g] = asks;
      this.#yes[g]! &= asks;
      if (this.#yes[g] !== 0) this.#yeses++;
    });
  }

  /** Puts those together that read much the same. */
  #regroup(): void {
    const groups: { questions: Question[]; read: Int32Array }[] = [];
    for (const question of this.#questions) {
      if (!question.asked) continue;
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
    const none = (): Int32Array => new Int32Array(this.#read.length);
    this.#groups = groups.map(({ questions }) => ({ questions, enlisted: none() }));
    const masks = Math.ceil(groups.length / IN_WORD);
    this.#asked = new Int32Array(masks);
    this.#affected = new Int32Array(masks);
    this.#readers = new Int32Array(masks * 32 * this.#words);
    this.#waiters = new Int32Array(masks);
    this.#yes = new Int32Array(groups.length);
    this.#record = new Int32Array(groups.length);
    this.#asks = new Int32Array(groups.length);
    this.#follows = false;
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
    this.#count();
    const affected = this.#affected;
    const asked = this.#asked;
    if (before < 0) affected.fill(-1);
    else this.#compare(seen, states, before);
    if (this.#found.length > 0) this.#found.length = 0;
    for (let k = 0; k < affected.length; k++) {
      for (let todo = affected[k]! & asked[k]!; todo !== 0; todo &= todo - 1) {
        const g = 32 * k + 31 - Math.clz32(todo & -todo);
        const record = this.#lookup.find(g, seen) || this.#learn(g, seen);
        const yes = this.#lookup.pool[this.#lookup.added(g, record)]!;
        if (yes !== 0) this.#note(g, yes);
      }
    }
  }

  #count(): void {
    if (this.#states++ !== this.#next) return;
    this.#next *= TIMES;
    if (this.#news) this.#regroup();
  }

  /**
   * For who goes from one state to another: asks of the state `seen` all questions whose answer can
   * be another than in that of the call before. `found` are then all that are answered with yes
   * there, those answered before as well. Returns whether there are any.
   */
  follow(seen: Int32Array, changes: Changes): boolean {
    this.#count();
    const { by } = changes;
    if (this.#follows) this.#affect(changes);
    else this.#begin();
    changes.clear();
    const affected = this.#affected;
    const asked = this.#asked;
    const lookup = this.#lookup;
    const at = this.#record;
    const steps = this.#steps;
    const waiters = this.#waiters;
    const said = this.#yes;
    for (let k = 0; k < affected.length; k++) {
      for (let todo = affected[k]! & asked[k]!; todo !== 0; todo &= todo - 1) {
        const bit = todo & -todo;
        const g = 32 * k + 31 - Math.clz32(bit);
        const from = at[g]!;
        const hash = Math.imul(by, 0x2c1b3c6d) + Math.imul(from, 0x85ebca6b);
        const step = (hash >>> STEPS_SHIFT) * 4;
        const before = said[g]!;
        let yes = 0;
        if (steps[step] === by && steps[step + 1] === from && by > 0) {
          at[g] = steps[step + 2]!;
          yes = steps[step + 3]!;
        } else {
          const record = lookup.find(g, seen) || this.#learn(g, seen);
          at[g] = record;
          yes = lookup.pool[lookup.added(g, record)]!;
          // Who waits does not follow from what was done.
          if (by > 0 && from !== 0 && (waiters[k]! & bit) === 0) {
            steps[step] = by;
            steps[step + 1] = from;
            steps[step + 2] = record;
            steps[step + 3] = yes;
          }
        }
        yes &= this.#asks[g]!;
        if (yes === before) continue;
        said[g] = yes;
        if (before === 0) this.#yeses++;
        else if (yes === 0) this.#yeses--;
      }
    }
    if (this.#found.length > 0) this.#found.length = 0;
    if (this.#yeses === 0) return false;
    said.forEach((yes, g) => this.#note(g, yes));
    return true;
  }

  #begin(): void {
    this.#affected.fill(-1);
    this.#record.fill(0);
    this.#steps = new Int32Array(4 * STEPS);
    this.#follows = true;
  }

  /** Outcomes of the memo mean something else now. */
  forget(): void {
    this.#steps.fill(0);
    this.#record.fill(0);
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

  /** Which have read anything that has changed? */
  #affect({ count, words, bits, waits }: Changes): void {
    const affected = this.#affected;
    const readers = this.#readers;
    const masks = affected.length;
    for (let k = 0; k < masks; k++) affected[k] = waits ? this.#waiters[k]! : 0;
    for (let i = 0; i < count; i++) {
      const word = words[i]!;
      for (let d = bits[word]!; d !== 0; d &= d - 1) {
        const at = (32 * word + 31 - Math.clz32(d & -d)) * masks;
        for (let k = 0; k < masks; k++) affected[k] = affected[k]! | readers[at + k]!;
      }
    }
  }

  #learn(g: number, seen: Int32Array): number {
    const all = this.#read.fill(0);
    this.#said[0] = this.#hear(g, seen, all);
    this.#enlist(g, all);
    if (this.#lookup.full) {
      this.#lookup.forget();
      this.forget();
    }
    return this.#lookup.enter(g, seen, all, this.#said, 1);
  }

  /** What the questions of a group are answered, as a mask; adds to `all` what they have read. */
  #hear(g: number, seen: Int32Array, all: Int32Array): number {
    const system = this.#system;
    const { looked } = system;
    const trail = system.trail.read;
    const words = this.#words;
    const { questions } = this.#groups[g]!;
    let said = 0;
    system.recall(seen);
    trail.fill(0);
    system.trail.written.fill(0);
    looked.fill(0);
    for (let i = 0; i < questions.length; i++) {
      const { asked, property, piece, read } = questions[i]!;
      if (!asked) continue;
      if (system.answer(property, piece)) said |= 1 << i;
      for (let word = 0; word < words; word++) {
        const bits = trail[word]!;
        if (bits === 0) continue;
        trail[word] = 0;
        all[word] = all[word]! | bits;
        if ((bits & ~read[word]!) !== 0) this.#addTo(read, word, bits);
      }
      if ((looked[0]! | looked[1]! | looked[2]!) === 0) continue;
      for (let word = words; word < all.length; word++) {
        const bits = looked[Math.min(word - words, 2)]!;
        all[word] = all[word]! | bits;
        if ((bits & ~read[word]!) !== 0) this.#addTo(read, word, bits);
      }
      looked.fill(0);
    }
    return said;
  }

  #addTo(read: Int32Array, word: number, bits: number): void {
    read[word] = read[word]! | bits;
    this.#news = true;
  }

  /** The group is one that has read these bits. */
  #enlist(g: number, read: Int32Array): void {
    const masks = this.#affected.length;
    const { enlisted } = this.#groups[g]!;
    for (let word = 0; word < this.#words; word++) {
      for (let bits = read[word]! & ~enlisted[word]!; bits !== 0; bits &= bits - 1) {
        const at = (32 * word + 31 - Math.clz32(bits & -bits)) * masks;
        this.#readers[at + (g >>> 5)]! |= 1 << g;
      }
      enlisted[word] = enlisted[word]! | read[word]!;
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
