/**
 * Looks for something that has begun and never ends, in a space that a search has closed: a loop
 * along which it is owed all the time, and that can go on for ever, since it is weakly fair.
 *
 * Counted are only steps of tasks that are driven: who begins at will, as a reader does, neither
 * helps nor hinders before it has begun. Of faults each run has only so many, so that none is on a
 * loop. A loop is weakly fair if each driven task that can move in all its states takes a step in
 * it: nobody is kept waiting who could go on. (A loop exists if a strongly connected component is
 * one, taken whole: with more states fewer tasks can move in all of them, and more take steps.)
 *
 * Tarjan's algorithm as Pearce has it, without recursion. Every state in which something is owed is
 * expanded once, those of components with a loop once more. Memory: 4 bytes a state; for the states
 * on the path that is being followed, some hundreds, 16 bytes each and 8 for each successor.
 */
import { TASKS_MAX } from '../machine/action.ts';
import type { Machine, Sink } from '../machine/machine.ts';
import { DesignError } from '../machine/rows.ts';
import type { StateTable } from './table.ts';

/** In place of a state's order: nothing is owed there. Below it components are numbered. */
const LEFT_OUT = 2 ** 31 - 1;

/** Numbers, the last of which is taken away first. */
class Stack {
  all = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.all.length) {
      const more = new Int32Array(2 * this.length);
      more.set(this.all);
      this.all = more;
    }
    this.all[this.length++] = value;
  }
}

export class Progress implements Sink {
  /** The first state in the order of the search that lies on such a loop, or -1. */
  first = -1;
  /** The number of its component. */
  #found = 0;
  readonly #machine: Machine;
  readonly #table: StateTable;
  /** Of a state 0: not seen; when it was first seen, or what is seen earliest from it; component. */
  readonly #order: Int32Array;
  #next = 1;
  #component = LEFT_OUT - 1;
  /** The next state that may be the root of a path. */
  #root = 0;
  /** The path: of each state its number, its order, where its edges begin, does it lead to itself? */
  readonly #path = new Stack();
  /** Successors still to be followed, those of the path's last state on top; and who takes them. */
  readonly #edges = new Stack();
  readonly #tasks = new Stack();
  /** States that are done and whose component is not. */
  readonly #open = new Stack();
  #expanding = 0;

  constructor(machine: Machine, table: StateTable) {
    this.#machine = machine;
    this.#table = table;
    this.#order = new Int32Array(table.count);
  }

  /** Goes some steps further; false when all is known. */
  slice(steps: number): boolean {
    for (let n = 0; n < steps; n++) {
      if (this.#path.length > 0) this.#goOn();
      else {
        while (this.#root < this.#order.length && this.#order[this.#root] !== 0) this.#root++;
        if (this.#root === this.#order.length) return false;
        this.#enter(this.#root);
      }
    }
    return true;
  }

  /** Is the state in the same component as `first`? */
  readonly inside = (state: number): boolean => this.#order[state] === this.#found;

  successor(action: number, to: Int32Array): void {
    const task = action & (TASKS_MAX - 1);
    this.#edges.push(numberOf(this.#machine, this.#table, { to, from: this.#expanding, task }));
    this.#tasks.push(task);
  }

  /** Puts the driven steps of a state on top of the edges; returns the mask of who takes them. */
  #expand(state: number): number {
    const machine = this.#machine;
    const [edges, tasks] = [this.#edges, this.#tasks];
    const begin = edges.length;
    tasks.length = begin;
    this.#expanding = state;
    machine.successors(this.#table.states, state * machine.words, this);
    const driven = machine.driven();
    let kept = begin;
    let able = 0;
    for (let i = begin; i < edges.length; i++) {
      if (((driven >>> tasks.all[i]!) & 1) === 0) continue;
      edges.all[kept] = edges.all[i]!;
      tasks.all[kept++] = tasks.all[i]!;
      able |= 1 << tasks.all[i]!;
    }
    edges.length = tasks.length = kept;
    return able;
  }

  #enter(state: number): void {
    if (this.#machine.owing(this.#table.states, state * this.#machine.words) === 0) {
      this.#order[state] = LEFT_OUT;
      return;
    }
    const begin = this.#edges.length;
    this.#expand(state);
    let itself = 0;
    for (let i = begin; i < this.#edges.length; i++) {
      if (this.#edges.all[i] === state) itself = 1;
    }
    const path = this.#path;
    path.push(state);
    path.push(this.#next);
    path.push(begin);
    path.push(itself);
    this.#order[state] = this.#next++;
  }

  /** Follows one more edge of the last state of the path, or leaves it. */
  #goOn(): void {
    const [path, edges, order] = [this.#path, this.#edges, this.#order];
    const state = path.all[path.length - 4]!;
    if (edges.length === path.all[path.length - 2]!) return this.#leave(state);
    const to = edges.all[edges.length - 1]!;
    if (order[to] === 0) return this.#enter(to);
    // Also of a state that was entered from here, and is done.
    edges.length--;
    if (order[to]! < order[state]!) order[state] = order[to]!;
  }

  #leave(state: number): void {
    const [path, open, order] = [this.#path, this.#open, this.#order];
    const own = path.all[path.length - 3]!;
    const itself = path.all[path.length - 1]!;
    path.length -= 4;
    if (order[state]! < own) return open.push(state);
    // Nothing seen earlier can be reached: with the open states seen since it is a component.
    const end = open.length;
    while (open.length > 0 && order[open.all[open.length - 1]!]! >= own) {
      order[open.all[--open.length]!] = this.#component;
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
      const member = this.#open.all[i]!;
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
    const [edges, tasks] = [this.#edges, this.#tasks];
    this.#owed &= this.#machine.owing(this.#table.states, state * this.#machine.words);
    const begin = edges.length;
    const able = this.#expand(state);
    for (let i = begin; i < edges.length; i++) {
      if (this.#order[edges.all[i]!] === this.#component) this.#steps |= 1 << tasks.all[i]!;
    }
    edges.length = begin;
    return able;
  }
}

/** The number of a successor: in a space that is closed it has one. */
export function numberOf(
  machine: Machine,
  table: StateTable,
  step: { readonly to: Int32Array; readonly from: number; readonly task: number },
): number {
  const number = table.find(step.to);
  if (number >= 0) return number;
  const row = machine.row(table.state(step.from), step.task);
  throw new DesignError(
    `row ${row}: gives other successors when asked again: it keeps state outside the model ` +
      '(a module variable, chance, time)',
  );
}
