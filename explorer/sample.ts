/**
 * What a search saw in some of its states. When they are asked again the answers are held against
 * this: whatever a search did differently, even once, is then known, where the state is one of
 * them.
 */
import { TASKS_MAX } from '../machine/action.ts';

/** All of the first states are kept. */
const FIRST = 32;
/** Then one in so many: a prime, for what repeats itself in a search does so in small numbers. */
const EVERY = 37;
/** In a large search they lie farther apart, for not more can be asked again: by 1 in so many. */
const APART = 2048;

/** What the tasks gave in one state: of each a number for all its successors, in their order. */
export class Digest {
  readonly tasks = new Int32Array(TASKS_MAX);

  #used = 0;

  clear(): void {
    const { tasks } = this;
    for (let task = 0; task < this.#used; task++) tasks[task] = 0;
  }

  take(action: number, hash: number): void {
    // TASKS_MAX is a power of two: a mask is cheaper than a remainder, for every successor.
    const task = action & (TASKS_MAX - 1);
    if (task >= this.#used) this.#used = task + 1;
    this.tasks[task] = (Math.imul(this.tasks[task]! ^ hash, 0x9e3779b1) + action) | 0;
  }
}

export interface SavedSample {
  readonly next: number;
  readonly numbers: readonly number[];
  readonly news: readonly number[];
  readonly digests: readonly number[];
}

export class Sample {
  /** Of the state that is being expanded. */
  readonly seen = new Digest();
  count = 0;
  /** The number of the next state that is kept whatever it shows. */
  #next = FIRST;
  #numbers = new Int32Array(0);
  #news = new Uint8Array(0);
  #digests = new Int32Array(0);
  /** Words of a state, where states are kept here too, as in compact mode; and the states. */
  readonly #words: number;
  #states = new Int32Array(0);

  constructor(words = 0) {
    this.#words = words;
  }

  /** Makes room for so many more, since nothing is allocated while states are expanded. */
  makeRoom(more: number): void {
    if (this.count + more <= this.#numbers.length) return;
    const room = 2 * (this.count + more);
    this.#numbers = grown(this.#numbers, new Int32Array(room));
    this.#news = grown(this.#news, new Uint8Array(room));
    this.#digests = grown(this.#digests, new Int32Array(room * TASKS_MAX));
    this.#states = grown(this.#states, new Int32Array(room * this.#words));
  }

  /** The first from there on that `offer` keeps whatever it shows. */
  next(number: number): number {
    return number < FIRST ? number : Math.max(number, this.#next);
  }

  /** Would `offer` keep that state? */
  wants(number: number, news: boolean): boolean {
    return news || number >= this.#next || number < FIRST;
  }

  /**
   * A state was expanded: keeps what was seen if it is one of the sample, as all that have news
   * are.
   */
  offer(number: number, news: boolean): void {
    if (number >= this.#next) {
      this.#next = number + Math.max(EVERY, Math.floor(number / APART));
    } else if (!news && number >= FIRST) return;
    const n = this.count++;
    this.#numbers[n] = number;
    this.#news[n] = news ? 1 : 0;
    this.#digests.set(this.seen.tasks, n * TASKS_MAX);
  }

  /** All that is kept, as plain data; and taken back. */
  save(): SavedSample {
    const { count } = this;
    return {
      next: this.#next,
      numbers: [...this.#numbers.subarray(0, count)],
      news: [...this.#news.subarray(0, count)],
      digests: [...this.#digests.subarray(0, count * TASKS_MAX)],
    };
  }

  load({ next, numbers, news, digests }: SavedSample): void {
    this.makeRoom(numbers.length);
    this.#numbers.set(numbers);
    this.#news.set(news);
    this.#digests.set(digests);
    this.count = numbers.length;
    this.#next = next;
  }

  /** Takes in what another has kept. */
  add({ numbers, news, digests }: SavedSample): void {
    this.makeRoom(numbers.length);
    this.#numbers.set(numbers, this.count);
    this.#news.set(news, this.count);
    this.#digests.set(digests, this.count * TASKS_MAX);
    this.count += numbers.length;
  }

  /** Forgets what is kept. */
  clear(): void {
    this.count = 0;
  }

  /** Keeps the state itself, which is the one that was offered last. */
  keep(piece: Int32Array, from: number): void {
    const at = (this.count - 1) * this.#words;
    for (let i = 0; i < this.#words; i++) this.#states[at + i] = piece[from + i]!;
  }

  get states(): Int32Array {
    return this.#states;
  }

  /** Where a state, by its number in the search, begins there. */
  place(number: number): number {
    let [first, end] = [0, this.count];
    while (first < end) {
      const middle = (first + end) >>> 1;
      if (this.#numbers[middle]! < number) first = middle + 1;
      else end = middle;
    }
    if (first === this.count || this.#numbers[first] !== number) {
      throw new Error(`in compact mode state ${number} is not kept`);
    }
    return first * this.#words;
  }

  /** The number of the nth state that was kept. */
  number(n: number): number {
    return this.#numbers[n]!;
  }

  /** Did a row run there that had hardly run before? */
  hasNews(n: number): boolean {
    return this.#news[n] === 1;
  }

  /**
   * The first task that gave something else than in the nth state that was kept; -1 where none did.
   */
  differs(n: number, { tasks }: Digest): number {
    const digests = this.#digests;
    const at = n * TASKS_MAX;
    for (let task = 0; task < TASKS_MAX; task++) {
      if (tasks[task] !== digests[at + task]) return task;
    }
    return -1;
  }

  /** Did that task give something else? */
  differsIn(n: number, task: number, { tasks }: Digest): boolean {
    return tasks[task] !== this.#digests[n * TASKS_MAX + task];
  }
}

function grown<A extends Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
