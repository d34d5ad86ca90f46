/**
 * A random walk: for spaces that no search can exhaust, and for who wants many steps a second.
 *
 * It goes from the initial state step by step, asks every promise that is not yet broken after each
 * of them, and begins again where nothing can change any more, or after so many steps. Says only
 * what was sampled. The trace of a breach is the run as it went, and no shortest one.
 *
 * What a step is chosen by: each task whose next row can change something is as likely as any other
 * such task, and then each of the ways in which that row can turn out and change something is as
 * likely as any other of them (but for one in 2^16). So it is uniform neither over all ways that
 * are enabled, since a row that may fail in many ways is no likelier than one that cannot fail; nor
 * over runs; nor over states: those near to the initial state are met again and again.
 */
import type { Machine } from '../machine/machine.ts';
import { positionIn } from '../machine/position.ts';
import type { Position } from '../machine/position.ts';
import { Random } from './random.ts';

/** Steps of one run: long enough for every task of a small scenario to end, whatever others do. */
export const RUN_STEPS = 300;

export interface WalkOptions {
  /** A whole number of 32 bits. The same one gives the same walk of the same machine. */
  readonly seed: number;
  /** Steps of one run at most. */
  readonly length?: number;
  /** Every row runs in every state, and every promise is asked: the same walk, slowly. */
  readonly plain?: boolean;
}

/** A promise that was broken, and the actions from the initial state that have led there. */
export interface Broken {
  readonly property: string;
  readonly trace: readonly number[];
}

export class RandomWalk {
  /** Steps taken, of all runs. */
  steps = 0;
  /** How often it has begun again. */
  restarts = 0;
  /** Each promise once, in the order in which they were found broken. */
  readonly broken: Broken[] = [];
  readonly #properties: readonly string[];
  readonly #initial: Int32Array;
  readonly #random: Random;
  readonly #position: Position;
  /** Those of this run, so many. */
  readonly #actions: Int32Array;
  #taken = 0;

  /** The machine must be one of rows. A row that does not do what it did before is refused. */
  constructor(machine: Machine, { seed, length = RUN_STEPS, plain = false }: WalkOptions) {
    this.#properties = machine.properties;
    this.#initial = machine.initial();
    this.#random = new Random(seed);
    this.#actions = new Int32Array(length);
    this.#position = positionIn(machine, plain ? 'plain' : 'played');
    if (this.#position.ask()) this.#note();
  }

  /** The packed state at which it stands; a copy. */
  get state(): Int32Array {
    return this.#position.state();
  }

  /** Goes on for so many steps. Where nothing can change in the initial state there are none. */
  walk(steps: number): void {
    const position = this.#position;
    const random = this.#random;
    const actions = this.#actions;
    for (const end = this.steps + steps; this.steps < end;) {
      const { moves } = position;
      if (moves === 0 || this.#taken === actions.length) {
        if (this.#taken === 0) return;
        this.#beginAgain();
        continue;
      }
      const task = oneOf(moves, random);
      const ways = position.ways(task);
      // A way that changes nothing is none of those that are chosen from.
      let way = 0;
      do {
        if (ways > 1) way = random.below(ways);
        actions[this.#taken] = position.action(task, way);
      } while (!position.take(task, way));
      this.#taken++;
      this.steps++;
      if (position.ask()) this.#note();
    }
  }

  #beginAgain(): void {
    this.#position.goTo(this.#initial);
    this.#taken = 0;
    this.restarts++;
  }

  /** Takes down what is broken here. */
  #note(): void {
    const trace = [...this.#actions.subarray(0, this.#taken)];
    this.#properties.forEach((property, i) => {
      if (!this.#position.breaks(i)) return;
      this.broken.push({ property, trace });
      this.#position.retire(i);
    });
  }
}

/** The number of one of the bits in a mask, each as likely as the others. */
function oneOf(mask: number, random: Random): number {
  const count = bitsIn(mask);
  let left = mask;
  if (count > 1) for (let n = random.below(count); n > 0; n--) left &= left - 1;
  return 31 - Math.clz32(left & -left);
}

function bitsIn(mask: number): number {
  const twos = mask - ((mask >>> 1) & 0x55555555);
  const fours = (twos & 0x33333333) + ((twos >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
