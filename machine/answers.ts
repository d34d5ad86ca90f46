/**
 * What promises say, learned while they are asked, to be given again.
 *
 * What a promise says of a state follows from what it reads. Where none of the bits that it has
 * ever read differs from those of another state, it says the same; where one does, what it said
 * under the same values may be known. Who can move and who waits is no state, and promises look at
 * it: it is read like further words.
 *
 * Many promises look at the same bits, those of a page and its block, say. Such questions are asked
 * together, as one.
 */
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

/** Asks the same of other states; see `asksElsewhere` in explorer/alone.ts. */
export type AskElsewhere = (
  question: Question,
  ask: () => boolean,
  take: (word: number, bits: number) => void,
) => boolean;

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
  groups: readonly Group[] = [];
  /** What was read for the answers that were learned last. */
  readonly read: Int32Array;
  readonly #questions: readonly Question[];
  readonly #system: System<Spec, Turn>;
  /** At so many states questions are put together anew, if they have read anything new. */
  #next = FIRST;
  #news = true;

  /** `words`: those of a state, and then who can move, who waits, and of each task for whom. */
  constructor(system: System<Spec, Turn>, words: number) {
    this.#system = system;
    const question = (property: number, piece: number): Question => ({
      property,
      piece,
      read: new Int32Array(words),
      asked: true,
    });
    this.#questions = system.properties.flatMap((_, property) =>
      Array.from({ length: system.pieces(property) + 1 }, (__, i) => question(property, i - 1)),
    );
    this.read = new Int32Array(words);
    this.#regroup();
  }

  /** Up to which state the groups stay as they are. */
  get until(): number {
    return this.#next;
  }

  /** After so many states: are the groups others now? */
  regrouped(states: number): boolean {
    if (states < this.#next) return false;
    // A thread that helps begins in the middle.
    while (states >= this.#next) this.#next *= TIMES;
    if (!this.#news) return false;
    this.#regroup();
    return true;
  }

  /**
   * What each question has ever read. Whoever goes on has to know it: that a state's answer is its
   * parent's follows from what was read there.
   */
  get footprints(): readonly (readonly number[])[] {
    return this.#questions.map(({ read }) => [...read]);
  }

  set footprints(all: readonly (readonly number[])[]) {
    this.#questions.forEach(({ read }, q) => read.set(all[q]!));
    this.#regroup();
  }

  /** Where each thread of a search says what it has read. */
  #prints: Int32Array | undefined;

  /** From now on what is read is said there, and `merge` takes what others have read. */
  share(prints: Int32Array): void {
    this.#prints = prints;
    this.#questions.forEach(({ read }, q) => {
      read.forEach((bits, word) => Atomics.or(prints, q * read.length + word, bits));
    });
  }

  /** Words that this takes. */
  get words(): number {
    return this.#questions.length * this.read.length;
  }

  /** Returns which groups have so come to read more. */
  merge(): number[] {
    const prints = this.#prints!;
    const wider = new Set<Question>();
    this.#questions.forEach((question, q) => {
      const { read } = question;
      for (let word = 0; word < read.length; word++) {
        const bits = prints[q * read.length + word]!;
        if ((bits & ~read[word]!) === 0) continue;
        read[word]! |= bits;
        wider.add(question);
      }
    });
    if (wider.size === 0) return [];
    this.#news = true;
    return this.groups.flatMap(({ questions, read }, group) => {
      const more = questions.filter((question) => wider.has(question));
      more.forEach((question) => question.read.forEach((bits, word) => (read[word]! |= bits)));
      return more.length === 0 ? [] : [group];
    });
  }

  /** Asks no longer whether that promise is broken, or has something to say. */
  retire(property: number, premise: boolean): void {
    for (const question of this.#questions) {
      if (question.property === property && question.piece < 0 === premise) question.asked = false;
    }
  }

  #regroup(): void {
    this.groups = together(this.#questions.filter(({ asked }) => asked));
    this.#news = false;
  }

  /** Asks the questions of a group of the state that the system was shown: a mask of the yeses. */
  learn({ questions, read: all }: Group, elsewhere?: AskElsewhere): number {
    const system = this.#system;
    const { trail, looked, words } = system;
    const now = this.read.fill(0);
    let said = 0;
    questions.forEach((question, i) => {
      if (!question.asked) return;
      const { read } = question;
      const take = (word: number, bits: number): void => {
        now[word]! |= bits;
        all[word]! |= bits;
        if ((bits & ~read[word]!) === 0) return;
        read[word]! |= bits;
        this.#news = true;
        if (this.#prints === undefined) return;
        Atomics.or(this.#prints, this.#questions.indexOf(question) * now.length + word, bits);
      };
      const ask = (): boolean => {
        trail.clear();
        looked.fill(0);
        const yes = system.answer(question.property, question.piece);
        for (let word = 0; word < words; word++) take(word, trail.read[word]!);
        take(words, looked[0]!);
        take(words + 1, looked[1]!);
        for (let word = words + 2; word < now.length; word++) take(word, looked[2]!);
        return yes;
      };
      if (ask()) said |= 1 << i;
      if (elsewhere?.(question, ask, take)) said |= 1 << i;
    });
    return said;
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
