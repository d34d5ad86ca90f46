/**
 * fast-check commands over the same step as the search: a command is one step of one task. Scheduling,
 * blocked tasks and faults are all in the commands, so what does not matter is shrunk away.
 */
import fc from 'fast-check';
import { decode } from '../machine/rows.ts';
import type { KernelSystem } from '../model/system.ts';

/** Where a run stands: a state, and how it was reached. */
export interface Walk {
  state: Int32Array;
  actions: number[];
  /** Only fewer steps than these are of interest. */
  readonly below: number;
}

/** What is done after every command: throws where a promise is broken. */
export type AfterStep = (walk: Walk) => void;

/** Lets one task take its next step; of the ways in which it can turn out, 0 is the good one. */
class StepCommand implements fc.Command<Walk, Walk> {
  readonly #system: KernelSystem;
  readonly #task: number;
  readonly #way: number;
  readonly #after: AfterStep;

  constructor(system: KernelSystem, task: number, way: number, after: AfterStep) {
    this.#system = system;
    this.#task = task;
    this.#way = way;
    this.#after = after;
  }

  /** Blocked, idle or done: there is no such command now. */
  check(walk: Readonly<Walk>): boolean {
    return walk.actions.length + 1 < walk.below && this.#ways(walk.state).length > 0;
  }

  run(walk: Walk): void {
    const ways = this.#ways(walk.state);
    const action = ways[this.#way % ways.length]!;
    walk.state = this.#system.step(walk.state, action)!.state;
    walk.actions.push(action);
    this.#after(walk);
  }

  #ways(state: Int32Array): number[] {
    const ways: number[] = [];
    this.#system.successors(state, 0, {
      successor: (action) => {
        if (decode(action).task === this.#task) ways.push(action);
      },
    });
    return ways;
  }

  toString(): string {
    return `${this.#system.tasks[this.#task]!.name}${this.#way > 0 ? `=${this.#way}` : ''}`;
  }
}

/** Sequences of at most `length` commands. Mostly all goes well; the writers move more often. */
export function commands(system: KernelSystem, length: number, after: AfterStep) {
  const way = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 }) },
  );
  const step = (task: number) => way.map((w) => new StepCommand(system, task, w, after));
  const tasks = system.tasks.flatMap(({ name }, task) =>
    Array.from({ length: name.startsWith('writer') ? 3 : 1 }, () => step(task)),
  );
  return fc.commands<Walk, Walk>(tasks, { maxCommands: length, size: 'max' });
}
