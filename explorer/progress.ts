/**
 * Looks for something that has begun and never ends, in a space that a search has closed: a loop
 * along which it is owed all the time, and that can go on for ever, since it is weakly fair.
 *
 * Counted are only steps of tasks that are driven: who begins at will, as a reader does, neither
 * helps nor hinders before it has begun. Of faults each run has only so many, so that none is on a
 * loop. A loop is weakly fair if each driven task that can move in all its states takes a step in
 * it: nobody is kept waiting who could go on. If any loop is fair, then the strongly connected
 * component that it is part of is, taken whole: with more states fewer tasks can move in all of
 * them, and more take steps. So it is enough to look at components.
 *
 * Tarjan's algorithm as Pearce has it, without recursion. Every state in which something is owed is
 * expanded once, those of components with a loop once more. Memory: 4 bytes a state; for the states
 * on the path that is being followed, some hundreds, 24 bytes each and 8 for each successor.
 */
import { TASKS_MAX } from '../machine/action.ts';
import type { Machine, Sink } from '../machine/machine.ts';
import { DesignError } from '../machine/rows.ts';
import type { Behind } from './behind.ts';
import type { Expander } from './expander.ts';
import type { StateTable } from './table.ts';

/** In place of a state's order: nothing is owed there. Below it components are numbered. */
const LEFT_OUT = 2 ** 31 - 1;

/** Pairs of numbers, the last of which is taken away first. */
class Stack {
  one: Int32Array = new Int32Array(1024);
  other: Int32Array = new Int32Array(1024);
  length = 0;

  push(one: number, other: number): void {
    if (this.length === this.one.length) {
      this.one = twice(this.one);
      this.other = twice(this.other);
    }
    this.one[this.length] = one;
    this.other[this.length++] = other;
  }
}

function twice(all: Int32Array): Int32Array {
  const more = new Int32Array(2 * all.length);
  more.set(all);
  return more;
}

export class Progress implements Sink {
  /** The first state in the order of the search that lies on such a loop, or -1. */
  first = -1;
  /** The number of its component. */
  #found = 0;
  readonly #machine: Machine;
  readonly #table: StateTable;
  /** Of a state: 0; then when it was seen, or the earliest seen from it; then its component. */
  readonly #order: Int32Array;
  #next = 1;
  #component = LEFT_OUT - 1;
  /** The next state that may be the root of a path. */
  #root = 0;
  /** The states of the path, each with its order. */
  readonly #path = new Stack();
  /** Of each: where its edges begin; 1 where one leads back to it at once. */
  readonly #begin = new Stack();
  /** Successors still to be followed, those of the path's last state on top; and who goes there. */
  readonly #edges = new Stack();
  /** States that are done and whose component is not. */
  readonly #open = new Stack();
  #expanding = 0;

  /** Gives successors sooner than the machine, where it can. */
  readonly #expander: Expander | undefined;
  readonly #behind: Behind | undefined;

  constructor(machine: Machine, table: StateTable, expander?: Expander) {
    this.#machine = machine;
    this.#expander = expander;
    this.#behind = expander?.behind();
    this.#table = table;
    this.#order = new Int32Array(table.count);
  }

