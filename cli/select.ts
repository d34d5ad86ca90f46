/** Designs, scenarios and properties by name, and which of their combinations make sense. */
import type { NotPut } from '../evidence/matrix.ts';
import { isCalled, unknownName } from '../evidence/nearest.ts';
import type { Callable } from '../evidence/nearest.ts';
import type { Design } from '../model/design.ts';
import { isOfProgress } from '../properties/property.ts';
import type { Property } from '../properties/property.ts';
import { isAsked, matches, notAsked } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';
import type { Catalog } from './catalog.ts';
import type { Where } from './job.ts';
import { UsageError } from './exit.ts';

/** One question put to one design. */
export interface Pair {
  readonly design: Design;
  readonly scenario: Scenario;
  readonly properties: readonly Property[];
}

/** Less what only loops can break. */
export const withoutLoops = (pair: Pair): Pair => ({
  ...pair,
  properties: pair.properties.filter((property) => !isOfProgress(property)),
});

/** The two names of it. */
export const whereOf = ({ design, scenario }: Pick<Pair, 'design' | 'scenario'>): Where => ({
  design: design.name,
  scenario: scenario.name,
});

/** The same, with those of the promises. */
export const namesOf = (pair: Pair) => ({
  ...whereOf(pair),
  properties: pair.properties.map(({ name }) => name),
});

/** By name, or by what stands for it in the matrix. */
function named<T extends Callable>(
  kind: string,
  names: readonly string[],
  all: readonly T[],
): readonly T[] {
  if (names.length === 0) return all;
  for (const name of names) {
    if (!all.some((one) => isCalled(one, name))) {
      throw new UsageError(
        unknownName(
          kind,
          name,
          all.map((one) => one.name),
        ),
      );
    }
  }
  return all.filter((one) => names.some((name) => isCalled(one, name)));
}

/** A design's own name; or with `*` for any part of it; or the family, the name up to `/`. */
export function designsNamed(
  patterns: readonly string[],
  all: readonly Design[],
): readonly Design[] {
  const names = patterns.flatMap((pattern) => {
    const exact = all.filter(({ name }) => matches(pattern, name));
    const found =
      exact.length > 0 ? exact : all.filter(({ name }) => matches(`${pattern}/*`, name));
    if (found.length === 0) {
      throw new UsageError(
        unknownName(
          'design',
          pattern,
          all.map(({ name }) => name),
        ),
      );
    }
    return found.map(({ name }) => name);
  });
  return named('design', names, all);
}

/** Which of the named questions are not put to which of the designs, and why. */
export function notPut(
  { designs: all, scenarios: allScenarios }: Catalog,
  designs: readonly string[],
  scenarios: readonly string[] = [],
): readonly NotPut[] {
  return designsNamed(designs, all).flatMap((design) =>
    named('scenario', scenarios, allScenarios).flatMap((scenario) => {
      const why = notAsked(scenario, design);
      return why === undefined ? [] : [{ design: design.name, scenario: scenario.name, why }];
    }),
  );
}

/** All that was named and can be asked, designs first; that nothing can be asked is an error. */
export function pairs(
  catalog: Catalog,
  designs: readonly string[],
  scenarios: readonly string[] = [],
  properties: readonly string[] = [],
): readonly Pair[] {
  const { designs: all } = catalog;
  const chosenDesigns = designsNamed(designs, all);
  const chosenScenarios = named('scenario', scenarios, catalog.scenarios);
  const chosen = named('property', properties, catalog.properties);
  const found = chosenDesigns.flatMap((design) => {
    const asked = chosen.filter((property) => property.asks?.(design) ?? true);
    return chosenScenarios
      .filter((scenario) => asked.length > 0 && isAsked(scenario, design))
      .map((scenario) => ({ design, scenario, properties: asked }));
  });
  if (found.length === 0) {
    const what = [...scenarios, ...properties].map((name) => `'${name}'`).join(' with ');
    const [first] = notPut(catalog, designs, scenarios);
    const why = first === undefined ? '' : `: ${first.why}`;
    throw new UsageError(`${what} cannot be asked of ${designs.join(' ') || 'any design'}${why}`);
  }
  return found;
}
