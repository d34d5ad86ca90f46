/**
 * Rows that move alone: the step after them is the same whatever the other tasks do meanwhile, and
 * the other way round. A search may take such a row at once, as part of the step before it, and
 * never keep the states in which a task stands at one. Which rows these are follows from what rows
 * and promises were seen to read and write. Row r of task t moves alone if
 *
 * - it was only ever seen with one outcome: it chooses nothing, never waits, and goes on to another
 *   row. It is no first row of a piece of work: there a task may rest, or not begin at all. Rows
 *   that move alone lead to no loop of such rows;
 * - no row of another task reads or writes what r writes, and none writes what r reads. A bit that
 *   others write may be ignored if r does the same whatever it is: that is tried, with every value
 *   of all such bits, each time when r is learned.
 *
 * Why all that is found in all states is found then. Take a run of all states, and after each of
 * its states u let every task that stands at such a row move on until none does: that is state v.
 * A step of another row from u does in v what it does in u, for what it reads was not written, and
 * what it writes was not read: so it leads to a state whose v is what the reduced search steps to
 * from v. All that a row does in u it was seen to do in v: so it is enough that all of this is true
 * of what the reduced search has learned, and it is held against that again and again.
 *
 * Promises have to be kept in u, too. It is v, but for what was written. What promises ever read of
 * that, where t stands included, is kept with each such row as it was before and after it, in all
 * the ways that were seen. So of each v they are asked once more with every such row undone that
 * may have led there, and with t as one who can move. A breach found so may be of a state that is
 * not reached: it is a reason to search in full, and no more. The same for what has to happen.
 *
 * Loops: every run of all states that never ends is one of the reduced search without those steps,
 * and the other way round; who can move in all states of one can in all of the other, and takes a
 * step, since rows that move alone end. What is owed has to be the same wherever t is put back to.
 */
import { Lookup } from '../machine/lookup.ts';
import { HEAD, LONG, OUTCOMES } from '../machine/memo.ts';
import type { Question } from '../machine/answers.ts';
import type { Counts, Memo } from '../machine/memo.ts';
import { DesignError } from '../machine/rows.ts';
import type { Spec } from '../machine/struct.ts';
import type { System } from '../machine/system.ts';
import type { Turn } from '../machine/turn.ts';
import { same } from './table.ts';

/** Of so many bits that others write all values are tried. */
const IGNORED_MAX = 16;
/** So often is a row run for that, a matter of seconds; then it does not move alone. */
const TRIES_MAX = 2 ** 21;
/** A promise is asked of so many states that were left out, all told, for each that is kept. */
const UNDONE_MAX = 256;
/** In more ways a row is not undone: it does not move alone. */
const WAYS_MAX = 64;
/** A note that has become longer is not kept: its rows do not move alone. */
const NOTE_MAX = 2 ** 15;

/** The only outcome of a row that moves alone: of each word the bits that it writes, and they. */
interface Effect {
  readonly written: Int32Array;
  readonly to: Int32Array;
}

/** Bits before and after a row, of those that it writes and promises read. */
interface Way {
  readonly row: number;
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/** What was written so far, what was read before, and which rows were taken along. */
interface SoFar {
  readonly written: Int32Array;
  readonly read: Int32Array;
  readonly along: number[];
}

const soFar = (words: number): SoFar => ({
  written: new Int32Array(words),
  read: new Int32Array(words),
  along: [],
});

/** Of each task, what rows of others read, and what they write. */
interface Others {
  readonly read: readonly Int32Array[];
  readonly written: readonly Int32Array[];
}

/** A step with the rows that were taken with it. */
export interface Taken {
  readonly note: Int32Array;
  readonly read: Int32Array;
  readonly counts: Counts;
}

export class Alone {
  readonly #system: System<Spec, Turn>;
  readonly #words: number;
  /** Of a row: its task, and 1 where it is the first of a piece of work. */
  readonly #task: Int32Array;
  readonly #begins: Uint8Array;
  /** What it was seen to read and to write: so many words of masks, one row behind the other. */
  readonly #read: Int32Array;
  readonly #written: Int32Array;
  /** 1: it was seen; it was seen to do what no row does that moves alone. */
  readonly #seen: Uint8Array;
  readonly #unfit: Uint8Array;
  /** Rows that were seen to follow it, as places of its task. */
  readonly #next: readonly Set<number>[];
  /** What any promise has read, and what is owed. */
  readonly #asked: Int32Array;
  /** Has anything new been seen since the conditions were looked at? */
  #news = false;

