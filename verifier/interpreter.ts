/**
 * A second pair of eyes: a small interpreter of designs that shares nothing with the machine that
 * searches but the rows, the kernel's commands and the promises. A row is run on a copy of the
 * state; where the environment has a say it is run again for every other answer; a row that waits
 * leaves its copy behind. It is slow, generates no code, and runs wherever JavaScript does.
 */
import { DONE, DesignError } from '../machine/rows.ts';
import type { Blocked } from '../machine/rows.ts';
import type { Core } from '../model/core.ts';
import type { Design } from '../model/design.ts';
import { SITES, guarded } from '../model/kernel.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Observer } from '../model/observe.ts';
import type { Setup } from '../model/system.ts';
import type { Worker } from '../model/workers.ts';
import { isOfProgress } from '../properties/property.ts';
import type { Property } from '../properties/property.ts';
import type { Live } from './at-rest.ts';
import { linesOf, makeReady } from './made.ts';
import type { Driven, Line } from './made.ts';
import { clear, numbersOf } from './plain.ts';
import type { Layout, Plain } from './plain.ts';
import type { Asked } from './turn.ts';

/** One way in which the next step can turn out. */
export interface Way {
  readonly task: number;
  readonly row: string;
  /** What the command did, in the kernel's words; '' where that was not asked for. */
  readonly said: string;
  readonly chosen: readonly { readonly site: string; readonly answer: number }[];
  readonly state: Plain;
  /** The values of all fields of that state, in the order of the layout. */
  readonly values: readonly number[];
}

export class Interpreter {
  readonly design: Design;
  readonly setup: Setup;
  readonly properties: readonly Property[];
  readonly layout: Layout;
  readonly workers: readonly Worker[];
  readonly observer: Observer;
  /** The first counter that has left its range: what is beyond is left out. */
  beyond: string | undefined;
  readonly #kernel: Driven;
  /** The kernel as rows of a design may see it. */
  readonly #face: Core & Kernel;
  readonly #lines: readonly (readonly Line[])[];
  /** What commands and promises look at: its members are put in the place of others. */
  readonly #live: Live;
  readonly #initial: Plain;
  #looked: Plain | undefined;
  /** The values of the state from which steps are taken. */
  #before: readonly number[] = [];
  /** Of the state looked at: who can take a step that changes it, who waits, and for whom. */
  readonly #waits: { moves: number; waiting: number; waitsFor: Int32Array; unfinished(): number };

