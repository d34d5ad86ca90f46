/**
 * A second pair of eyes: a small interpreter of designs that shares nothing with the machine that
 * searches but the rows, the kernel's commands and the promises. A row is run on a copy of the
 * state; where the environment has a say it is run again for every other answer; a row that waits
 * leaves its copy behind. It is slow, generates no code, and runs wherever JavaScript does.
 */
import { DONE } from '../machine/rows.ts';
import type { Blocked } from '../machine/rows.ts';
import type { Design } from '../model/design.ts';
import { LOCKS } from '../model/kernel.ts';
import type { WholeKernel } from '../model/kernel.ts';
import type { Observer } from '../model/observe.ts';
import type { Setup } from '../model/system.ts';
import type { Worker } from '../model/workers.ts';
import { isOfProgress } from '../properties/property.ts';
import type { Property } from '../properties/property.ts';
import type { Live } from './at-rest.ts';
import { makeReady } from './made.ts';
import type { Driven } from './made.ts';
import { numbersOf } from './plain.ts';
import type { Layout, Plain } from './plain.ts';
import { Runner } from './runner.ts';
import type { Way } from './runner.ts';
import type { Asked } from './turn.ts';

export type { Way } from './runner.ts';

/** A lock that is held, and by whom, as a mask; `number`: which, where there are several. */
export interface Holding {
  readonly what: string;
  readonly number: number | undefined;
  readonly tasks: number;
  readonly shared: boolean;
}

export class Interpreter {
  readonly design: Design;
  readonly setup: Setup;
  readonly properties: readonly Property[];
  readonly layout: Layout;
  readonly workers: readonly Worker[];
  readonly observer: Observer;
  readonly #kernel: Driven;
  readonly #runner: Runner;
  readonly #initial: Plain;
  #looked: Plain | undefined;
  /** Of the state looked at: who can take a step that changes it, who waits, and for whom. */
  readonly #waits: {
    moves: number;
    waiting: number;
    waitsFor: Int32Array;
    unfinished(among?: number): number;
  };

  constructor(design: Design, setup: Setup, properties: readonly Property[]) {
    this.design = design;
    this.setup = setup;
    this.properties = properties;
    const ready = makeReady(design, setup);
    const { workers, layout, observer } = ready;
    this.workers = workers;
    this.layout = layout;
    this.observer = observer;
    this.#kernel = ready.kernel;
    this.#runner = new Runner(ready);
    this.#initial = layout.copy(ready.live as unknown as Plain);
    const waitsFor = new Int32Array(workers.length);
    this.#waits = {
      moves: 0,
      waiting: 0,
      waitsFor,
      unfinished: (among = -1) => this.#unfinished() & among,
    };
    observer.watch(this.#waits);
  }

  /** The first counter that has left its range, if one has: what is beyond is left out. */
  get beyond(): string | undefined {
    return this.#runner.beyond;
  }

  initial(): Plain {
    return this.layout.copy(this.#initial);
  }

  /** Every way on from a state; `told`: with what the commands say that they did. */
  steps(state: Plain, told = true): Way[] {
    const before = numbersOf(state);
    this.#waits.moves = this.#waits.waiting = 0;
    const ways = this.workers.flatMap((_, task) => this.#waysOf(state, task, told));
    for (const { task, values } of ways) {
      if (values.some((value, i) => value !== before[i])) this.#waits.moves |= 1 << task;
    }
    this.#runner.show(state);
    this.#looked = state;
    return ways;
  }

  /** Runs a task's row with the good answers, and then once for every other list of answers. */
  #waysOf(state: Plain, task: number, told: boolean): Way[] {
    const ways: Way[] = [];
    const lists: (readonly Asked[])[] = [[]];
    for (let given = lists.pop(); given !== undefined; given = lists.pop()) {
      const way = this.#runner.run(state, task, given, told);
      const { asks, waiting, waited } = this.#kernel;
      if (waiting) {
        this.#waits.waiting |= 1 << task;
        this.#waits.waitsFor[task] = waited;
      }
      if (way !== undefined) ways.push(way);
      // Questions that were asked for the first time have further answers.
      for (let i = given.length; i < asks.length; i++) {
        const asked = asks[i]!;
        for (let answer = asked.answers - 1; answer > 0; answer--) {
          lists.push([...asks.slice(0, i), { ...asked, answer }]);
        }
      }
    }
    return ways;
  }

  /** Makes a state the one that promises look at, with who moves and who waits. */
  look(state: Plain): void {
    if (this.#looked === state) this.#runner.show(state);
    else this.steps(state, false);
  }

  /** The row at which a task stands, or `done`. */
  rowOf(state: Plain, task: number): string {
    return this.#runner.lineOf(state, task)?.label ?? DONE;
  }

  /** Who waits, for what, and for whom: with the good answers. */
  blocked(state: Plain): Blocked[] {
    const k = this.#kernel;
    const found = this.workers.flatMap((_, task) => {
      this.#runner.run(state, task, [], true);
      if (!k.waiting) return [];
      const label = this.rowOf(state, task);
      return [{ task, label, on: k.waitsFor, tasks: k.waited }];
    });
    this.look(state);
    return found;
  }

  /** The locks that are held. */
  held(state: Plain): Holding[] {
    this.look(state);
    const k = this.#kernel as unknown as WholeKernel;
    return LOCKS.filter(({ completion }) => !completion).flatMap((lock) => {
      const count = lock.count(k);
      return Array.from({ length: count }, (_, n) => ({
        what: lock.what,
        number: count > 1 ? n : undefined,
        tasks: lock.holders(k, n),
        shared: lock.shared?.(k, n) ?? false,
      })).filter(({ tasks }) => tasks !== 0);
    });
  }

  /** The promises that a state breaks by itself. */
  broken(state: Plain): Property[] {
    this.look(state);
    return this.properties.filter((one) => !isOfProgress(one) && one.violated(this.observer));
  }

  /** The promises that have something to say about a state. */
  asked(state: Plain): Property[] {
    this.look(state);
    return this.properties.filter((one) => one.premise(this.observer));
  }

  /** A mask of what has begun in a state and must end. */
  owing(state: Plain): number {
    this.look(state);
    return this.properties.find(isOfProgress)?.owing(this.observer) ?? 0;
  }

  /** The tasks on which others can count: who begins at will is none of them before it has. */
  driven(state: Plain): number {
    const { pc } = state as unknown as Live;
    return this.workers.reduce(
      (mask, { name, at_will }, task) => (at_will && pc[name] === 0 ? mask : mask | (1 << task)),
      0,
    );
  }

  /** Nobody is in the middle of anything. */
  rest(state: Plain): boolean {
    this.look(state);
    return this.observer.atRest();
  }

  /** Of the state looked at: who has begun and not ended, as a mask. */
  #unfinished(): number {
    const state = this.#looked!;
    return this.workers.reduce((mask, { daemon }, task) => {
      const line = this.#runner.lineOf(state, task);
      if (line === undefined) return mask;
      const begun = line.labels[0] !== line.label;
      if (!begun && (daemon || this.#kernel.resting(task, line.piece))) return mask;
      return mask | (1 << task);
    }, 0);
  }
}
