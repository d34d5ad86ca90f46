/**
 * Where a run stands, and what can be done there: for who takes one step after the other.
 *
 * A search meets each state once. A run goes from a state to one that differs from it in a few
 * bits, so most of what is known of the state before still holds: a task's row is looked up again
 * where something that it has read or written has changed, and so is what a promise says.
 */
import { decode } from './action.ts';
import { Changes, Follower, OTHERWISE } from './follower.ts';
import { IN_MASK, allOf } from './machine.ts';
import type { Machine, Sink } from './machine.ts';
import { HEAD, Remembered } from './remembered.ts';
import { DesignError, KEEPS } from './rows.ts';
import type { Step } from './rows.ts';
import type { Spec } from './struct.ts';
import { System } from './system.ts';
import type { Turn } from './turn.ts';

export interface Position {
  /** Mask of the tasks whose next row can turn out in a way that changes something. */
  readonly moves: number;
  /** Is told of each step that is taken in earnest, as for a trace. */
  onStep: ((step: Step) => void) | undefined;
  /** The packed state; a copy. */
  state(): Int32Array;
  /** Goes to a state, from wherever. */
  goTo(state: Int32Array): void;
  /** In how many ways the task's next row can turn out. 0: it waits, idles, or has ended. */
  ways(task: number): number;
  /** One of these ways, 0 being the good one, as an action. */
  action(task: number, way: number): number;
  /** Takes it. False where it changes nothing. */
  take(task: number, way: number): boolean;
  /** Asks every promise that was not retired. Is any broken here? */
  ask(): boolean;
  /** Is this one? Of those that were asked last. */
  breaks(property: number): boolean;
  /** A promise is asked no more. */
  retire(property: number): void;
}

/**
 * How rows and promises are taken: `played` by what they were seen to do; `asked`, where hardly
 * ever the same is seen twice, rows so, and promises are asked; `plain`, every row is run, too.
 */
export type How = 'played' | 'asked' | 'plain';

/** The initial state of a machine, which must be one of rows. */
export function positionIn(machine: Machine, how: How): Position {
  if (!(machine instanceof System)) throw new TypeError('not a machine of rows');
  return how === 'plain' ? new Plain(machine) : new Played(machine, how === 'played');
}

/**
 * By what rows and promises were seen to do. What is played back so is not counted.
 *
 * A way in which a row can turn out is taken in earnest, as for a trace, the first time; and again
 * whenever it was taken four times as often as then: a row that does something else is refused.
 */
class Played implements Position {
  /** The packed state, and what else is known of it; see Memo. */
  readonly #seen: Int32Array;
  readonly #memo: Remembered;
  onStep: ((step: Step) => void) | undefined;
  /** How often each outcome was taken, by its place in the memo. */
  #times = new Uint32Array(0);
  readonly #follower: Follower;
  readonly #changes: Changes;
  readonly #system: System<Spec, Turn>;
  readonly #words: number;
  /** Masks of tasks: that must be looked up again; that can move; that wait. */
  #stale: number;
  #moves = 0;
  #waiting = 0;
  /** Of each task: where its row's bits begin; and where, in the memo, its outcomes; how many. */
  readonly #row: Int32Array;
  readonly #at: Int32Array;
  readonly #ways: Int32Array;
  /**
   * Of each row a mask a word: where its task stands, and what it was seen to read or write. Then
   * of each task, for when it has ended: where it stands.
   */
  readonly #bits: Int32Array;

  /** `keeps`: what promises say is kept. */
  constructor(system: System<Spec, Turn>, keeps: boolean) {
    this.#system = system;
    const tasks = system.tasks.length;
    const words = (this.#words = system.words);
    this.#seen = new Int32Array(words + 2 + tasks);
    this.#memo = new Remembered(system, this.#seen.length);
    this.#changes = new Changes(words);
    this.#follower = new Follower(system, this.#seen.length, keeps);
    this.#row = Int32Array.from(system.tasks, (_, task) => system.first(task) * words);
    this.#at = new Int32Array(tasks);
    this.#ways = new Int32Array(tasks);
    this.#bits = new Int32Array((system.rows + tasks) * words);
    system.tasks.forEach(({ pc }, task) => {
      const { word, shift, mask } = system.struct.place(pc);
      for (let row = system.first(task); row < system.first(task + 1); row++) {
        this.#bits[row * words + word] = mask << shift;
      }
      this.#bits[this.#ended(task) + word] = mask << shift;
    });
    this.#stale = this.#all;
    this.goTo(system.initial());
  }

  get #all(): number {
    return this.#row.length === 32 ? -1 : (1 << this.#row.length) - 1;
  }

