/**
 * Where a reduced search says something else than one of all states: nowhere, it is hoped. For
 * tests, and for `npm run full:deep`.
 */
import { DESIGNS } from '../model/designs/all.ts';
import type { Design } from '../model/design.ts';
import { ReducedSearch } from '../explorer/reduced.ts';
import type { Search } from '../explorer/search.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare, searched } from './check.ts';
import { BUGS, MADE, asScenario } from './mistakes.ts';
import { isAsked } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export interface Asked {
  readonly design: Design;
  readonly scenario: Scenario;
}

/** Every design in every scenario, and every mistake of the kill matrix. */
export const ofDesigns: readonly Asked[] = DESIGNS.flatMap((design) =>
  SCENARIOS.filter((scenario) => isAsked(scenario, design)).map((scenario) => ({
    design,
    scenario,
  })),
);
export const ofMutants: readonly Asked[] = [...MADE, ...BUGS].map((mistake) => ({
  design: mistake.mutant.design,
  scenario: asScenario(mistake),
}));

export interface Compared {
  /** What is said otherwise. */
  readonly differences: readonly string[];
  readonly full: number;
  /** States of the reduced search, if it came to its end as one; and which rows moved alone. */
  readonly reduced: number | undefined;
  readonly rows: readonly string[];
  /** Found broken only in states that are not reached. */
  readonly spurious: number;
}

/** undefined: there are more states than may be. `from`: so many are learned first. */
export function compared(
  { design, scenario }: Asked,
  states: number,
  from: number,
): Compared | undefined {
  const limits = { states, depth: 10_000 };
  const full = searched(prepare(design, scenario), limits);
  if (full.limit !== undefined) return undefined;
  const { system } = prepare(design, scenario);
  const made = new ReducedSearch(system, { ...limits, reduced_from: from, forced: true });
  while (made.slice());
  const { search, alone, error } = made;
  const differences: string[] = [];
  const differs = (what: string, one: unknown, other: unknown) => {
    const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
    if (a !== b) differences.push(`${what}: ${a} in full, ${b} reduced`);
  };
  differs('error', undefined, error instanceof Error ? error.message : error);
  const spurious = search.broken.filter((property) => !full.broken.includes(property));
  const found = search.broken.filter((property) => full.broken.includes(property));
  differs('broken', named(full, full.broken), named(search, found));
  differs('nothing to say', named(full, full.unasked), named(search, search.unasked));
  differs('met', metIn(full), metIn(search));
  if (alone.active && search.states > full.states) differs('states', full.states, search.states);
  const [one, other] = [{}, { reduced_from: from }].map((more) => {
    const { verdict, result, unreached } = check(prepare(design, scenario), { ...limits, ...more });
    return { verdict, properties: result.properties, unreached };
  });
  differs('verdict', one, other);
  return {
    differences,
    full: full.states,
    reduced: alone.active ? search.states : undefined,
    rows: alone.names,
    spurious: spurious.length,
  };
}

const named = ({ machine }: Search, properties: readonly number[]): string[] =>
  properties.map((property) => machine.properties[property]!);

/** Which rows ran and were blocked, which answers were taken. */
function metIn(search: Search) {
  // It counts what was played back.
  void search.saved;
  const { coverage } = search.machine;
  return [
    ...coverage.rows().map((row) => [row.name, row.times > 0, row.blocked > 0]),
    ...coverage.answers().map((one) => [one.name, one.times > 0, one.in_design > 0]),
  ];
}
