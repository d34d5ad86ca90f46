/**
 * A walk through the states of a design: along the recorded trace, and off it by what else could
 * have happened. What a page shows is asked of it; it knows no page.
 */
import { phrasesOf, pagesAreBlocks } from '../evidence/changes.ts';
import type { Changed } from '../evidence/changes.ts';
import type { Design } from '../model/design.ts';
import { SITES } from '../model/kernel.ts';
import type { Property } from '../properties/property.ts';
import { Interpreter } from '../verifier/interpreter.ts';
import type { Way } from '../verifier/interpreter.ts';
import { numbersOf } from '../verifier/plain.ts';
import type { Leaf, Plain } from '../verifier/plain.ts';
import { answersOf, retake, retakeSteps } from '../verifier/retake.ts';
import type { Retaken } from '../verifier/retake.ts';
import type { PageData } from './data.ts';
import type { Fragment } from './fragment.ts';
import { sha256 } from './sha256.ts';

/** A step of the walk. */
export interface Taken {
  readonly way: Way;
  /** Which of the ways on it was, counted from 1. */
  readonly choice: number;
}

export interface FieldChange extends Changed {
  readonly leaf: Leaf;
}

const FAULTS = new Set(SITES.filter(({ fault }) => fault).map(({ name }) => name));

/** Faults that happen on a way, with what they are: `copy-short=1`. */
export const faultsOf = ({ chosen }: Pick<Way, 'chosen'>): string[] =>
  answersOf({ chosen: chosen.filter(({ site, answer }) => answer > 0 && FAULTS.has(site)) });

/** The field's own name, without its record. */
export const ownName = ({ name }: Leaf): string => name.slice(name.lastIndexOf('.') + 1);

export class Walk {
  readonly data: PageData;
  readonly interpreter: Interpreter;
  /** The recorded trace, taken again here. */
  readonly recorded: Retaken;
  readonly oneBlock: boolean;
  readonly #initial: Plain;
  readonly #along: readonly Taken[];
  readonly #ways = new WeakMap<Plain, readonly Way[]>();
  readonly #broken = new WeakMap<Plain, readonly Property[]>();
  #path: readonly Taken[];
  #at = 0;