  // Of the search that is on:
  /** 1 for each row that moves alone; there is any. */
  readonly is: Uint8Array;
  active = false;
  /** What such a row reads, and others write, without making a difference. */
  readonly #ignored: Int32Array;
  /** Of such a row the bits that are told in the ways to undo it, its task's place among them. */
  readonly #told: Int32Array;
  /** The same of all such rows of a task; undefined where there are none. */
  #toldOf: readonly (Int32Array | undefined)[] = [];
  /** Of each task the ways in which its rows were seen to move alone. */
  #ways: readonly Way[][];
  /** What was tried: of a row, under the values of what it reads and does not ignore. */
  #tried: Lookup;
  readonly #effects: Effect[] = [];
  /** How often each row was run to see whether it is the same. */
  readonly #tries: Float64Array;
  /** Promises that had something to say only of states that were left out. */
  readonly undone = new Set<number>();
  /** Something was learned that the search did not count on. */
  #failed = false;

  constructor(system: System<Spec, Turn>) {
    const { rows, words, tasks } = system;
    this.#system = system;
    this.#words = words;
    this.#task = new Int32Array(rows);
    this.#begins = new Uint8Array(rows);
    tasks.forEach(({ work }, task) => {
      let row = system.first(task);
      for (const piece of work) {
        const { length } = Object.keys(piece.rows);
        this.#begins[row] = 1;
        this.#task.fill(task, row, row + length);
        row += length;
      }
    });
    this.#read = new Int32Array(rows * words);
    this.#written = new Int32Array(rows * words);
    this.#seen = new Uint8Array(rows);
    this.#unfit = new Uint8Array(rows);
    this.#next = Array.from({ length: rows }, () => new Set());
    this.#asked = new Int32Array(words);
    this.is = new Uint8Array(rows);
    this.#ignored = new Int32Array(rows * words);
    this.#told = new Int32Array(rows * words);
    this.#ways = tasks.map(() => []);
    this.#tries = new Float64Array(rows);
    this.#tried = new Lookup(rows, words);
  }

