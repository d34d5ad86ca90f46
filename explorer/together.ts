/**
 * A search by several threads, which gives what one alone would, to the last byte.
 *
 * All have one memory (core/core.ts). A level is cut into blocks of states. Each thread takes the
 * next block that nobody has, expands it, and holds what it finds in a ring of its own. The first
 * thread looks all of that up, block by block in the order of states: so numbers and parents are
 * those of one thread. It expands blocks itself while no other is ready. What all need to know
 * stands in `control`; what is larger comes by a port.
 *
 * What promises have ever read is told to all before each level (see answers.ts): that a state's
 * answer is its parent's follows from what was read there, by whichever thread.
 *
 * A helper that fails says in which block, and the first thread expands that block itself: the
 * error is then the one that it would have come to alone. One that gives no answer ends the search
 * with an error. helper.ts is the other side.
 */
import type { Counted } from '../machine/system.ts';
import { compiledModule } from './core.ts';
import type { Memory } from './core.ts';
import type { Expander } from './expander.ts';
import type { SavedSample } from './sample.ts';
import { OutOfMemory, isOutOfMemory } from './table.ts';

/** What a thread that helps is given. */
export interface Shared {
  /** Which of the helpers it is, from 0 on. */
  readonly helper: number;
  readonly module: object;
  readonly memory: Memory;
  /** States that lie in the memory at most. */
  readonly near: number;
  readonly control: Int32Array;
  /** What each question of the promises has ever read. */
  readonly prints: Int32Array;
}

/** A thread that helps, for who has begun it. */
export interface Thread {
  /** What it has sent, and was not received yet. */
  receive(): readonly Message[];
  end(): void;
}

export interface Helpers {
  /** At most 16. */
  readonly count: number;
  /** Begins a thread, which makes the same machine anew and calls `help` with it (helper.ts). */
  readonly begin: (shared: Shared) => Thread;
  /** Only in a search of so many states are there any. */
  readonly from?: number;
  /** States of a block. */
  readonly block?: number;
  /** One that says nothing for so long is no more. */
  readonly patience_ms?: number;
  /** Asked after each block: is the slice to end? */
  readonly stopped?: () => boolean;
  /** Are they waited for? Else the search goes on alone until they are ready. */
  readonly wait?: boolean;
}

/** What a helper has counted since it was asked last. */
export interface Report {
  readonly counted: Counted;
  readonly sample: SavedSample;
  /** The first counter that left its range, and among which states. */
  readonly beyond?: { readonly name: string; readonly from: number };
}

export const HELPERS_MAX = 16;
const FROM = 2 ** 16;
const BLOCK = 128;
/** Blocks of a slice. */
const WINDOW = 1024;
/** Levels of fewer blocks are expanded by one thread. */
const FEW = 8;
/** Looks at a place, some 50 microseconds. */
const SPINS = 10_000;
/** Candidates that this thread holds before it waits for others, and at most. */
const ROOM = 3072;
const HELD_MAX = 4096;
/** A row that takes 4 s is seen before. */
const PATIENCE_MS = 20_000;

// Places in `control`.
/** Grows whenever there is something new for the helpers. */
export const SIGNAL = 0;
export const ORDER = 1;
/** Blocks are numbered through all levels: the next one that nobody has; the end of all. */
export const NEXT = 2;
export const END = 3;
/** The first block that is of these states, and their numbers. */
export const FIRST = 4;
export const BASE = 5;
export const UNTIL = 6;
export const STATES = 7;
export const LEVEL = 8;
/** Blocks that were looked up. */
export const PASSED = 9;
/** Grows whenever a helper has done something. */
export const DONE = 10;
/** How often reports were asked for. */
export const ASKED = 11;

/** Of an index that grows: is a part of the work offered? */
export const GROWTH = 12;

/** A block's number + 1 once it is done; less than 0 where its thread has no room for the rest. */
export const SLOTS = 64;
export const slot = (block: number): number => 16 + 4 * (block % SLOTS);
/** Behind that: up to where in the queue, of which helper, and bits of its index then. */
export const UP_TO = 1;
export const BY = 2;
export const BITS = 3;

export const of = (helper: number): number => slot(SLOTS - 1) + 4 + 8 * helper;
// Of each helper: what it does; the block in which it failed; where its queue is; up to where that
// was looked up; steps given, in two halves; how often it has reported.
export const STATE = 0;
export const FAILED_IN = 1;
export const QUEUE = 2;
export const TAKEN = 3;
export const STEPS = 4;
export const REPORTED = 6;