  constructor(data: PageData, design: Design, properties: readonly Property[]) {
    this.data = data;
    const asked = data.properties.map((name) => properties.find((one) => one.name === name)!);
    this.interpreter = new Interpreter(design, data.setup, asked);
    const { leaves } = this.interpreter.layout;
    this.oneBlock = pagesAreBlocks({ places: leaves });
    const digest = (text: string) => sha256(text, 8);
    const broken = asked.find(({ name }) => name === data.property);
    this.recorded =
      broken === undefined
        ? retakeSteps(this.interpreter, data.steps, digest)
        : retake(this.interpreter, broken, data, digest);
    this.#initial = this.recorded.states[0]!;
    this.#along = this.recorded.ways.map((way, i) => {
      const before = this.recorded.states[i]!;
      const key = keyOfWay(way);
      return { way, choice: 1 + this.waysFrom(before).findIndex((one) => keyOfWay(one) === key) };
    });
    this.#path = this.#along;
  }

  /** Steps taken so far, of those of the path. */
  get at(): number {
    return this.#at;
  }

  /** All steps of the path, those that lie ahead, too. */
  get path(): readonly Taken[] {
    return this.#path;
  }

  get state(): Plain {
    return this.stateAt(this.#at);
  }

  /** How many steps the path has in common with the recorded trace. */
  get fork(): number {
    const i = this.#path.findIndex(({ choice }, n) => this.#along[n]?.choice !== choice);
    return i < 0 ? this.#path.length : i;
  }

  /** Has it left the recorded trace? */
  get branched(): boolean {
    return this.#at > this.fork;
  }

  get fragment(): Fragment {
    const step = Math.min(this.#at, this.fork);
    const choices = this.#path.slice(step, this.#at).map(({ choice }) => choice);
    return { step, choices };
  }

  stateAt(steps: number): Plain {
    return steps === 0 ? this.#initial : this.#path[steps - 1]!.way.state;
  }

  waysFrom(state: Plain): readonly Way[] {
    const known = this.#ways.get(state);
    if (known !== undefined) return known;
    const ways = this.interpreter.steps(state);
    this.#ways.set(state, ways);
    return ways;
  }

  /** What can happen now. */
  get ways(): readonly Way[] {
    return this.waysFrom(this.state);
  }

  goTo(steps: number): void {
    this.#at = Math.max(0, Math.min(steps, this.#path.length));
  }

  /** Takes one of the ways on, counted from 1; false where there is none such. */
  take(choice: number): boolean {
    const way = this.ways[choice - 1];
    if (way === undefined) return false;
    if (this.#path[this.#at]?.choice !== choice) {
      const before = this.#path.slice(0, this.#at);
      const along = this.#at <= this.fork && this.#along[this.#at]?.choice === choice;
      this.#path = along ? this.#along : [...before, { way, choice }];
    }
    this.#at++;
    return true;
  }

  /** To where the recorded trace was left, with all of it ahead. */
  back(): void {
    this.#at = Math.min(this.#at, this.fork);
    this.#path = this.#along;
  }

  /** To what a fragment names; false where there is no such step: then it stays. */
  restore({ step, choices }: Fragment): boolean {
    const [path, at] = [this.#path, this.#at];
    this.#path = this.#along;
    this.#at = Math.min(step, this.#along.length);
    const all = step <= this.#along.length && choices.every((choice) => this.take(choice));
    if (!all) [this.#path, this.#at] = [path, at];
    return all;
  }

  /** The promises that the state after so many steps breaks; by a loop, where the trace has one. */
  brokenAt(steps: number): readonly Property[] {
    const state = this.stateAt(steps);
    let found = this.#broken.get(state);
    if (found === undefined) {
      found = this.interpreter.broken(state);
      this.#broken.set(state, found);
    }
    return this.#loops(steps) ? [...found, ...this.#ofLoop()] : found;
  }

  #loops(steps: number): boolean {
    const { loop, steps: all } = this.data;
    return loop > 0 && steps === all.length && this.fork === steps && this.#ofLoop().length > 0;
  }

  #ofLoop(): readonly Property[] {
    if (this.recorded.breach === undefined) return [];
    return this.interpreter.properties.filter(({ name }) => name === this.data.property);
  }

  /** The fields that the step to that state has changed. */
  changedFields(steps: number): FieldChange[] {
    if (steps === 0) return [];
    const before = numbersOf(this.stateAt(steps - 1));
    const { leaves } = this.interpreter.layout;
    return numbersOf(this.stateAt(steps)).flatMap((value, i) => {
      if (value === before[i]) return [];
      const leaf = leaves[i]!;
      const { field, record } = leaf;
      const place = { record, field, own: ownName(leaf) };
      return [{ leaf, place, from: field.show(before[i]!, record), to: field.show(value, record) }];
    });
  }

  /** The same in the kernel's words. */
  changes(steps: number): string[] {
    return phrasesOf(this.changedFields(steps), this.oneBlock);
  }

  taskName(task: number): string {
    return this.interpreter.workers[task]!.name;
  }

  /** A step, or the start, in a sentence: what a screen reader says. */
  sentence(steps: number): string {
    const broken = this.brokenAt(steps).map(({ name }) => `BROKEN: ${name}`);
    if (steps === 0)
      return [`At the start, ${this.#path.length} steps ahead`, ...broken].join('; ');
    const { way } = this.#path[steps - 1]!;
    const said = way.said === '' ? '' : `: ${way.said}`;
    const off = steps > this.fork ? ', off the recorded trace' : '';
    const where = `Step ${steps} of ${this.#path.length}${off}`;
    return [
      `${where}, ${this.taskName(way.task)}, ${way.row}${said}`,
      ...faultsOf(way).map((fault) => `fault ${fault}`),
      ...this.changes(steps),
      ...broken,
    ].join('; ');
  }
}

const keyOfWay = (way: Way): string => `${way.task} ${answersOf(way).join()}`;
