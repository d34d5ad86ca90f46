/**
 * A machine whose steps take along the rows that move alone: what a reduced search goes through, by
 * running every row. For who asks again what such a search saw; see alone.ts.
 */
import { TASKS_MAX } from '../machine/action.ts';
import type { Coverage, Machine, Sink } from '../machine/machine.ts';
import { DesignError } from '../machine/rows.ts';
import type { Spec } from '../machine/struct.ts';
import { System } from '../machine/system.ts';
import type { Turn } from '../machine/turn.ts';
import type { Alone } from './alone.ts';

export class Macro implements Machine {
  readonly #system: System<Spec, Turn>;
  readonly #alone: Alone;

  constructor(machine: Machine, alone: Alone) {
    if (!(machine instanceof System)) throw new Error('only rows of a system move alone');
    this.#system = machine;
    this.#alone = alone;
  }

  successors(states: Int32Array, at: number, sink: Sink): void {
    const system = this.#system;
    const steps: { readonly action: number; readonly to: Int32Array }[] = [];
    system.successors(states, at, {
      successor: (action, to) => void steps.push({ action, to: to.slice() }),
    });
    const behind = this.#behind();
    const state = states.slice(at, at + this.words);
    for (const { action, to } of steps) {
      sink.successor(action, this.#moveOn(to, action & (TASKS_MAX - 1)));
    }
    system.recall(Int32Array.of(...state, ...behind));
  }

  /** Who moves and who waits, behind a state. */
  #behind(): readonly number[] {
    return [this.#system.moves, this.#system.waiting, ...this.#system.waitsFor];
  }

  /** The rows that move alone are taken as long as the task stands at one. */
  #moveOn(from: Int32Array, task: number): Int32Array {
    const system = this.#system;
    let state = from;
    for (let row = system.rowAt(state, task); this.#alone.is[row] === 1;) {
      let next: Int32Array | undefined;
      let outcomes = 0;
      system.show(state, 0);
      const waits = system.turn(task, {
        successor: (_, to) => {
          outcomes++;
          next = to.slice();
        },
      });
      if (next === undefined || outcomes > 1 || waits) {
        throw new DesignError(`row ${system.rowOf(row + 1)}: does something else when asked again`);
      }
      state = next;
      row = system.rowAt(state, task);
    }
    return state;
  }

  turns(state: Int32Array, task: number, sink: Sink): void {
    const steps: { readonly action: number; readonly to: Int32Array }[] = [];
    this.#system.turns(state, task, {
      successor: (action, to) => void steps.push({ action, to: to.slice() }),
    });
    for (const { action, to } of steps) sink.successor(action, this.#moveOn(to, task));
  }

  step(state: Int32Array, action: number): { readonly state: Int32Array } | undefined {
    const system = this.#system;
    let step = system.step(state, action);
    for (let n = 0; step !== undefined && n <= system.rows; n++) {
      const task = action & (TASKS_MAX - 1);
      if (this.#alone.is[system.rowAt(step.state, task)] !== 1) break;
      step = system.step(step.state, task);
    }
    return step;
  }

  /** Also in the states that were left out for this one. */
  violations(asked: number, from = 0): number {
    const system = this.#system;
    const seen = Int32Array.of(...system.shown(), ...this.#behind());
    let found = system.violations(asked, from);
    for (const state of this.#alone.allUndone(seen)) {
      system.recall(state);
      found |= system.violations(asked, from);
    }
    system.recall(seen);
    return found;
  }

  premises(asked: number, from = 0): number {
    return this.#system.premises(asked, from);
  }

  get words(): number {
    return this.#system.words;
  }

  initial(): Int32Array {
    return this.#system.initial();
  }

  get properties(): readonly string[] {
    return this.#system.properties;
  }

  get progress(): number {
    return this.#system.progress;
  }

  owing(states: Int32Array, at: number): number {
    return this.#system.owing(states, at);
  }

  driven(): number {
    return this.#system.driven();
  }

  ownRow(state: Int32Array, task: number): number {
    return this.#system.ownRow(state, task);
  }

  timesRun(row: number): number {
    return this.#system.timesRun(row);
  }

  get news(): number {
    return this.#system.news;
  }

  row(state: Int32Array, task: number): string | undefined {
    return this.#system.row(state, task);
  }

  get beyond(): string | undefined {
    return this.#system.beyond;
  }

  get coverage(): Coverage {
    return this.#system.coverage;
  }
}