  constructor(design: Design, setup: Setup, properties: readonly Property[]) {
    this.design = design;
    this.setup = setup;
    this.properties = properties;
    const { workers, layout, live, kernel, observer } = makeReady(design, setup);
    this.workers = workers;
    this.layout = layout;
    this.observer = observer;
    this.#lines = workers.map(linesOf);
    this.#live = live;
    this.#kernel = kernel;
    this.#face = guarded(kernel, new Set());
    this.#initial = layout.copy(live as unknown as Plain);
    const waitsFor = new Int32Array(workers.length);
    this.#waits = { moves: 0, waiting: 0, waitsFor, unfinished: () => this.#unfinished() };
    observer.watch(this.#waits);
  }

  initial(): Plain {
    return this.layout.copy(this.#initial);
  }

  /** Every way on from a state; `told`: with what the commands say that they did. */
  steps(state: Plain, told = true): Way[] {
    this.#before = numbersOf(state);
    this.#waits.moves = this.#waits.waiting = 0;
    const ways = this.workers.flatMap((_, task) => this.#waysOf(state, task, told));
    this.#show(state);
    this.#looked = state;
    return ways;
  }

  /** Runs a task's row with the good answers, and then once for every other list of answers. */
  #waysOf(state: Plain, task: number, told: boolean): Way[] {
    const ways: Way[] = [];
    const lists: (readonly Asked[])[] = [[]];
    for (let given = lists.pop(); given !== undefined; given = lists.pop()) {
      const way = this.#run(state, task, given, told);
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

  /** Runs the row at which a task stands; undefined where it is at its end, or cannot go on. */
  #run(state: Plain, task: number, given: readonly Asked[], told: boolean): Way | undefined {
    const k = this.#kernel;
    k.given = given;
    k.asks = [];
    k.came = 'idles';
    const line = this.#lineOf(state, task);
    if (line === undefined) return undefined;
    this.#show(this.layout.copy(state));
    k.tracing = told;
    try {
      k.open(task, line.piece);
      if (!k.undone) this.#carryOut(task, line);
    } catch (error) {
      // What a row makes of a command that was not carried out means nothing.
      if (k.offence === undefined && !k.undone && !this.#isBeyond()) {
        throw this.#named(error, task, line);
      }
    } finally {
      k.tracing = false;
    }
    if (k.offence !== undefined) throw this.#named(k.offence, task, line);
    if (k.isAgain) this.#takeLocalsBack(state, task, line);
    if (k.undone && !k.isAgain) return undefined;
    const after = this.#taken();
    const values = numbersOf(after);
    if (this.#isLeftOut(values, task, line)) return undefined;
    if (values.some((value, i) => value !== this.#before[i])) this.#waits.moves |= 1 << task;
    const chosen = k.asks.map(({ site, answer }) => ({ site: SITES[site]!.name, answer }));
    return { task, row: line.label, said: told ? k.said : '', chosen, state: after, values };
  }

  /** Runs the row, and moves the task to where it goes on. */
  #carryOut(task: number, { row, piece, begin, labels }: Line): void {
    const k = this.#kernel;
    const live = this.#live;
    const { name, pieces } = this.workers[task]!;
    const { name: own, stack } = pieces[piece]!;
    const isDesigns = stack !== undefined;
    const next = row(k.tracing && isDesigns ? this.#face : k, live.task[name]![own]!);
    if (k.asks.length < k.given.length) k.wrong('asked choose differently when it was run again');
    if (k.undone) return;
    const at = labels.indexOf(next);
    // Locals are held to their ranges before they are forgotten.
    if (at < 0 && this.#isOutOfRange()) return;
    if (at < 0 && next !== DONE) throw new DesignError(`goes on to '${next}', which is no row`);
    live.pc[name] = begin + (at < 0 ? labels.length : at);
    if (at >= 0) return;
    k.leaving();
    // Nobody sees what work that is done has left in its locals.
    clear(live.task[name]![own]!);
    if (isDesigns) clear(live.stack[k.current] as Plain);
  }

  /** A command that is to be given again stands; what the row made of it does not. */
  #takeLocalsBack(state: Plain, task: number, { piece }: Line): void {
    const { name, pieces } = this.workers[task]!;
    const before = (state as unknown as Live).task[name]![pieces[piece]!.name]!;
    this.#live.task[name]![pieces[piece]!.name] = { ...before };
  }

  #isOutOfRange(): boolean {
    return this.layout.outOfRange(numbersOf(this.#taken())).length > 0;
  }

  /** Has a counter left its range? */
  #isBeyond(): boolean {
    return this.layout.outOfRange(numbersOf(this.#taken())).some(({ leaf }) => leaf.field.counter);
  }

  /** A counter past its range is a limit of the run; any other field, an error of its row. */
  #isLeftOut(numbers: readonly number[], task: number, line: Line): boolean {
    const found = this.layout.outOfRange(numbers);
    for (const { leaf, value } of found) {
      const { min, max, counter } = leaf.field;
      if (counter) this.beyond ??= leaf.name;
      else {
        const what = `${leaf.name} = ${value} is outside its declared range ${min}..${max}`;
        throw this.#named(new RangeError(what), task, line);
      }
    }
    return found.length > 0;
  }

  #named(error: unknown, task: number, { label }: Line): DesignError {
    const what = error instanceof Error ? error.message : String(error);
    return new DesignError(`row ${this.workers[task]!.name}.${label}: ${what}`, { cause: error });
  }

  /** Puts a state's members where commands and promises look. */
  #show(state: Plain): void {
    Object.assign(this.#live, state);
  }

  /** The state that the commands have made of it. */
  #taken(): Plain {
    return { ...(this.#live as unknown as Plain) };
  }

  /** Makes a state the one that promises look at, with who moves and who waits. */
  look(state: Plain): void {
    if (this.#looked === state) this.#show(state);
    else this.steps(state, false);
  }

  #lineOf(state: Plain, task: number): Line | undefined {
    const { pc } = state as unknown as Live;
    return this.#lines[task]![pc[this.workers[task]!.name]!];
  }

  /** The row at which a task stands, or `done`. */
  rowOf(state: Plain, task: number): string {
    return this.#lineOf(state, task)?.label ?? DONE;
  }

  /** Who waits, for what, and for whom: with the good answers. */
  blocked(state: Plain): Blocked[] {
    const k = this.#kernel;
    const found = this.workers.flatMap((_, task) => {
      this.#run(state, task, [], true);
      if (!k.waiting) return [];
      const label = this.rowOf(state, task);
      return [{ task, label, on: k.waitsFor, tasks: k.waited }];
    });
    this.look(state);
    return found;
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
    const live = this.#live as unknown as Plain;
    return this.workers.reduce((mask, { daemon }, task) => {
      const line = this.#lineOf(live, task);
      if (line === undefined) return mask;
      const begun = line.labels[0] !== line.label;
      if (!begun && (daemon || this.#kernel.resting(task, line.piece))) return mask;
      return mask | (1 << task);
    }, 0);
  }
}
