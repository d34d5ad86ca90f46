/** One design in one scenario: the search, and what is said of it. */
import type * as evidence from '../evidence/outcome.ts';
import type { Check } from '../machine/rows.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import type { Observer } from '../model/observe.ts';
import { kernelSystem } from '../model/system.ts';
import { PROPERTIES, checksOf } from '../properties/all.ts';
import type { Property } from '../properties/property.ts';
import { again } from '../explorer/again.ts';
import { ReducedSearch, canReduce } from '../explorer/reduced.ts';
import type { ReducedLimits } from '../explorer/reduced.ts';
import { Search } from '../explorer/search.ts';
import type { Limits, Result, Verdict } from '../explorer/search.ts';
import type { Coverage } from '../machine/machine.ts';
import { setupOf } from './scenario.ts';
import type { Bounds, Must, Scenario } from './scenario.ts';

/** Small enough for any machine that this runs on; see --max-states. */
export const DEFAULT_LIMITS: Limits = { states: 2_000_000, depth: 10_000 };

/** None of them can change, and that their rows do what they did is tested. */
const SHIPPED = new Set<Design>(DESIGNS);

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
  return ready(design, scenario, setup, asked);
}

/** The same design and scenario, with other calls than the scenario has. */
export const withCalls = (run: Run, writers: Run['setup']['writers']): Run =>
  ready(run.design, run.scenario, { ...run.setup, writers }, run.properties);

function ready(
  design: Design,
  scenario: Scenario,
  setup: Run['setup'],
  properties: readonly Property[],
): Run {
  const checks = checksFor(scenario, properties);
  const { system, observer } = kernelSystem(design, setup, checks);
  return { design, scenario, setup, properties, system, observer };
}

/** The promises, and then what must happen. */
const checksFor = (scenario: Scenario, properties: readonly Property[]) => (o: Observer) => [
  ...checksOf(properties)(o),
  ...scenario.must.map((must) => witness(must, o)),
];

/** Is never broken; its premise is what must happen. */
const witness = ({ what, happened }: Must, o: Observer): Check => ({
  name: `must: ${what}`,
  violated: () => false,
  premise: () => happened?.(o) ?? false,
});

/** The search of a run, to be driven slice by slice. */
export const searchOf = (run: Run, limits: Limits): Search => new Search(run.system, limits);

/** One to a verdict, of fewer states where that can be. Nobody may need to see them all. */
export const reducedSearchOf = (run: Run, limits: ReducedLimits): Search | ReducedSearch =>
  canReduce(run.system, limits) ? new ReducedSearch(run.system, limits) : searchOf(run, limits);

/** The same, driven to its end, or until `stopped` says so. */
export function searched(run: Run, limits: ReducedLimits, stopped = () => false): Search {
  const search =
    limits.reduced_from === undefined ? searchOf(run, limits) : reducedSearchOf(run, limits);
  while (!stopped() && search.slice());
  return search instanceof ReducedSearch ? search.farthest : search;
}

/** `look`: what else is to be done with the search, once it has ended. */
export function check(
  run: Run,
  limits: ReducedLimits = DEFAULT_LIMITS,
  look?: (run: Run, search: Search) => void,
): Outcome {
  const search = searched(run, limits);
  look?.(run, search);
  return conclude(run, search);
}

/**
 * What is said of a search, wherever it ended. Nothing is if states that are asked again, also of a
 * second kernel, do not give what they gave: an error then names the row. `copy`: the same design,
 * from a module that nothing else has run.
 */
export function conclude(run: Run, search: Search, copy: Design = run.design): Outcome {
  const result = search.result();
  const { setup, scenario, properties } = run;
  const second = kernelSystem(copy, setup, checksFor(scenario, properties), {
    alike: run.system,
  });
  second.system.clock = run.system.clock;
  again(search, second.system, SHIPPED.has(run.design));
  return judge(run, result, second.used);
}

/** `used`: the commands that the design gives. */
function judge(run: Run, found: Result, used: ReadonlySet<string>): Outcome {
  const count = run.properties.length;
  const unmet = run.scenario.must.filter(
    (must, i) => !happenedIn(found, must, found.properties[count + i]!.verdict),
  );
  const didNot = unmet.map(({ what }) => what);
  const result = { ...found, properties: found.properties.slice(0, count) };
  const verdict = verdictOf(result, didNot);
  // Where the question was not asked, of no promise can it be said that it holds.
  const properties = result.properties.map((property) =>
    verdict === 'vacuous' ? { ...property, verdict } : property,
  );
  return {
    run,
    verdict,
    result: { ...result, properties },
    unreached: {
      must: result.limit === undefined ? didNot : [],
      incapable:
        verdict === 'vacuous' &&
        unmet.length > 0 &&
        atOwnBounds(run) &&
        unmet.every((must) => cannotMeet(must, found.coverage, used)),
      rows: rowsNotRun(result),
      faults: faultsNotMet(run, result),
      cases: result.properties.filter((p) => p.verdict === 'vacuous').map(({ name }) => name),
    },
  };
}

/** A fault has happened where an answer but the good one was taken; a state, where it was seen. */
function happenedIn(result: Result, must: Must, witnessed: Verdict): boolean {
  if (must.faults === undefined) return witnessed !== 'vacuous';
  return must.faults.some((fault) => timesOf(result, fault, must.in_call) > 0);
}

/** Where others were chosen, it may be for these that the question was not asked. */
export function atOwnBounds({ setup, scenario }: Run): boolean {
  const [now, own] = [setup, scenario].map(({ geometry, faults_max }) =>
    JSON.stringify({ ...geometry, faults_max }),
  );
  return now === own;
}

/** Has the design no command that could meet it? */
export const cannotMeet = (
  { faults, in_call, by }: Must,
  coverage: Coverage,
  used: ReadonlySet<string>,
): boolean =>
  faults?.every((fault) => !wasAsked(coverage, fault, in_call)) ??
  (by !== undefined && !used.has(by));

const answersOf = (coverage: Coverage, fault: string) =>
  coverage.answers().filter(({ name }) => name.startsWith(`${fault}=`));

/** Has any command asked whether this fault happens? */
const wasAsked = (coverage: Coverage, fault: string, in_call = false): boolean =>
  answersOf(coverage, fault).some(({ times, in_design }) => (in_call ? in_design : times) > 0);

/** How often the fault has happened, in whatever way. */
function timesOf({ coverage }: Result, fault: string, in_call = false): number {
  return answersOf(coverage, fault)
    .filter(({ name }) => name !== `${fault}=ok`)
    .reduce((sum, { times, in_design }) => sum + (in_call ? in_design : times), 0);
}

function verdictOf(result: Result, didNot: readonly string[]): Verdict {
  if (result.properties.some((property) => property.verdict === 'violated')) return 'violated';
  if (result.limit !== undefined) return 'incomplete';
  if (didNot.length > 0) return 'vacuous';
  return result.properties.every(({ verdict }) => verdict === 'vacuous') ? 'vacuous' : 'holds';
}

const rowsNotRun = (result: Result): string[] =>
  result.coverage
    .rows()
    .filter(({ times }) => times === 0)
    .map(({ name }) => name);

/** Faults that may happen here, and that nothing which was done could meet. */
const faultsNotMet = ({ setup }: Run, result: Result): string[] =>
  setup.faults_max === 0 ? [] : setup.faults.filter((fault) => timesOf(result, fault) === 0);
