/**
 * Two machines, side by side: the one that searches and the interpreter, in the same states. What
 * one says and the other does not is said here in words: it is a fault of one of them.
 */

import type { Step } from '../machine/rows.ts';
import type { KernelSystem } from '../model/system.ts';
import type { Interpreter, Way } from './interpreter.ts';
import type { Plain } from './plain.ts';
import type { Retaken } from './retake.ts';

/** The values of all fields of a packed state, in declared order. */
export const unpacked = ({ struct }: KernelSystem, state: Int32Array): number[] =>
  struct.places.map((place) => struct.get(state, place));

/** Do both have the same fields, of the same ranges, in the same order? */
export function sameLayout({ struct }: KernelSystem, { layout }: Interpreter): boolean {
  return (
    struct.places.length === layout.leaves.length &&
    struct.places.every(({ name, field }, i) => {
      const leaf = layout.leaves[i]!;
      return leaf.name === name && leaf.field.min === field.min && leaf.field.max === field.max;
    })
  );
}

export interface Pair {
  readonly way: Way;
  readonly step: Step;
}

/**
 * Every step from a state, taken by both; `differs` is the first thing in which they do not agree.
 */
export function stepsOfBoth(
  system: KernelSystem,
  packed: Int32Array,
  interpreter: Interpreter,
  plain: Plain,
): { readonly pairs: readonly Pair[]; readonly differs?: string } {
  const actions: number[] = [];
  system.successors(packed, 0, { successor: (action) => void actions.push(action) });
  const ways = interpreter.steps(plain);
  const pairs: Pair[] = [];
  for (let i = 0; i < Math.max(actions.length, ways.length); i++) {
    const step = actions[i] === undefined ? undefined : system.step(packed, actions[i]!);
    const differs = difference(system, step, interpreter, ways[i]);
    if (differs !== undefined) return { pairs, differs };
    pairs.push({ way: ways[i]!, step: step! });
  }
  return { pairs };
}

const inWords = (tasks: readonly { readonly name: string }[], step: Told): string => {
  const row = 'label' in step ? step.label : step.row;
  const chosen = step.chosen.map(({ site, answer }) => `${site}=${answer}`);
  return [`${tasks[step.task]!.name}.${row}`, ...chosen, step.said].join(' ');
};

type Told = Pick<Step, 'task' | 'label' | 'said' | 'chosen'> | Way;

/** In what two steps differ; undefined where they are the same. */
export function difference(
  system: KernelSystem,
  step: Step | undefined,
  interpreter: Interpreter,
  way: Way | undefined,
): string | undefined {
  const one = step === undefined ? 'no step' : inWords(system.tasks, step);
  const other = way === undefined ? 'no step' : inWords(interpreter.workers, way);
  if (one !== other) return `the machine has '${one}', the interpreter '${other}'`;
  if (step === undefined || way === undefined) return undefined;
  const fields = interpreter.layout.differences(way.state, unpacked(system, step.state));
  return fields.length === 0 ? undefined : `after '${one}' the interpreter has ${fields[0]}`;
}

/**
 * Holds a trace that the interpreter has taken against the machine: says the first step, and the
 * first field of its state, in which they do not agree; undefined where they agree in all.
 */
export function disagreement(
  system: KernelSystem,
  actions: readonly number[],
  interpreter: Interpreter,
  { ways, differs }: Pick<Retaken, 'ways' | 'differs'>,
): string | undefined {
  if (!sameLayout(system, interpreter)) return 'their states have other fields';
  let state = system.initial();
  const first = interpreter.layout.differences(interpreter.initial(), unpacked(system, state));
  if (first.length > 0) return `at first the interpreter has ${first[0]}`;
  for (const [i, way] of ways.entries()) {
    const step = system.step(state, actions[i]!);
    const found = difference(system, step, interpreter, way);
    if (step === undefined || found !== undefined) return `step ${i + 1}: ${found}`;
    ({ state } = step);
  }
  return differs;
}

/** Chance that a seed repeats: numbers from 0 up to, and without, `n`. */
export function chance(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** What a random walk of both has come to. */
export interface Walk {
  readonly steps: number;
  /** Successors that were compared. */
  readonly compared: number;
  readonly differs?: string;
}

/** Goes at random from the initial state, so many steps at most, as long as both agree. */
export function walk(
  system: KernelSystem,
  interpreter: Interpreter,
  most: number,
  next: (n: number) => number,
): Walk {
  let packed = system.initial();
  let plain = interpreter.initial();
  let compared = 0;
  if (!sameLayout(system, interpreter)) return { steps: 0, compared, differs: 'the layouts' };
  const first = interpreter.layout.differences(plain, unpacked(system, packed));
  if (first.length > 0) return { steps: 0, compared, differs: `at first: ${first[0]}` };
  for (let steps = 0; steps < most; steps++) {
    const { pairs, differs } = stepsOfBoth(system, packed, interpreter, plain);
    if (differs !== undefined) return { steps, compared, differs: `step ${steps + 1}: ${differs}` };
    compared += pairs.length;
    const pair = pairs[next(pairs.length)];
    if (pair === undefined) return { steps, compared };
    packed = pair.step.state;
    plain = pair.way.state;
  }
  return { steps: most, compared };
}
