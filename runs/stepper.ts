/**
 * A run, taken by hand: what can happen next, who waits for what, and which promises are broken;
 * step by step, and back again.
 */
import { tell } from '../evidence/trace.ts';
import type { Told } from '../evidence/trace.ts';
import { nearestWay } from '../explorer/nearest-way.ts';
import { IN_MASK, allOf, isBroken } from '../machine/machine.ts';
import type { Blocked, Step } from '../machine/rows.ts';
import { isOfProgress } from '../properties/property.ts';
import type { Property } from '../properties/property.ts';
import type { Run } from './check.ts';

/** Something that can happen next. */
export interface Option {
  readonly action: number;
  readonly told: Told;
}

/** So many states are looked at for the nearest fault, or breach. */
const STATES_MAX = 100_000;

export class Stepper {
  readonly run: Run;
  readonly #states: Int32Array[];
  readonly #actions: number[] = [];

  constructor(run: Run) {
    this.run = run;
    this.#states = [run.system.initial()];
  }

  get state(): Int32Array {
    return this.#states.at(-1)!;
  }

  get actions(): readonly number[] {
    return this.#actions;
  }

  /** The steps taken so far. */
  get steps(): readonly Told[] {
    return tell(this.run.system, this.#actions);
  }

  /** All ways on, task by task, the good one of each first. */
  options(): readonly Option[] {
    const { system } = this.run;
    const actions: number[] = [];
    system.successors(this.state, 0, { successor: (action) => void actions.push(action) });
    return actions.map((action) => ({ action, told: tell(system, [action], this.state)[0]! }));
  }

  /** Who cannot go on, and for what he waits. */
  blocked(): readonly (Omit<Blocked, 'task'> & { readonly task: string })[] {
    const { system } = this.run;
    return system
      .blockedIn(this.state)
      .map((one) => ({ ...one, task: system.tasks[one.task]!.name }));
  }

  /** The promises that are broken in this state. */
  broken(state = this.state): readonly Property[] {
    const { system, properties } = this.run;
    system.look(state);
    return properties.filter((property, i) => !isOfProgress(property) && isBroken(system, i));
  }

  take(action: number): Step | undefined {
    const step = this.run.system.step(this.state, action);
    if (step === undefined) return undefined;
    this.#states.push(step.state);
    this.#actions.push(action);
    return step;
  }

  /** To the state after so many steps, of those that were taken. */
  back(to: number): void {
    this.#actions.length = Math.max(0, Math.min(to, this.#actions.length));
    this.#states.length = this.#actions.length + 1;
  }

  /** The shortest way on to a step in which a fault happens, or undefined. */
  toFault(): readonly number[] | undefined {
    const { struct } = this.run.system;
    const left = struct.place('faults_left');
    return this.#nearest((from, to) => struct.get(to, left) < struct.get(from, left));
  }

  /** The shortest way on to a state in which a promise is broken that is kept now. */
  toBreach(): readonly number[] | undefined {
    const { system, properties } = this.run;
    const before = new Set(this.broken());
    const count = properties.length;
    return this.#nearest((_, to) => {
      system.look(to);
      for (let from = 0; from < count; from += IN_MASK) {
        const found = system.violations(allOf(count, from), from);
        if (properties.some((one, i) => (found >>> (i - from)) & 1 && !before.has(one)))
          return true;
      }
      return false;
    });
  }

  #nearest(wanted: (from: Int32Array, to: Int32Array) => boolean): readonly number[] | undefined {
    return nearestWay(this.run.system, this.state, wanted, STATES_MAX);
  }
}
