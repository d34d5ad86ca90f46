/** One design in one scenario: the search, and what is said of it. */
import type * as evidence from '../evidence/outcome.ts';
import type { Design } from '../model/design.ts';
import { kernelSystem } from '../model/system.ts';

import { PROPERTIES, checksOf } from '../properties/all.ts';
import type { Property } from '../properties/property.ts';
import { again } from '../explorer/again.ts';
import { Search } from '../explorer/search.ts';
import type { Limits, Result, Verdict } from '../explorer/search.ts';
import { expected, setupOf } from './scenario.ts';
import type { Bounds, Scenario } from './scenario.ts';

/** Small enough for any machine that this runs on; see --max-states. */
export const DEFAULT_LIMITS: Limits = { states: 2_000_000, depth: 10_000 };

/** A design made ready to run in a scenario. */
export interface Run extends evidence.Run {
  readonly scenario: Scenario;
}

export interface Outcome extends evidence.Outcome {
  readonly run: Run;
}

export function prepare(
  design: Design,
  scenario: Scenario,
  bounds: Bounds = {},
  properties: readonly Property[] = PROPERTIES,
): Run {
  const setup = setupOf(scenario, design, bounds);
  const asked = properties.filter((property) => property.asks?.(design) ?? true);
  const { system, observer } = kernelSystem(design, setup, checksOf(asked));
  return { design, scenario, setup, properties: asked, system, observer };
}

/** The search of a run, to be driven slice by slice. */
export const searchOf = (run: Run, limits: Limits): Search => new Search(run.system, limits);

export function check(run: Run, limits: Limits = DEFAULT_LIMITS): Outcome {
  const search = searchOf(run, limits);
  while (search.slice());
  return conclude(run, search);
}

/**
 * What is said of a search, wherever it ended. Nothing is if states that are asked again, also of a
 * second kernel, do not give what they gave: an error then names the row.
 */
export function conclude(run: Run, search: Search): Outcome {
  const result = search.result();
  const { design, setup, properties } = run;
  const second = kernelSystem(design, setup, checksOf(properties), run.system);
  again(search, second.system);
  return judge(run, result);
}

function judge(run: Run, result: Result): Outcome {
  const missed = missedIn(run, result);
  // Where not everything happened, of no promise can it be said that it holds.
  const properties = result.properties.map((property) =>
    missed.length > 0 && property.verdict === 'holds'
      ? { ...property, verdict: 'vacuous' as const }
      : property,
  );
  const unreached = [
    ...missed,
    ...result.properties
      .filter(({ verdict }) => verdict === 'vacuous')
      .map(({ name }) => `case of ${name}`),
  ];
  const verdict = verdictOf(result, unreached);
  const surprises = surprisesIn(run, result, verdict);
  return { run, verdict, result: { ...result, properties }, unreached, surprises };
}

function verdictOf(result: Result, unreached: readonly string[]): Verdict {
  if (result.properties.some((property) => property.verdict === 'violated')) return 'violated';
  if (result.limit !== undefined) return 'incomplete';
  return unreached.length > 0 ? 'vacuous' : 'holds';
}

/** Rows and faults that could have been within the bounds, and were not. */
function missedIn(run: Run, result: Result): string[] {
  const { design, setup, scenario } = run;
  const quiet = new Set(scenario.quiet);
  const excused = (label: string) => {
    const faults = design.after[label];
    return (
      faults !== undefined &&
      !(setup.faults_max > 0 && faults.some((f) => setup.faults.includes(f)))
    );
  };
  const rows = result.coverage
    .rows()
    .filter(({ name, times }) => times === 0 && !quiet.has(name.replace(/^writer\d+\./, '')))
    .filter(({ name }) => !(name.startsWith('writer') && excused(name.replace(/^writer\d+\./, ''))))
    .map(({ name }) => `row ${name}`);
  const answers =
    setup.faults_max === 0 ? [] : setup.faults.flatMap((name) => untaken(name, result));
  return [...rows, ...answers];
}

/** Ways of a fault that never happened; a fault whose ways are numbers must have happened at all. */
function untaken(fault: string, result: Result): string[] {
  const ways = result.coverage
    .answers()
    .filter(({ name }) => name.startsWith(`${fault}=`) && name !== `${fault}=ok`);
  if (ways.length === 0) return [`fault ${fault}`];
  return ways.filter(({ times }) => times === 0).map(({ name }) => `fault ${name}`);
}

function surprisesIn(run: Run, result: Result, verdict: Verdict): string[] {
  const broken = result.properties.filter((p) => p.verdict === 'violated').map((p) => p.name);
  // A scenario expects something of its own bounds, and nothing is expected of what was not asked.
  const own = setupOf(run.scenario, run.design);
  if (JSON.stringify(own) !== JSON.stringify(run.setup)) return [];
  const asked = run.properties.map(({ name }) => name);
  const wanted = expected(run.scenario, run.design.name).filter((name) => asked.includes(name));
  const where = `${run.design.name} in ${run.scenario.name}`;
  return [
    ...broken
      .filter((name) => !wanted.includes(name))
      .map((name) => `${where}: breaks ${name}, and was expected not to`),
    ...wanted
      .filter((name) => !broken.includes(name))
      .map((name) => `${where}: was expected to break ${name}, and does not`),
    ...(verdict === 'incomplete' || verdict === 'vacuous' ? [`${where}: ${verdict}`] : []),
  ];
}
