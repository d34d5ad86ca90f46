/** What becomes of a mutant: who catches it, or why nobody can, or that nobody does. */
import { DesignError } from '../../machine/rows.ts';
import { check, prepare } from '../check.ts';
import { setupOf } from '../scenario.ts';
import { widerRunsOf } from './base.ts';
import type { BaseRun } from './base.ts';
import { designOf, limitOf } from './mutant.ts';
import type { Question, RowMutant } from './mutant.ts';
import { samenessIn } from './same.ts';
import type { Same } from './same.ts';

export interface Caught {
  readonly outcome: 'caught';
  /** The promise; `error`: a rule of the kernel's own; `vacuous`: the question is not asked now. */
  readonly by: string;
  readonly scenario: string;
  /** Of the shortest counterexample, where a promise is broken; else 0. */
  readonly steps: number;
  /** What the error says; else nothing. */
  readonly says: string;
}

/** How far it is the same in all scenarios, at their own bounds: see same.ts. */
export type Sameness = 'never runs' | Same;

export type Finding =
  | Caught
  | { readonly outcome: 'equivalent'; readonly why: Sameness }
  /** It can do nothing that the design cannot, and in `where` it cannot do all of that. */
  | { readonly outcome: 'less'; readonly where: string }
  /** `where`: a scenario in which it differs; `limits`: those that were not searched to an end. */
  | { readonly outcome: 'survived'; readonly where: string; readonly limits: readonly string[] };

const DEPTH = 10_000;

/** Those in which one of the rows runs, cheap ones first: elsewhere nothing is changed. */
const touched = ({ table, labels }: RowMutant, runs: readonly BaseRun[]): BaseRun[] =>
  runs
    .filter(({ ran }) => labels.some((label) => ran.has(`${table}.${label}`)))
    .toSorted((a, b) => a.states - b.states);

/**
 * `first`: the scenario that has caught it before; else what is cheap comes first. Where it is the
 * same below the first design the others are not asked.
 */
export function judge({ tries }: Question, first?: string): Finding {
  let uncaught: Finding | undefined;
  for (const mutant of tries) {
    const found = judgeBelow(mutant, first);
    if (found.outcome === 'caught') return found;
    if (uncaught === undefined && found.outcome === 'equivalent') return found;
    uncaught ??= found;
  }
  return uncaught!;
}

function judgeBelow(mutant: RowMutant, first: string | undefined): Finding {
  const runs = touched(mutant, mutant.base.runs);
  if (runs.length === 0) return { outcome: 'equivalent', why: 'never runs' };
  const again = runs.find(({ name }) => name === first);
  const limits: string[] = [];
  for (const run of [...(again === undefined ? [] : [again]), ...runs]) {
    const found = tried(mutant, run);
    if (found === 'limit') limits.push(run.name);
    else if (found !== undefined) return found;
  }
  for (const run of touched(mutant, widerRunsOf(mutant.base))) {
    const found = tried(mutant, run);
    if (found !== 'limit' && found !== undefined) return found;
  }
  if (limits.length > 0) return { outcome: 'survived', where: limits[0]!, limits };
  return compared(mutant, runs);
}

const WEAKER: readonly Same[] = [
  'same graph',
  'same to observe',
  'same states',
  'same with more faults',
];

function compared(mutant: RowMutant, runs: readonly BaseRun[]): Finding {
  let weakest = 0;
  let less: string | undefined;
  for (const run of runs) {
    const same = samenessIn(mutant, run);
    if (same === undefined) return { outcome: 'survived', where: run.name, limits: [] };
    if (same === 'does less') less ??= run.name;
    else weakest = Math.max(weakest, WEAKER.indexOf(same));
  }
  if (less !== undefined) return { outcome: 'less', where: less };
  return { outcome: 'equivalent', why: WEAKER[weakest]! };
}

function tried(mutant: RowMutant, { name, scenario, bounds, states, verdict }: BaseRun) {
  const caught = { outcome: 'caught', scenario: name } as const;
  try {
    const design = designOf(mutant, setupOf(scenario, mutant.base.design, bounds));
    const run = prepare(design, scenario, bounds);
    const until_broken = { of: run.properties.length, all: false };
    const outcome = check(run, { states: limitOf(states), depth: DEPTH, until_broken });
    const broken = outcome.result.properties.find((one) => one.verdict === 'violated');
    if (broken !== undefined) {
      return { ...caught, by: broken.name, steps: broken.trace!.length, says: '' };
    }
    if (outcome.verdict === 'incomplete') return 'limit';
    if (outcome.verdict === 'vacuous' && verdict !== 'vacuous') {
      return { ...caught, by: 'vacuous', steps: 0, says: '' };
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof DesignError)) throw error;
    return { ...caught, by: 'error', steps: 0, says: error.message };
  }
}
