/**
 * fast-check commands over the same step as the search: a command is one step of one task. Scheduling,
 * blocked tasks and faults are all in the commands, so what does not matter is shrunk away.
 */
import fc from 'fast-check';
import { decode } from '../machine/rows.ts';
import type { KernelSystem } from '../model/system.ts';

/** Where a run stands, and what can be done there. */
export class Walk {
  readonly #system: KernelSystem;
  state: Int32Array;
  readonly actions: number[] = [];
  /** Actions that are enabled in the state, in their fixed order. */
  enabled: number[] = [];
  /** Only fewer steps than these are of interest. */
  readonly below: number;

  constructor(system: KernelSystem, below: number) {
    this.#system = system;
    this.state = system.initial();
    this.below = below;
    this.#look();
  }

  take(action: number): void {
    this.state = this.#system.step(this.state, action)!.state;
    this.actions.push(action);
    this.#look();
  }

  /** Leaves the system looking at this state: its promises can be asked. */
  #look(): void {
    const enabled: number[] = [];
    this.#system.successors(this.state, 0, { successor: (action) => void enabled.push(action) });
    this.enabled = enabled;
  }
}

/** What is done after every command: throws where a promise is broken. */
type AfterStep = (walk: Walk) => void;

/** Lets one task take its next step; of the ways in which it can turn out, 0 is the good one. */
class StepCommand implements fc.Command<Walk, Walk> {
  readonly #name: string;
  readonly #task: number;
  readonly #way: number;
  readonly #after: AfterStep;

  constructor(name: string, task: number, way: number, after: AfterStep) {
    this.#name = name;
    this.#task = task;
    this.#way = way;
    this.#after = after;
  }

  /** Blocked, idle or done: there is no such command now. */
  check(walk: Readonly<Walk>): boolean {
    return walk.actions.length + 1 < walk.below && this.#ways(walk).length > 0;
  }

  run(walk: Walk): void {
    const ways = this.#ways(walk);
    walk.take(ways[this.#way % ways.length]!);
    this.#after(walk);
  }

  #ways({ enabled }: Readonly<Walk>): number[] {
    return enabled.filter((action) => decode(action).task === this.#task);
  }

  toString(): string {
    return `${this.#name}${this.#way > 0 ? `=${this.#way}` : ''}`;
  }
}

/** Sequences of at most `length` commands. Mostly all goes well; the writers move more often. */
export function commands(system: KernelSystem, length: number, after: AfterStep) {
  const way = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 }) },
  );
  const tasks = system.tasks.flatMap(({ name }, task) => {
    const step = way.map((w) => new StepCommand(name, task, w, after));
    return name.startsWith('writer') ? [step, step, step] : [step];
  });
  return fc.commands<Walk, Walk>(tasks, { maxCommands: length, size: 'max' });
}