  /** In place of the bits of a row. */
  #ended(task: number): number {
    return (this.#system.rows + task) * this.#words;
  }

  state(): Int32Array {
    return this.#seen.slice(0, this.#words);
  }

  goTo(state: Int32Array): void {
    const seen = this.#seen;
    this.#changes.doneBy(OTHERWISE);
    for (let word = 0; word < this.#words; word++) {
      const before = seen[word]!;
      const now = state[word]!;
      if (now === before) continue;
      seen[word] = now;
      this.#changed(word, now ^ before);
    }
  }

  get moves(): number {
    this.#lookAgain();
    return this.#moves;
  }

  ways(task: number): number {
    if ((this.#stale >>> task) & 1) this.#look(task);
    return this.#ways[task]!;
  }

  action(task: number, way: number): number {
    return this.#memo.lookup.pool[this.#outcome(task, way)]!;
  }

  take(task: number, way: number): boolean {
    const at = this.#outcome(task, way);
    const seen = this.#seen;
    if (at >= this.#times.length) this.#makeRoom();
    const times = this.#times[at]! + 1;
    const before = isPowerOfFour(times) ? this.state() : undefined;
    const changes = this.#changes;
    changes.doneBy(at);
    const notes = this.#memo.lookup.pool;
    const end = at + 2 + 3 * notes[at + 1]!;
    let any = false;
    for (let i = at + 2; i < end; i += 3) {
      const word = notes[i]!;
      const old = seen[word]!;
      const now = (old & notes[i + 1]!) | notes[i + 2]!;
      if (now === old) continue;
      seen[word] = now;
      any = true;
      this.#changed(word, now ^ old);
    }
    if (before !== undefined) {
      const step = inEarnest(this.#system, before, notes[at]!, seen);
      this.onStep?.(step);
    }
    this.#times[at] = times;
    return any;
  }

  ask(): boolean {
    this.#lookAgain();
    return this.#follower.follow(this.#seen, this.#changes);
  }

  breaks(property: number): boolean {
    return this.#follower.breaks(property);
  }

  retire(property: number): void {
    this.#follower.retire(property);
  }

  /** For as many outcomes as the memo can have now. */
  #makeRoom(): void {
    const before = this.#times;
    this.#times = new Uint32Array(this.#memo.lookup.pool.length);
    this.#times.set(before);
  }

  /** Where an outcome begins in the memo. */
  #outcome(task: number, way: number): number {
    if ((this.#stale >>> task) & 1) this.#look(task);
    const notes = this.#memo.lookup.pool;
    let at = this.#at[task]!;
    for (let n = way; n > 0; n--) at += 2 + 3 * notes[at + 1]!;
    return at;
  }

  /** Whose row has ever looked at what has changed now? */
  #changed(word: number, bits: number): void {
    const row = this.#row;
    const known = this.#bits;
    this.#changes.add(word, bits);
    let stale = this.#stale;
    for (let task = 0; task < row.length; task++) {
      if ((known[row[task]! + word]! & bits) !== 0) stale |= 1 << task;
    }
    this.#stale = stale;
  }

  #lookAgain(): void {
    if (this.#stale === 0) return;
    // What is learned may make the memo forget: then all are stale again.
    while (this.#stale !== 0) this.#look(31 - Math.clz32(this.#stale & -this.#stale));
    const seen = this.#seen;
    const words = this.#words;
    if (seen[words] === this.#moves && seen[words + 1] === this.#waiting) return;
    this.#changes.waits = true;
    seen[words] = this.#moves;
    seen[words + 1] = this.#waiting;
  }

  /** Looks up what the task can do. */
  #look(task: number): void {
    const seen = this.#seen;
    const { lookup } = this.#memo;
    const bit = 1 << task;
    this.#moves &= ~bit;
    this.#waiting &= ~bit;
    this.#ways[task] = 0;
    const row = this.#system.rowAt(seen, task);
    const ended = row < 0;
    const record = ended ? 0 : lookup.find(row, seen) || this.#learn(task, row);
    this.#stale &= ~bit;
    const notes = lookup.pool;
    let at = ended ? 0 : lookup.added(row, record);
    const waits = !ended && notes[at + 1] === 1;
    if (waits) this.#waiting |= bit;
    const waitsFor = waits ? notes[at + 2]! : 0;
    const place = this.#words + 2 + task;
    if (seen[place] !== waitsFor) this.#changes.waits = true;
    seen[place] = waitsFor;
    this.#row[task] = ended ? this.#ended(task) : row * this.#words;
    if (ended) return;
    let left = (this.#ways[task] = notes[at]!);
    at += HEAD;
    this.#at[task] = at;
    for (; left > 0; left--) {
      const end = at + 2 + 3 * notes[at + 1]!;
      for (let i = at + 2; i < end; i += 3) {
        const now = seen[notes[i]!]!;
        if (((now & notes[i + 1]!) | notes[i + 2]!) === now) continue;
        this.#moves |= bit;
        return;
      }
      at = end;
    }
  }

  #learn(task: number, row: number): number {
    const memo = this.#memo;
    const seen = this.#seen;
    const { lookup, forgotten } = memo;
    this.#system.show(seen, 0);
    const record = memo.learn(task, row, seen);
    if (memo.forgotten !== forgotten) {
      this.#stale = this.#all & ~(1 << task);
      this.#changes.doneBy(OTHERWISE);
      this.#times.fill(0);
      this.#follower.forget();
    }
    const known = this.#bits;
    const first = row * this.#words;
    lookup.footprint(row, known, first);
    const notes = lookup.pool;
    let at = lookup.added(row, record);
    let left = notes[at]!;
    for (at += HEAD; left > 0; left--) {
      const end = at + 2 + 3 * notes[at + 1]!;
      for (let i = at + 2; i < end; i += 3) known[first + notes[i]!]! |= ~notes[i + 1]!;
      at = end;
    }
    return record;
  }
}

const isPowerOfFour = (n: number): boolean => (n & (n - 1)) === 0 && (n & 0x55555555) !== 0;

/** A step as for a trace, without its words. It must lead to that state. */
function inEarnest(
  system: System<Spec, Turn>,
  from: Int32Array,
  action: number,
  to: Int32Array,
): Step {
  const step = system.step(from, action, true);
  if (step?.state.every((word, i) => word === to[i]) === true) return step;
  const row = system.row(from, decode(action).task);
  throw new DesignError(`row ${row}: gives other successors when asked again: ${KEEPS}`);
}

/** By running every row, and asking every promise, every time. */
class Plain implements Position, Sink {
  #moves = 0;
  /** Were the rows of the state run? */
  #known = false;
  onStep: ((step: Step) => void) | undefined;
  readonly #system: System<Spec, Turn>;
  #state: Int32Array;
  /** Of each task the ways in which it can go on. */
  readonly #ways: { readonly action: number; readonly to: Int32Array }[][] = [];
  /** Masks of properties: those asked, and those broken here. */
  readonly #asked: Int32Array;
  readonly #broken: Int32Array;

  constructor(system: System<Spec, Turn>) {
    this.#system = system;
    const count = system.properties.length;
    this.#asked = new Int32Array(Math.ceil(count / IN_MASK)).map((_, i) =>
      allOf(count, i * IN_MASK),
    );
    this.#broken = new Int32Array(this.#asked.length);
    this.#state = system.initial();
  }

  state(): Int32Array {
    return this.#state.slice();
  }

  goTo(state: Int32Array): void {
    this.#state = state.slice();
    this.#known = false;
  }

  get moves(): number {
    this.#look();
    return this.#moves;
  }

  #look(): void {
    if (this.#known) return;
    this.#moves = 0;
    this.#ways.length = 0;
    this.#system.successors(this.#state, 0, this);
    this.#known = true;
  }

  successor(action: number, to: Int32Array): void {
    const { task } = decode(action);
    (this.#ways[task] ??= []).push({ action, to: to.slice() });
    if (to.some((word, i) => word !== this.#state[i])) this.#moves |= 1 << task;
  }

  ways(task: number): number {
    this.#look();
    return this.#ways[task]?.length ?? 0;
  }

  action(task: number, way: number): number {
    this.#look();
    return this.#ways[task]![way]!.action;
  }

  take(task: number, way: number): boolean {
    this.#look();
    const from = this.#state;
    const { action, to } = this.#ways[task]![way]!;
    const step = inEarnest(this.#system, from, action, to);
    this.goTo(to);
    this.onStep?.(step);
    return to.some((word, i) => word !== from[i]);
  }

  ask(): boolean {
    // A step in between has shown the system another state.
    this.#known = false;
    this.#look();
    this.#asked.forEach((asked, i) => {
      this.#broken[i] = this.#system.violations(asked, i * IN_MASK);
    });
    return this.#broken.some((mask) => mask !== 0);
  }

  breaks(property: number): boolean {
    return ((this.#broken[Math.floor(property / IN_MASK)]! >>> (property % IN_MASK)) & 1) === 1;
  }

  retire(property: number): void {
    this.#asked[Math.floor(property / IN_MASK)]! &= ~(1 << (property % IN_MASK));
  }
}
