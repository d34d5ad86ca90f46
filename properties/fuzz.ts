/**
 * Random command sequences, shrunk by fast-check: for bounds that no search can exhaust. Says only
 * what was sampled; what it finds is stored as calls and concrete actions, and replays without
 * fast-check.
 */
import fc from 'fast-check';
import { Walk, sequences } from './commands.ts';
import type { Calls, Driven } from './commands.ts';

export interface Failure {
  readonly property: string;
  /** The calls that were made, and the actions: from the start, with these calls to come. */
  readonly calls: Calls;
  readonly actions: readonly number[];
  /** What fast-check itself calls it: its seed, and the path to the smallest sequence. */
  readonly fast_check: FastCheck;
}

export interface FastCheck {
  readonly seed: number;
  readonly path: string;
}

export interface Fuzzed {
  /** Sequences run before the first that broke a promise, that one included. */
  readonly runs: number;
  /** Commands run, those of shrinking left out. */
  readonly steps: number;
  readonly failure?: Failure;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly runs: number;
  /** Commands of one sequence at most. */
  readonly length?: number;
  /** Only this promise counts; without it the first that is found broken. */
  readonly property?: string;
  /** Only the calls of the setup are made, and no others. */
  readonly own_calls?: boolean;
}

class Broken extends Error {
  override readonly name = 'Broken';
}

/** Long enough for every task of a small scenario to end, whatever the others do. */
export const LENGTH_DEFAULT = 300;

/** Sequences sampled, with seeds that follow, for a shorter way to the same breach. */
const SHORTER_RUNS = 300;

export function fuzz(driven: Driven, options: FuzzOptions): Fuzzed {
  const first = sample(driven, options, Infinity);
  let best = first.failure;
  // Shrinking only leaves out: another schedule may get there sooner.
  for (let seed = options.seed + 1; best !== undefined; seed++) {
    const { property, actions } = best;
    const again = { ...options, property, seed, runs: SHORTER_RUNS };
    const { failure } = sample(driven, again, actions.length);
    if (failure === undefined) return { ...first, failure: best };
    best = failure;
  }
  return first;
}

/** Sequences until one breaks a promise in fewer than `below` steps; that one shrunk. */
function sample(driven: Driven, options: FuzzOptions, below: number): Fuzzed {
  const { seed, runs, length = LENGTH_DEFAULT, own_calls: own = false } = options;
  let property = options.property;
  let steps = 0;
  let shortest: Pick<Failure, 'calls' | 'actions'> | undefined;

  const after = (walk: Walk) => {
    if (shortest === undefined) steps++;
    const broken = walk.broken(property);
    if (broken === undefined) return;
    // While it shrinks, fast-check keeps to what fails: the last that failed is the shortest.
    property = broken;
    shortest = { calls: walk.made(), actions: walk.actions.slice() };
    throw new Broken(broken);
  };
  const sampled = fc.check(
    fc.property(sequences(driven, length, { own, after }), ([calls, commands]) => {
      const walk = new Walk(driven, calls, below);
      fc.modelRun(() => ({ model: walk, real: walk }), commands);
    }),
    { seed, numRuns: runs },
  );
  if (sampled.errorInstance !== null && !(sampled.errorInstance instanceof Broken)) {
    throw sampled.errorInstance;
  }
  const counted = { runs: sampled.numRuns, steps };
  if (shortest === undefined || property === undefined) return counted;
  const fast_check = { seed: sampled.seed, path: sampled.counterexamplePath ?? '' };
  return { ...counted, failure: { property, ...shortest, fast_check } };
}
