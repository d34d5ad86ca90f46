import { positionIn } from '../machine/position.ts';
import type { Position } from '../machine/position.ts';
import type { Machine } from '../machine/machine.ts';
import { Random } from './random.ts';

export class RandomWalk {
  steps = 0;
  restarts = 0;
  readonly broken: { readonly property: number; readonly trace: readonly number[] }[] = [];
  readonly #length: number;
  readonly #random: Random;
  readonly #position: Position;
  readonly #initial: Int32Array;
  readonly #actions: Int32Array;
  #taken = 0;
  readonly #unbroken: Set<number>;

  constructor(machine: Machine, { seed, length, plain = false }: { seed: number; length: number; plain?: boolean }) {
    this.#length = length;
    this.#random = new Random(seed);
    this.#position = positionIn(machine, plain ? 'plain' : 'played');
    this.#initial = machine.initial();
    this.#actions = new Int32Array(length);
    this.#unbroken = new Set(machine.properties.keys());
    if (this.#position.ask()) this.#note();
  }

  run(steps: number): void {
    const position = this.#position;
    const random = this.#random;
    for (const end = this.steps + steps; this.steps < end;) {
      const { moves } = position;
      if (moves === 0 || this.#taken === this.#length) {
        this.#begin();
        continue;
      }
      const task = oneOf(moves, random);
      const ways = position.ways(task);
      let way: number;
      let action: number;
      do {
        way = ways === 1 ? 0 : random.below(ways);
        action = position.action(task, way);
      } while (!position.take(task, way));
      this.#actions[this.#taken++] = action;
      this.steps++;
      if (position.ask()) this.#note();
    }
  }

  #begin(): void {
    this.#position.goTo(this.#initial);
    this.#taken = 0;
    this.restarts++;
  }

  #note(): void {
    const trace = Array.from(this.#actions.subarray(0, this.#taken));
    for (const property of this.#unbroken) {
      if (!this.#position.breaks(property)) continue;
      this.broken.push({ property, trace });
      this.#position.retire(property);
      this.#unbroken.delete(property);
    }
  }
}

function oneOf(mask: number, random: Random): number {
  const count = bitsIn(mask);
  let left = mask;
  if (count > 1) for (let n = random.below(count); n > 0; n--) left &= left - 1;
  return 31 - Math.clz32(left & -left);
}

function bitsIn(mask: number): number {
  const two = mask - ((mask >>> 1) & 0x55555555);
  const four = (two & 0x33333333) + ((two >>> 2) & 0x33333333);
  return Math.imul((four + (four >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
