/** What becomes of a mutant: who catches it, or why nobody can, or that nobody does. */
import { DesignError } from '../../machine/rows.ts';
import { check, prepare } from '../check.ts';
import type { BaseRun } from './base.ts';
import { designOf, limitOf } from './mutant.ts';
import type { RowMutant } from './mutant.ts';
import { sameGraph } from './same.ts';

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

export type Finding =
  | Caught
  | { readonly outcome: 'equivalent'; readonly why: 'never runs' | 'same graph' }
  /** `limits`: scenarios that were not searched to their end. */
  | { readonly outcome: 'survived'; readonly limits: readonly string[]; readonly differs: string };

const DEPTH = 10_000;

/** Scenarios in which one of the rows runs; elsewhere the mutant does what the design does. */
export const runsOf = ({ base, table, labels }: RowMutant): BaseRun[] =>
  base.runs
    .filter(({ ran }) => labels.some((label) => ran.has(`${table}.${label}`)))
    .toSorted((a, b) => a.states - b.states);

/** `first`: the scenario that has caught it before. Else what is cheap comes first. */
export function judge(mutant: RowMutant, first?: string): Finding {
  const runs = runsOf(mutant);
  if (runs.length === 0) return { outcome: 'equivalent', why: 'never runs' };
  const limits: string[] = [];
  const before = ({ scenario }: BaseRun) => (scenario.name === first ? 0 : 1);
  for (const run of runs.toSorted((a, b) => before(a) - before(b))) {
    const found = tried(mutant, run);
    if (found === 'limit') limits.push(run.scenario.name);
    else if (found !== undefined) return found;
  }
  if (limits.length > 0) return { outcome: 'survived', limits, differs: '' };
  const differs = runs.find((run) => !sameGraph(mutant, run));
  return differs === undefined
    ? { outcome: 'equivalent', why: 'same graph' }
    : { outcome: 'survived', limits, differs: differs.scenario.name };
}

function tried(mutant: RowMutant, { scenario, states, verdict }: BaseRun) {
  const caught = { outcome: 'caught', scenario: scenario.name } as const;
  try {
    const run = prepare(designOf(mutant, scenario.geometry), scenario);
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
