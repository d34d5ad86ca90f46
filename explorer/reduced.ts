/**
 * A search to a verdict, with fewer states where that is possible. It begins as a search of all
 * states. Where that has not come to its end after some, and by what was learned there are rows
 * that move alone, it begins anew and takes them with the step before them; see alone.ts.
 *
 * What is learned then is held against what makes a row one that moves alone. Where that breaks,
 * the search begins anew without such rows, some times, and then with none. What was broken before
 * it began is known. Whatever else it finds broken is searched for again in all states, so that
 * every counterexample is a shortest one, and reads the same.
 */
import type { Machine } from '../machine/machine.ts';
import type { Spec } from '../machine/struct.ts';
import { Memo } from '../machine/memo.ts';
import { System } from '../machine/system.ts';
import type { Turn } from '../machine/turn.ts';
import { Alone } from './alone.ts';
import { Search } from './search.ts';
import type { Limits } from './search.ts';

/** Spaces that end before so many states are searched are searched in full. */
export const REDUCED_FROM = 2 ** 17;
/** So often does a reduced search begin. */
const BEGINS_MAX = 8;
/** Of the states that were searched in full one in so many is asked for what is owed: a prime. */
const OWED_EVERY = 61;

/** So many are looked at in one go. */
const LOOKED = 1024;

/** And one in so many is where rows are tried that may move alone. */
const SCOUTED_EVERY = 3;

export interface ReducedLimits extends Limits {
  /** After so many states that were searched in full. */
  readonly reduced_from?: number;
  /** For who tests it: even a space that small is searched again, and nothing is known. */
  readonly forced?: boolean;
}

export class ReducedSearch {
  /** The search that is on, or was last. */
  search: Search;
  /** So often did a reduced search begin. */
  begun = 0;
  /** What a row or a promise threw in one. */
  error: unknown;
  readonly #system: System<Spec, Turn>;
  readonly #limits: ReducedLimits;
  readonly alone: Alone;
  /** What is left is searched in full. */
  #full = false;
  /** The search of all states that it began with. */
  readonly #first: Search;

  /** The one that has come farthest: where all is interrupted that is what can be said. */
  get farthest(): Search {
    const { search } = this;
    return search.limit === 'interrupted' && search.states < this.#first.states
      ? this.#first
      : search;
  }

  get states(): number {
    return this.search.states;
  }

  get depth(): number {
    return this.search.depth;
  }

  get room(): number {
    return this.search.room;
  }

  constructor(system: Machine, limits: ReducedLimits) {
    if (!(system instanceof System)) throw new Error('only rows of a system move alone');
    this.#system = system;
    this.#limits = limits;
    this.alone = new Alone(system);
    const { forced = false, reduced_from = REDUCED_FROM } = limits;
    const learning = forced ? { ...limits, states: Math.max(1, reduced_from) } : limits;
    this.#first = this.search = new Search(system, learning, this.alone);
  }

  /** Goes some steps further; false when there is nothing more to do. */
  slice(): boolean {
    if (this.#beginning !== undefined) {
      if (this.#beginning.next().done === true) this.#beginning = undefined;
      return true;
    }
    if (this.#full) return this.search.slice();
    return this.alone.active ? this.#reduced() : this.#begin();
  }

  #begin(): boolean {
    const { search } = this;
    const { forced = false, reduced_from = REDUCED_FROM } = this.#limits;
    const goes_on = search.slice();
    if (!goes_on && !forced) return false;
    if (forced ? !goes_on : search.at >= reduced_from) this.#beginning = this.#beginReduced();
    return true;
  }

  /** What is left to be done, some of it at a time, before a reduced search goes on. */
  #beginning: Generator<undefined, void> | undefined;

  /** Looks at some of the states that were searched in full. */
  *#look(every: number, at: (state: Int32Array) => void): Generator<undefined, void> {
    for (let n = 0; n < this.#first.at; n += every) {
      at(this.#first.state(n));
      if ((n / every) % LOOKED === 0) yield;
    }
  }

  /** What the rows do in these states is known before a search begins with them. */
  *#scouted(): Generator<undefined, boolean> {
    const memo = new Memo(this.#system);
    for (let times = 0; times < BEGINS_MAX; times++) {
      if (!this.alone.begin()) return false;
      yield* this.#look(SCOUTED_EVERY, (state) => this.alone.scout(memo, state));
      if (this.alone.holds()) return true;
    }
    return this.alone.begin();
  }

  *#beginReduced(): Generator<undefined, void> {
    this.search = this.#first;
    if (this.begun === 0) yield* this.#look(OWED_EVERY, (state) => this.alone.mayOwe(state));
    if (this.begun === BEGINS_MAX || !(yield* this.#scouted())) return this.#goOnInFull();
    this.begun++;
    // To find a trace steps are taken, which are counted.
    this.#first.leaveOff();
    this.#system.forget();
    this.search = new Search(this.#system, this.#limits, this.alone);
    this.search.knows(this.#first);
    this.#tellBroken();
  }

  /** What is known to be broken stays so, also where what is begun now is interrupted. */
  #tellBroken(): void {
    if (this.#limits.forced !== true) this.search.knowsBroken(this.#first);
  }

  /** Where it was left, if nothing has been searched since; else from the beginning. */
  #goOnInFull(): void {
    this.#full = true;
    this.alone.end();
    if (this.begun === 0 && this.#limits.forced !== true) return this.search.goOnInFull();
    this.#system.forget();
    this.search = new Search(this.#system, this.#limits);
    this.#tellBroken();
  }

  get #isBroken(): boolean {
    return this.#limits.forced !== true && this.search.broken.length > 0;
  }

  #reduced(): boolean {
    const { search } = this;
    let goes_on;
    try {
      goes_on = search.slice();
    } catch (error) {
      // It comes up again where all steps that lead there are known, if it is of a state that is
      // reached: promises are asked of others, too.
      this.error = error;
      this.#goOnInFull();
      return true;
    }
    if (!this.alone.holds()) this.#beginning = this.#beginReduced();
    else if (this.#isBroken || (!goes_on && this.#isInDoubt())) this.#goOnInFull();
    else return goes_on;
    return true;
  }

  /** Is there a promise that had something to say only of states that may not be reached? */
  #isInDoubt(): boolean {
    const { unasked, limit } = this.search;
    return limit === undefined && unasked.some((property) => this.alone.undone.has(property));
  }
}

/** Can such a search be made of it? */
export const canReduce = (machine: Machine, limits: Limits): boolean =>
  machine instanceof System && limits.plain !== true && limits.compact !== true;