/** Then of each thread, the first one before the helpers, two places for each promise. */
export const said = (thread: number, property: number, properties: number): number =>
  of(HELPERS_MAX) + 2 * (thread * properties + property);

// What a helper does.
const BEGINS = 0;
export const READY = 1;
export const FAILED = 2;
/** The module had no more memory. */
export const EXHAUSTED = 3;
export const GONE = 4;

// Growth.
export const OFFERED = 1;
export const TAKEN_UP = 2;
export const GROWN = 3;

// Orders.
export const WORK = 0;
export const REPORT = 1;
export const LEAVE = 2;

/** What the core asks of a search by several threads. */
export interface Others {
  /** The ring of this thread is full. */
  makeRoom(): void;
  /** The index grows, and others may do a part of that. Have they done it? */
  shareGrowth?(): void;
  endGrowth?(): boolean;
}

/** A block that this thread has expanded out of turn. */
interface Own {
  readonly block: number;
  readonly up_to: number;
}

export class Together implements Others {
  readonly #expander: Expander;
  readonly #properties: number;
  readonly #control: Int32Array;
  readonly #block: number;
  readonly #patience: number;
  readonly #isStopped: () => boolean;
  readonly #threads: Thread[] = [];
  /** The block that this thread expands; and those of it that are not looked up. */
  #expands = 0;
  readonly #own: Own[] = [];

  /** `at`: the state that is expanded next. */
  constructor(helpers: Helpers, expander: Expander, properties: number, at: number) {
    this.#expander = expander;
    this.#properties = properties;
    this.#block = helpers.block ?? BLOCK;
    this.#isStopped = helpers.stopped ?? (() => false);
    this.#patience = helpers.patience_ms ?? PATIENCE_MS;
    const { table } = expander;
    const places = said(helpers.count + 1, 0, properties);
    const control = new Int32Array(new SharedArrayBuffer(4 * places));
    this.#control = control;
    control[STATES] = this.#block;
    control[BASE] = at;
    const prints = expander.share(this);
    const module = compiledModule();
    const { memory } = table.core;
    try {
      for (let helper = 0; helper < helpers.count; helper++) {
        const shared = { helper, module, memory, near: table.near, control, prints };
        this.#threads.push(helpers.begin(shared));
      }
      if (helpers.wait === true) this.#threads.forEach((_, helper) => this.#begun(helper));
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Is this the time for it, in a search that has helpers? */
  static isWorth({ from = FROM, block = BLOCK }: Helpers, states: number, level: number): boolean {
    return states >= from && level >= FEW * block;
  }

  /** Does any helper work? */
  get ready(): boolean {
    return this.#threads.some((_, helper) => this.#of(helper, STATE) === READY);
  }

  /** Steps that helpers have given. */
  get steps(): number {
    return this.#threads.reduce((sum, _, helper) => {
      const at = of(helper) + STEPS;
      return sum + this.#control[at + 1]! * 2 ** 32 + (this.#control[at]! >>> 0);
    }, 0);
  }

  #of(helper: number, place: number): number {
    return Atomics.load(this.#control, of(helper) + place);
  }

