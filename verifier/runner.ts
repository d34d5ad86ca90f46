/** Runs one row of one task, on a copy of a state: the only place where anything is changed. */
import { DONE, DesignError } from '../machine/rows.ts';
import type { Core } from '../model/core.ts';
import { SITES, guarded } from '../model/kernel.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Worker } from '../model/workers.ts';
import type { Live } from './at-rest.ts';
import { linesOf } from './made.ts';
import type { Driven, Line, Ready } from './made.ts';
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

export class Runner {
  /** The first counter that has left its range: what is beyond is left out. */
  beyond: string | undefined;
  readonly #layout: Layout;
  readonly #workers: readonly Worker[];
  readonly #kernel: Driven;
  /** The kernel as rows of a design may see it. */
  readonly #face: Core & Kernel;
  readonly #lines: readonly (readonly Line[])[];
  /** What commands and promises look at: its members are put in the place of others. */
  readonly #live: Live;

  constructor({ workers, layout, live, kernel }: Ready) {
    this.#workers = workers;
    this.#layout = layout;
    this.#lines = workers.map(linesOf);
    this.#live = live;
    this.#kernel = kernel;
    this.#face = guarded(kernel, new Set());
  }

  /** The row at which a task stands; none where it is at its end. */
  lineOf(state: Plain, task: number): Line | undefined {
    const { pc } = state as unknown as Live;
    return this.#lines[task]![pc[this.#workers[task]!.name]!];
  }

  /** Runs the row at which a task stands; undefined where it is at its end, or cannot go on. */
  run(state: Plain, task: number, given: readonly Asked[], told: boolean): Way | undefined {
    const k = this.#kernel;
    k.given = given;
    k.asks = [];
    k.came = 'idles';
    const line = this.lineOf(state, task);
    if (line === undefined) return undefined;
    this.show(this.#layout.copy(state));
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
    const chosen = k.asks.map(({ site, answer }) => ({ site: SITES[site]!.name, answer }));
    return { task, row: line.label, said: told ? k.said : '', chosen, state: after, values };
  }

  /** Runs the row, and moves the task to where it goes on. */
  #carryOut(task: number, { row, piece, begin, labels }: Line): void {
    const k = this.#kernel;
    const live = this.#live;
    const { name, pieces } = this.#workers[task]!;
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
    const { name, pieces } = this.#workers[task]!;
    const before = (state as unknown as Live).task[name]![pieces[piece]!.name]!;
    this.#live.task[name]![pieces[piece]!.name] = { ...before };
  }

  #isOutOfRange(): boolean {
    return this.#layout.outOfRange(numbersOf(this.#taken())).length > 0;
  }

  /** Has a counter left its range? */
  #isBeyond(): boolean {
    return this.#layout.outOfRange(numbersOf(this.#taken())).some(({ leaf }) => leaf.field.counter);
  }

  /** A counter past its range is a limit of the run; any other field, an error of its row. */
  #isLeftOut(numbers: readonly number[], task: number, line: Line): boolean {
    const found = this.#layout.outOfRange(numbers);
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
    return new DesignError(`row ${this.#workers[task]!.name}.${label}: ${what}`, { cause: error });
  }

  /** Puts a state's members where commands and promises look. */
  show(state: Plain): void {
    Object.assign(this.#live, state);
  }

  /** The state that the commands have made of it. */
  #taken(): Plain {
    return { ...(this.#live as unknown as Plain) };
  }
}