  /** The rows that move alone, as `task.row`. */
  get names(): readonly string[] {
    const rows = [...this.is.entries()].filter(([, is]) => is === 1);
    // Pieces of work of one task may have rows of the same name.
    return [...new Set(rows.map(([row]) => this.#system.rowOf(row + 1)!))];
  }

  // What is learned, whether a search is reduced or not.

  /** A row has run in the state that was shown, as the note has it. */
  ran(row: number, note: Int32Array, { taken }: Counts, read: Int32Array): void {
    this.#seen[row] = 1;
    this.#add(this.#read, row, read);
    if (note[OUTCOMES] !== 1 || note[2] === 1 || taken.length > 0) this.#refuse(row);
    if (note[OUTCOMES] === LONG) return;
    const place = this.#place(row);
    let n = HEAD;
    for (let outcomes = note[OUTCOMES]!; outcomes > 0; outcomes--) {
      const end = n + 2 + 3 * note[n + 1]!;
      let next = -1;
      for (let i = n + 2; i < end; i += 3) {
        const word = note[i]! >>> 2;
        this.#addWord(this.#written, row, word, ~note[i + 1]!);
        if (word === place.word && ((~note[i + 1]! >>> place.shift) & place.mask) !== 0) {
          next = (note[i + 2]! >>> place.shift) & place.mask;
        }
      }
      this.#goesTo(row, next);
      n = end;
    }
  }

  /** A row that has too many outcomes for a note has run; `written` of one of them. */
  ranLong(row: number, read: Int32Array, written?: Int32Array): void {
    this.#refuse(row);
    this.#add(this.#read, row, read);
    if (written !== undefined) this.#add(this.#written, row, written);
  }

  /** Learns what is read for what is owed in a state. */
  mayOwe(state: Int32Array): void {
    if (this.#system.progress < 0) return;
    const { trail } = this.#system;
    trail.clear();
    this.#system.owing(state, 0);
    this.wereAsked(trail.read);
  }

  /** Promises have read that. */
  wereAsked(read: Int32Array): void {
    for (let word = 0; word < this.#words; word++) {
      const bits = read[word]!;
      if ((bits & ~this.#asked[word]!) === 0) continue;
      this.#asked[word]! |= bits;
      this.#news = true;
    }
  }

  #add(all: Int32Array, row: number, masks: Int32Array): void {
    for (let word = 0; word < this.#words; word++) this.#addWord(all, row, word, masks[word]!);
  }

  #addWord(all: Int32Array, row: number, word: number, bits: number): void {
    const at = row * this.#words + word;
    if ((bits & ~all[at]!) === 0) return;
    all[at]! |= bits;
    this.#news = true;
  }

  #refuse(row: number): void {
    if (this.#unfit[row] === 1) return;
    this.#unfit[row] = 1;
    this.#news = true;
  }

  /** `next`: a place of the task; -1 where it did not move on. */
  #goesTo(row: number, next: number): void {
    if (next < 0 || next === row - this.#system.first(this.#task[row]!)) this.#refuse(row);
    const known = this.#next[row]!;
    if (known.has(next)) return;
    known.add(next);
    // It may lead back now.
    if (this.is[row] === 1) this.#failed = true;
  }

  #place(row: number) {
    return this.#placeOf(this.#task[row]!);
  }

  #placeOf(task: number) {
    return this.#system.struct.place(this.#system.tasks[task]!.pc);
  }

  // Which rows move alone.

  /** Begins a search in which rows move alone; false where none does, by what was learned. */
  begin(): boolean {
    const { is } = this;
    is.fill(0);
    const ignored = this.#ignored.slice();
    this.#ignored.fill(0);
    this.undone.clear();
    const others = this.#others();
    for (let row = 0; row < is.length; row++) is[row] = this.#qualifies(row, others) ? 1 : 0;
    // No row leads back among those that move alone.
    for (let row = is.length - 1; row >= 0; row--) {
      const first = this.#system.first(this.#task[row]!);
      const ahead = [...this.#next[row]!].every((to) => {
        const next = first + to;
        return next > row || is[next] === 0;
      });
      if (!ahead) is[row] = 0;
    }
    // What was tried holds as long as the same is ignored.
    if (!same(ignored, this.#ignored)) {
      this.#tried = new Lookup(is.length, this.#words);
      this.#effects.length = 0;
    }
    this.#tell();
    this.#news = this.#failed = false;
    this.active = is.includes(1);
    return this.active;
  }

  /** Tries rows that move alone in a state of a search that has ended. */
  scout(memo: Memo, state: Int32Array): void {
    this.#system.tasks.forEach((_, task) => {
      this.moveOn(memo, task, { from: state, to: state.slice() });
    });
  }

  /** All rows move as they are again. */
  end(): void {
    this.active = false;
    this.is.fill(0);
    this.#toldOf = [];
  }

  /** Is all that was learned such that the rows of this search move alone? */
  holds(): boolean {
    if (this.#failed) return false;
    if (!this.#news) return true;
    this.#news = false;
    const others = this.#others();
    this.#failed = [...this.is.entries()].some(
      ([row, is]) =>
        is === 1 && !(this.#conflictFree(row, others, this.#ignored) && this.#isTold(row)),
    );
    return !this.#failed;
  }

  #others(): Others {
    const { length } = this.#system.tasks;
    const read = Array.from({ length }, () => new Int32Array(this.#words));
    const written = Array.from({ length }, () => new Int32Array(this.#words));
    for (let row = 0; row < this.is.length; row++) {
      for (let task = 0; task < length; task++) {
        if (task === this.#task[row]) continue;
        for (let word = 0; word < this.#words; word++) {
          read[task]![word]! |= this.#read[row * this.#words + word]!;
          written[task]![word]! |= this.#written[row * this.#words + word]!;
        }
      }
    }
    return { read, written };
  }

  #qualifies(row: number, others: Others): boolean {
    if (this.#seen[row] === 0 || this.#begins[row] === 1) return false;
    const written = others.written[this.#task[row]!]!;
    let bits = 0;
    for (let word = 0; word < this.#words; word++) {
      const at = row * this.#words + word;
      this.#ignored[at] = this.#read[at]! & written[word]!;
      bits += bitsIn(this.#ignored[at]);
    }
    return bits <= IGNORED_MAX && this.#conflictFree(row, others, this.#ignored);
  }

  #conflictFree(row: number, others: Others, ignored: Int32Array): boolean {
    if (this.#unfit[row] === 1) return false;
    const task = this.#task[row]!;
    const [read, written] = [others.read[task]!, others.written[task]!];
    for (let word = 0; word < this.#words; word++) {
      const at = row * this.#words + word;
      if ((this.#written[at]! & (read[word]! | written[word]!)) !== 0) return false;
      if ((this.#read[at]! & written[word]! & ~ignored[at]!) !== 0) return false;
    }
    return true;
  }

  /** From now on a row is undone by these of its bits. Ways that told others are forgotten. */
  #tell(): void {
    const changed = new Set<number>();
    this.#toldOf = this.#system.tasks.map((_, task) => {
      const all = new Int32Array(this.#words);
      for (let row = this.#system.first(task); row < this.#system.first(task + 1); row++) {
        for (let word = 0; word < this.#words; word++) {
          const at = row * this.#words + word;
          const bits = this.is[row] === 1 ? this.#toTell(row, word) : 0;
          if (bits !== this.#told[at]) changed.add(row);
          this.#told[at] = bits;
          all[word]! |= bits;
        }
      }
      return all.some((bits) => bits !== 0) ? all : undefined;
    });
    this.#ways = this.#ways.map((ways) => ways.filter(({ row }) => !changed.has(row)));
  }

  #toTell(row: number, word: number): number {
    const place = this.#place(row);
    const own = word === place.word ? place.mask << place.shift : 0;
    return (this.#written[row * this.#words + word]! & this.#asked[word]!) | own;
  }

  #isTold(row: number): boolean {
    for (let word = 0; word < this.#words; word++) {
      if (this.#toTell(row, word) !== this.#told[row * this.#words + word]) return false;
    }
    return true;
  }

  // How they move.

  /**
   * What a step does with all rows that it leads to and that move alone: `note` has its outcomes,
   * in the state `seen`, where `read` was read.
   */
  takenAlong(
    memo: Memo,
    task: number,
    seen: Int32Array,
    step: { readonly note: Int32Array; readonly counts: Counts; readonly read: Int32Array },
  ): Taken {
    const { note } = step;
    const read = step.read.slice();
    const along: number[] = [];
    const made: number[] = [...note.subarray(0, HEAD)];
    let n = HEAD;
    for (let outcomes = note[OUTCOMES]!; outcomes > 0; outcomes--) {
      const end = n + 2 + 3 * note[n + 1]!;
      const to = seen.slice();
      const written = new Int32Array(this.#words);
      for (let i = n + 2; i < end; i += 3) {
        const word = note[i]! >>> 2;
        written[word] = ~note[i + 1]!;
        to[word] = (to[word]! & note[i + 1]!) | note[i + 2]!;
      }
      this.moveOn(memo, task, { from: seen, to }, { written, read, along });
      made.push(note[n]!, 0);
      const count = made.length - 1;
      for (let word = 0; word < this.#words; word++) {
        const bits = written[word]!;
        if (bits === 0) continue;
        made.push(4 * word, ~bits, to[word]! & bits);
        made[count]!++;
      }
      n = end;
    }
    if (along.length === 0) return step;
    if (made.length > NOTE_MAX) {
      along.forEach((row) => this.#giveUp(row));
      return step;
    }
    return { note: Int32Array.from(made), read, counts: { ...step.counts, along } };
  }

  /**
   * Takes the rows that move alone from a state `to` on, as long as the task stands at one; adds to
   * what was written and read before that was written, and to the rows that were taken. `from`: the
   * state of the step before.
   */
  moveOn(
    memo: Memo,
    task: number,
    { from, to }: { readonly from: Int32Array; readonly to: Int32Array },
    { written, read, along }: SoFar = soFar(this.#words),
  ): void {
    const own = new Int32Array(this.#words);
    const begun = this.#system.rowAt(from, task);
    let last = -1;
    for (let steps = 0; ; steps++) {
      const row = this.#system.rowAt(to, task);
      // Who moves is known by what changes: no step may come back to where it began.
      if (row === begun && last >= 0) return this.#giveUp(last);
      if (row < 0 || this.is[row] === 0) return;
      const effect = steps > this.is.length ? undefined : this.#effect(memo, task, row, to);
      if (effect === undefined) return this.#giveUp(row);
      own.fill(0);
      this.#tried.footprint(row, own, 0);
      this.#sawWay(row, to, effect);
      for (let word = 0; word < this.#words; word++) {
        // To undo it what it writes over has to be known, too.
        const needed = own[word]! | this.#told[row * this.#words + word]!;
        read[word]! |= needed & ~written[word]!;
        const bits = effect.written[word]!;
        written[word]! |= bits;
        to[word] = (to[word]! & ~bits) | effect.to[word]!;
      }
      along.push(row);
      last = row;
    }
  }

  /** Promises that were asked before did not know of a way that is new. */
  #sawWay(row: number, state: Int32Array, effect: Effect): void {
    const ways = this.#ways[this.#task[row]!]!;
    const masks = this.#told.subarray(row * this.#words, (row + 1) * this.#words);
    const before = masks.map((bits, word) => state[word]! & bits);
    const after = masks.map(
      (bits, word) => ((state[word]! & ~effect.written[word]!) | effect.to[word]!) & bits,
    );
    const known = (way: Way): boolean =>
      way.row === row && same(way.before, before) && same(way.after, after);
    if (ways.some(known)) return;
    ways.push({ row, before, after });
    this.#failed = true;
    if (ways.filter((way) => way.row === row).length > WAYS_MAX) this.#refuse(row);
  }

  #giveUp(row: number): void {
    this.#refuse(row);
    this.#failed = true;
  }

  /** What a row that moves alone does in a state: tried where it is not known, and counted. */
  #effect(memo: Memo, task: number, row: number, state: Int32Array): Effect | undefined {
    const tried = this.#tried;
    const known = tried.find(row, state);
    if (known !== 0) {
      this.#system.count(row, 1, 1, 0, []);
      return this.#effects[tried.pool[tried.added(row, known)]!];
    }
    const system = this.#system;
    system.show(state, 0);
    const counts = memo.learn(task, row);
    this.ran(row, memo.note, counts, system.trail.read);
    if (this.#unfit[row] === 1) return undefined;
    const effect = effectOf(memo.note, this.#words);
    const read = system.trail.read.slice();
    if (!this.#isTheSame(memo, task, row, { state, effect, read })) return undefined;
    const ignored = row * this.#words;
    for (let word = 0; word < this.#words; word++) read[word]! &= ~this.#ignored[ignored + word]!;
    if (tried.full) {
      tried.forget();
      this.#effects.length = 0;
    }
    tried.enter(row, state, read, Int32Array.of(this.#effects.length), 1);
    this.#effects.push(effect);
    return effect;
  }

  /** Does it do the same whatever is in the bits that it ignores? Adds what it reads then. */
  #isTheSame(
    memo: Memo,
    task: number,
    row: number,
    { state, effect, read }: { state: Int32Array; effect: Effect; read: Int32Array },
  ): boolean {
    const ignored = this.#ignored.subarray(row * this.#words, (row + 1) * this.#words);
    const bits: { readonly word: number; readonly bit: number }[] = [];
    ignored.forEach((mask, word) => {
      for (let rest = mask; rest !== 0; rest &= rest - 1) bits.push({ word, bit: rest & -rest });
    });
    if (bits.length === 0) return true;
    this.#tries[row]! += 2 ** bits.length;
    if (this.#tries[row]! > TRIES_MAX) return false;
    const system = this.#system;
    const { beyond } = system;
    const other = state.slice();
    for (let values = 0; values < 2 ** bits.length; values++) {
      bits.forEach(({ word, bit }, i) => {
        other[word] = (other[word]! & ~bit) | ((values >>> i) & 1 ? bit : 0);
      });
      const does_that = this.#doesThat(memo, task, other, effect);
      const left_its_range = system.beyond !== beyond;
      system.beyond = beyond;
      if (!does_that || left_its_range) return false;
      this.#add(this.#read, row, system.trail.read);
      read.forEach((_, word) => (read[word]! |= system.trail.read[word]!));
    }
    return true;
  }

  #doesThat(memo: Memo, task: number, state: Int32Array, effect: Effect): boolean {
    try {
      this.#system.show(state, 0);
      const { taken } = memo.learn(task, this.#system.rowAt(state, task), false);
      const { note } = memo;
      if (note[OUTCOMES] !== 1 || note[2] === 1 || taken.length > 0) return false;
      const { written, to } = effectOf(note, this.#words);
      return same(written, effect.written) && same(to, effect.to);
    } catch (error) {
      if (error instanceof DesignError) return false;
      throw error;
    }
  }

  // What is said of states that were left out.

  /**
   * Asks a question also of all states that were left out for the one that was `seen`, which has
   * who moves and who waits behind it. Is a promise broken in any of them? `take` is told what the
   * answer depends on.
   */
  asksElsewhere(
    seen: Int32Array,
    { property, piece, read }: Question,
    ask: () => boolean,
    take: (word: number, bits: number) => void,
  ): boolean {
    let yes = false;
    let asked = -1;
    for (;;) {
      // What the question is known to read may have grown.
      const tasks = this.#lookedAt(read);
      if (tasks.length <= asked) break;
      asked = tasks.length;
      for (const task of tasks) this.#toldOf[task]!.forEach((bits, word) => take(word, bits));
      const states = this.#undone(seen, tasks);
      for (const state of states) {
        this.#system.recall(state);
        if (ask()) yes = true;
      }
      if (states.length > 0) this.#system.recall(seen);
    }
    if (yes && piece < 0) this.undone.add(property);
    return yes && piece >= 0;
  }

  #refuseAll(tasks: readonly number[]): void {
    this.is.forEach((is, row) => {
      if (is === 1 && tasks.includes(this.#task[row]!)) this.#giveUp(row);
    });
  }

  /** Tasks of whose rows that move alone something was read, or who moves or waits. */
  #lookedAt(read: Int32Array): number[] {
    let waits = 0;
    for (let word = this.#words; word < read.length; word++) waits |= read[word]!;
    const tasks: number[] = [];
    for (let task = 0; task < this.#toldOf.length; task++) {
      const own = this.#toldOf[task];
      if (own === undefined) continue;
      let bits = waits;
      for (let word = 0; word < this.#words && bits === 0; word++) bits = read[word]! & own[word]!;
      if (bits !== 0) tasks.push(task);
    }
    return tasks;
  }

  /** The states that were left out for one that is kept, as far as these tasks go. */
  #undone(seen: Int32Array, tasks: readonly number[]): Int32Array[] {
    const words = this.#words;
    const states = [seen];
    for (const task of tasks) {
      // One row after the other, and with each state that the tasks before were put back to.
      for (let n = 0; n < states.length; n++) {
        if (states.length > UNDONE_MAX) {
          this.#refuseAll(tasks);
          break;
        }
        const state = states[n]!;
        for (const { row, before, after } of this.#ways[task]!) {
          if (!this.#isAfter(row, state, after)) continue;
          const undone = state.slice();
          for (let word = 0; word < words; word++) {
            const bits = this.#told[row * words + word]!;
            undone[word] = (undone[word]! & ~bits) | before[word]!;
          }
          if (seen.length > words) {
            undone[words]! |= 1 << task;
            undone[words + 1]! &= ~(1 << task);
            undone[words + 2 + task] = 0;
          }
          states.push(undone);
        }
      }
    }
    return states.slice(1);
  }

  #isAfter(row: number, state: Int32Array, after: Int32Array): boolean {
    if (this.is[row] === 0) return false;
    for (let word = 0; word < this.#words; word++) {
      if ((state[word]! & this.#told[row * this.#words + word]!) !== after[word]) return false;
    }
    return true;
  }

  /** All of them, as whole states with who moves and who waits behind. For who tests this. */
  allUndone(seen: Int32Array): Int32Array[] {
    const all = this.#toldOf.flatMap((told, task) => (told === undefined ? [] : [task]));
    return this.#undone(seen, all);
  }

  /** Of the state `seen` that much is owed: is it so, too, in those that were left out for it? */
  isOwed(seen: Int32Array, owed: number, read: Int32Array): void {
    const system = this.#system;
    this.wereAsked(read);
    let asked = -1;
    for (;;) {
      const tasks = this.#lookedAt(read);
      if (tasks.length <= asked) return;
      asked = tasks.length;
      for (const task of tasks) {
        this.#toldOf[task]!.forEach((bits, word) => (read[word]! |= bits));
      }
      for (const state of this.#undone(seen, tasks)) {
        system.trail.clear();
        if (system.owing(state, 0) !== owed) this.#refuseAll(tasks);
        this.wereAsked(system.trail.read);
        read.forEach((_, word) => (read[word]! |= system.trail.read[word] ?? 0));
      }
    }
  }
}

function effectOf(note: Int32Array, words: number): Effect {
  const written = new Int32Array(words);
  const to = new Int32Array(words);
  const end = HEAD + 2 + 3 * note[HEAD + 1]!;
  for (let i = HEAD + 2; i < end; i += 3) {
    written[note[i]! >>> 2] = ~note[i + 1]!;
    to[note[i]! >>> 2] = note[i + 2]!;
  }
  return { written, to };
}

function bitsIn(word: number): number {
  let count = 0;
  for (let bits = word; bits !== 0; bits &= bits - 1) count++;
  return count;
}