  /** Waits until a helper is ready. */
  #begun(helper: number): void {
    for (;;) {
      const done = Atomics.load(this.#control, DONE);
      if (this.#of(helper, STATE) !== BEGINS) return;
      // However little patience there is: it has to load all that a search needs.
      if (Atomics.wait(this.#control, DONE, done, PATIENCE_MS) === 'timed-out') {
        throw new Error('a thread of the search does not begin');
      }
    }
  }

  #signal(): void {
    Atomics.add(this.#control, SIGNAL, 1);
    Atomics.notify(this.#control, SIGNAL);
  }

  /** Until a helper has done something, which it had not when `done` was looked at. */
  #wait(done: number): void {
    if (spun(this.#control, DONE, done)) return;
    if (Atomics.wait(this.#control, DONE, done, this.#patience) === 'timed-out') {
      throw new Error(`a thread of the search gives no answer for ${this.#patience / 1000} s`);
    }
  }

  /**
   * Expands states of a level from one on; returns the first that is not expanded. `alone` expands
   * some in this thread.
   */
  expand(
    [from, level_end]: readonly [number, number],
    level: number,
    alone: (from: number, until: number) => void,
  ): number {
    const control = this.#control;
    const until = Math.min(level_end, from + WINDOW * this.#block);
    const first = control[PASSED]!;
    const { core } = this.#expander.table;
    core.hold(1);
    control[FIRST] = first;
    control[BASE] = from;
    control[UNTIL] = until;
    control[LEVEL] = level;
    Atomics.store(control, END, first + Math.ceil((until - from) / this.#block));
    this.#signal();
    let end;
    try {
      end = this.#pass(alone);
    } finally {
      core.hold(0);
    }
    this.#expander.merge();
    return Math.min(until, from + (end - first) * this.#block);
  }

  /** Takes all blocks that nobody has, so that nobody will; returns the first of them. */
  #cut(end: number): number {
    const control = this.#control;
    for (;;) {
      const block = Atomics.load(control, NEXT);
      if (block >= end) return end;
      if (Atomics.compareExchange(control, NEXT, block, end) === block) return block;
    }
  }

  /**
   * Looks up block after block, until it is to stop; expands those itself that nobody has. Returns
   * the first that was not expanded.
   */
  #pass(alone: (from: number, until: number) => void): number {
    const control = this.#control;
    const { core } = this.#expander.table;
    const first = control[PASSED]!;
    const all = control[END]!;
    let end = all;
    let failed: { readonly block: number; readonly error: unknown } | undefined;
    for (let block = first; block < end; block = control[PASSED]!) {
      if (failed?.block === block) throw failed.error;
      if (end === all && block > first && this.#isStopped()) {
        end = this.#cut(all);
        if (block >= end) break;
      }
      const done = Atomics.load(control, DONE);
      if (this.#lookUp(block)) continue;
      const mine = failed === undefined && core.batched.value < ROOM ? claim(control) : -1;
      if (mine >= 0) {
        this.#expands = mine;
        try {
          alone(...statesOf(control, mine));
          this.#own.push({ block: mine, up_to: core.next.value });
        } catch (error) {
          if (isOutOfMemory(error)) throw error;
          // What is before it comes first, and may fail as well.
          failed = { block: mine, error };
        }
      } else {
        this.#takeOver(block, alone);
        this.#wait(done);
      }
    }
    Atomics.store(control, PASSED, all);
    return end;
  }

  /** Looks up what there is of a block. Was there anything? */
  #lookUp(block: number): boolean {
    const control = this.#control;
    const { core } = this.#expander.table;
    const [own] = this.#own;
    if (own?.block === block) {
      this.#own.shift();
      core.flush_first((own.up_to - core.next.value + core.batched.value) | 0);
    } else {
      const at = slot(block);
      const state = Atomics.load(control, at);
      if (Math.abs(state) !== block + 1) return false;
      const taken = of(control[at + BY]!) + TAKEN;
      const from = control[taken]!;
      const up_to = control[at + UP_TO]!;
      if (state < 0 && from === up_to) return false;
      const queue = control[taken - TAKEN + QUEUE]! >>> 0;
      core.flush_queue(queue, from, (up_to - from) | 0, control[at + BITS]!);
      Atomics.store(control, taken, up_to);
      Atomics.notify(control, taken);
      if (state < 0) return true;
    }
    Atomics.add(control, PASSED, 1);
    Atomics.notify(control, PASSED);
    return true;
  }

  #failedIn(block: number): number {
    return this.#threads.findIndex(
      (_, helper) => this.#of(helper, STATE) >= FAILED && this.#of(helper, FAILED_IN) === block,
    );
  }

  /** Has the thread failed that has this block? Then the same is done here, and fails here. */
  #takeOver(block: number, alone: (from: number, until: number) => void): void {
    const failed = this.#failedIn(block);
    if (failed < 0) return;
    if (this.#of(failed, STATE) === EXHAUSTED) throw new OutOfMemory();
    // All before it is looked up, and nothing behind it will be.
    this.#own.length = 0;
    this.#expander.table.core.batched.value = 0;
    this.#expands = block;
    alone(...statesOf(this.#control, block));
    throw this.#ended(failed);
  }

  #ended(helper: number): Error {
    const said_last = this.#threads[helper]!.receive().find((message) => 'why' in message);
    const why = said_last?.why ?? 'nobody knows why';
    return new Error(`a thread of the search has ended: ${why}`);
  }

  /** This thread's ring is full: what is before it is looked up, and then the first of its own. */
  makeRoom(): void {
    const { core } = this.#expander.table;
    // A block may have had no candidates.
    while (core.batched.value >= HELD_MAX) this.#lookUpOwn();
  }

  #lookUpOwn(): void {
    const control = this.#control;
    const turn = this.#own[0]?.block ?? this.#expands;
    while (control[PASSED]! < turn) {
      const done = Atomics.load(control, DONE);
      const block = control[PASSED]!;
      if (this.#lookUp(block)) continue;
      if (this.#failedIn(block) >= 0) throw new Error('a block before this one has failed');
      this.#wait(done);
    }
    const { core } = this.#expander.table;
    if (this.#own.length > 0) this.#lookUp(turn);
    else core.flush_first(core.batched.value);
  }

  shareGrowth(): void {
    Atomics.store(this.#control, GROWTH, OFFERED);
    this.#signal();
    this.#threads.forEach((_, helper) => Atomics.notify(this.#control, of(helper) + TAKEN));
  }

  endGrowth(): boolean {
    const control = this.#control;
    if (Atomics.compareExchange(control, GROWTH, OFFERED, 0) === OFFERED) return false;
    for (;;) {
      const done = Atomics.load(control, DONE);
      if (Atomics.compareExchange(control, GROWTH, GROWN, 0) === GROWN) return true;
      const gone = this.#threads.findIndex((_, helper) => this.#of(helper, STATE) === GONE);
      if (gone >= 0) throw this.#ended(gone);
      this.#wait(done);
    }
  }

  /** A promise was broken, or has something to say, in a state that this thread has expanded. */
  tell(property: number, premise: boolean, number: number): void {
    tell(this.#control, said(0, property, this.#properties), premise, number);
  }

  /** Gives what helpers have found of promises: in which state first. */
  found(take: (property: number, premise: boolean, number: number) => void): void {
    for (let helper = 0; helper < this.#threads.length; helper++) {
      for (let property = 0; property < this.#properties; property++) {
        const at = said(helper + 1, property, this.#properties);
        const [broken, premise] = [this.#control[at]!, this.#control[at + 1]!];
        if (broken > 0) take(property, false, broken - 1);
        if (premise > 0) take(property, true, premise - 1);
      }
    }
  }

  /** What helpers have counted since they were asked last. */
  report(): Report[] {
    const control = this.#control;
    const asked = Atomics.add(control, ASKED, 1) + 1;
    Atomics.store(control, ORDER, REPORT);
    this.#signal();
    const reports = this.#threads.flatMap((thread, helper) => {
      if (this.#of(helper, STATE) === BEGINS) return [];
      for (;;) {
        const done = Atomics.load(control, DONE);
        if (this.#of(helper, STATE) === GONE) throw this.#ended(helper);
        if (this.#of(helper, REPORTED) >= asked) break;
        this.#wait(done);
      }
      return thread.receive().flatMap((message) => message.report ?? []);
    });
    Atomics.store(control, ORDER, WORK);
    return reports;
  }

  end(): void {
    Atomics.store(this.#control, ORDER, LEAVE);
    this.#signal();
    this.#threads.forEach((thread) => thread.end());
  }
}

/** Of a helper: what it has counted, or why it has failed. */
export interface Message {
  readonly report?: Report;
  readonly why?: string;
}

/** Has a place come to be another in the next moment? To sleep, and be woken, takes longer. */
export function spun(control: Int32Array, place: number, was: number): boolean {
  for (let n = 0; n < SPINS; n++) if (Atomics.load(control, place) !== was) return true;
  return false;
}

/** The next block that nobody has; -1 where there is none now. */
export function claim(control: Int32Array): number {
  for (;;) {
    const block = Atomics.load(control, NEXT);
    const ahead = block - Atomics.load(control, PASSED);
    const none = block >= Atomics.load(control, END) || ahead >= SLOTS;
    if (none) return -1;
    if (Atomics.compareExchange(control, NEXT, block, block + 1) === block) return block;
  }
}

/** The states of a block: the first, and the one behind the last. */
export function statesOf(control: Int32Array, block: number): [from: number, until: number] {
  const from = control[BASE]! + (block - control[FIRST]!) * control[STATES]!;
  return [from, Math.min(control[UNTIL]!, from + control[STATES]!)];
}

export function tell(control: Int32Array, at: number, premise: boolean, number: number): void {
  const place = at + (premise ? 1 : 0);
  if (control[place] === 0) control[place] = number + 1;
}