  /** Goes some steps further; false when all is known. */
  slice(steps: number): boolean {
    if (this.#behind?.slice(steps) === true) return true;
    for (let n = 0; n < steps; n++) {
      if (this.#path.length > 0) this.#goOn();
      else {
        this.#nextRoot();
        if (this.#root === this.#order.length) return false;
        this.#enter(this.#root);
      }
    }
    return true;
  }

  #nextRoot(): void {
    const { length } = this.#order;
    while (this.#root < length && this.#order[this.#root] !== 0) this.#root++;
    const open = this.#expander?.nextOpen(this.#root, length);
    if (open === undefined) return;
    // States between are left out; some of them were seen.
    for (; this.#root < open; this.#root++) this.#order[this.#root] ||= LEFT_OUT;
    if (this.#root < length && this.#order[this.#root] !== 0) this.#nextRoot();
  }

  /** Is the state in the same component as `first`? */
  readonly inside = (state: number): boolean => this.#order[state] === this.#found;

  successor(action: number, to: Int32Array): void {
    this.#take(this.#table.find(to), action & (TASKS_MAX - 1));
  }

  readonly #take = (to: number, task: number): void => {
    if (to < 0) throw lost(this.#machine, this.#table.state(this.#expanding), task);
    this.#edges.push(to, task);
  };

  /** Puts the driven steps of a state on top of the edges; returns the mask of who takes them. */
  #expand(state: number): number {
    const machine = this.#machine;
    const edges = this.#edges;
    const begin = edges.length;
    this.#expanding = state;
    if (this.#expander === undefined) {
      machine.successors(this.#table.piece(state), this.#table.place(state), this);
    } else if (!this.#expander.edges(state, this.#take)) this.#expander.successors(state, this);
    const driven = machine.driven();
    const end = edges.length;
    edges.length = begin;
    let able = 0;
    for (let i = begin; i < end; i++) {
      const task = edges.other[i]!;
      if (((driven >>> task) & 1) === 0) continue;
      edges.push(edges.one[i]!, task);
      able |= 1 << task;
    }
    return able;
  }

  /** Is nothing owed there, or is it a state to which no fair loop comes back? */
  #leftOut(state: number): boolean {
    if (this.#expander !== undefined) return this.#expander.nextOpen(state, state + 1) !== state;
    return this.#machine.owing(this.#table.piece(state), this.#table.place(state)) === 0;
  }

  #enter(state: number): void {
    if (this.#leftOut(state)) {
      this.#order[state] = LEFT_OUT;
      return;
    }
    const edges = this.#edges;
    const begin = edges.length;
    this.#expand(state);
    let itself = 0;
    for (let i = begin; i < edges.length; i++) if (edges.one[i] === state) itself = 1;
    this.#begin.push(begin, itself);
    this.#path.push(state, this.#next);
    this.#order[state] = this.#next++;
  }

  /** Follows one more edge of the last state of the path, or leaves it. */
  #goOn(): void {
    const edges = this.#edges;
    const order = this.#order;
    const last = this.#path.length - 1;
    const state = this.#path.one[last]!;
    if (edges.length === this.#begin.one[last]!) return this.#leave(state, last);
    const to = edges.one[edges.length - 1]!;
    if (order[to] === 0) return this.#enter(to);
    // Also of a state that was entered from here, and is done.
    edges.length--;
    if (order[to]! < order[state]!) order[state] = order[to]!;
  }

  #leave(state: number, last: number): void {
    const open = this.#open;
    const order = this.#order;
    const own = this.#path.other[last]!;
    const itself = this.#begin.other[last]!;
    this.#path.length = this.#begin.length = last;
    if (order[state]! < own) return open.push(state, 0);
    // Nothing seen earlier can be reached: with the open states seen since it is a component.
    const end = open.length;
    while (open.length > 0 && order[open.one[open.length - 1]!]! >= own) {
      order[open.one[--open.length]!] = this.#component;
      this.#next--;
    }
    order[state] = this.#component;
    this.#next--;
    if (itself || end > open.length) this.#judge(state, end);
    this.#component--;
  }

  /** A component with a loop: `state`, and the open states that were taken away below `end`. */
  #judge(state: number, end: number): void {
    let first = state;
    let able = this.#look(state);
    for (let i = this.#open.length; i < end; i++) {
      const member = this.#open.one[i]!;
      able &= this.#look(member);
      first = Math.min(first, member);
    }
    const owed = this.#owed;
    const fair = (able & ~this.#steps) === 0;
    this.#owed = -1;
    this.#steps = 0;
    if (!fair || owed === 0 || (this.first >= 0 && this.first < first)) return;
    this.first = first;
    this.#found = this.#component;
  }

  // Of the component that is judged: what is owed in all its states, and who takes steps within.
  #owed = -1;
  #steps = 0;

  #look(state: number): number {
    const edges = this.#edges;
    this.#owed &= this.#machine.owing(this.#table.piece(state), this.#table.place(state));
    const begin = edges.length;
    const able = this.#expand(state);
    for (let i = begin; i < edges.length; i++) {
      if (this.#order[edges.one[i]!] === this.#component) this.#steps |= 1 << edges.other[i]!;
    }
    edges.length = begin;
    return able;
  }
}

/** In a space that is closed a successor was seen before. */
export function lost(machine: Machine, from: Int32Array, task: number): DesignError {
  return new DesignError(
    `row ${machine.row(from, task)}: gives other successors when asked again: ` +
      'it keeps state outside the model (a module variable, chance, time)',
  );
}
