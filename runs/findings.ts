/**
 * What a review found wrong in the first version (its rows, by number), each put to this one: the
 * design or the question that showed it, and what is said of it now. `npm run findings` prints
 * them.
 */
import { explore } from '../explorer/search.ts';
import type { Check } from '../machine/rows.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import type { Observer } from '../model/observe.ts';
import { kernelSystem } from '../model/system.ts';
import type { Setup } from '../model/system.ts';
import { PROPERTIES, checksOf } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { DEFAULT_LIMITS, check, prepare } from './check.ts';
import type { Bounds } from './scenario.ts';

export interface Finding {
  /** Of the review: section and row. */
  readonly row: string;
  /** How it is set up. */
  readonly case: string;
  /** What the first version said. */
  readonly was: string;
  /** What is right. */
  readonly right: string;
  /** What is said now. */
  readonly says: () => string;
}

export const designOf = (name: string): Design => DESIGNS.find((one) => one.name === name)!;

const inWords = (verdict: string, broken: readonly string[]): string =>
  broken.length === 0 ? verdict : `${verdict}: ${broken.join(', ')}`;

/** The verdict of a design in a scenario, and the promises that it breaks, of those named. */
export function inScenario(design: Design, name: string, only: readonly string[] = [], b?: Bounds) {
  const scenario = SCENARIOS.find((one) => one.name === name)!;
  const { verdict, result } = check(prepare(design, scenario, b));
  return inWords(verdict, brokenIn(result.properties, only));
}

/** The verdict of one promise of a design in a scenario. */
export function promiseIn(design: Design, name: string, property: string): string {
  const scenario = SCENARIOS.find((one) => one.name === name)!;
  const { result } = check(prepare(design, scenario));
  return `${property}: ${result.properties.find((one) => one.name === property)!.verdict}`;
}

/** The same, within bounds of its own. */
export function inSetup(design: Design, setup: Setup, only: readonly string[] = []): string {
  const asked = PROPERTIES.filter((property) => property.asks?.(design) ?? true);
  const { properties, limit } = explore(
    kernelSystem(design, setup, checksOf(asked)).system,
    DEFAULT_LIMITS,
  );
  const broken = properties.some(({ trace }) => trace !== undefined);
  if (limit !== undefined) return 'incomplete';
  return inWords(broken ? 'violated' : 'holds', brokenIn(properties, only));
}

function brokenIn(
  all: readonly { name: string; trace?: readonly number[] | undefined }[],
  only: readonly string[],
): string[] {
  const broken = all.filter(({ trace }) => trace !== undefined).map(({ name }) => name);
  return only.length === 0 ? broken : broken.filter((name) => only.includes(name));
}

/** Is there a state like this? `happens`, or `never happens`. */
export function whether(design: Design, setup: Setup, like: (o: Observer) => boolean): string {
  const asked = (o: Observer): readonly Check[] => [
    { name: 'asked', violated: () => like(o), premise: () => true },
  ];
  const { properties, limit } = explore(kernelSystem(design, setup, asked).system, DEFAULT_LIMITS);
  if (limit !== undefined) return 'incomplete';
  return properties[0]!.trace === undefined ? 'never happens' : 'happens';
}

/** What a mutant breaks within its own bounds. */
export function ofMutant(name: string): string {
  const { design, setup } = MUTANTS.find((one) => one.design.name === `mutant/${name}`)!;
  return inSetup(design, setup);
}

/** The row that a design error names. */
export function refused(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return `refused: ${/row [\w.]+/.exec((error as Error).message)?.[0]}`;
  }
}
