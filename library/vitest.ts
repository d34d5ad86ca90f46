/**
 * Matchers for vitest: `import 'writepath/vitest'`, then `expect(design).toHold(scenario, bounds)` and
 * `expect(design).toBreak(promise)`. A failure's message is the counterexample.
 */
import { expect } from 'vitest';
import type { Design } from '../model/design.ts';
import { isAsked } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, refuseNoDesign } from './check.ts';
import type { Answer, CheckOptions, GivenBounds } from './check.ts';

interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

export type HoldOptions = Omit<CheckOptions, 'bounds'>;

/** Every promise is kept in every state of the scenario, and the question was really asked. */
export function toHold(
  design: Design,
  scenario: Scenario | string,
  bounds: GivenBounds = {},
  options: HoldOptions = {},
): Matched {
  const { verdict, text } = check(design, scenario, { ...options, bounds });
  return { pass: verdict === 'holds', message: () => text };
}

export interface BreakOptions extends HoldOptions {
  /** Without it, all scenarios that are asked of the design, until one breaks the promise. */
  readonly scenario?: Scenario | string;
  readonly bounds?: GivenBounds;
  /** The shortest counterexample has so many steps. */
  readonly steps?: number;
}

/** The promise is broken. */
export function toBreak(design: Design, promise: string, options: BreakOptions = {}): Matched {
  refuseNoDesign(design);
  const { scenario, steps, ...rest } = options;
  const scenarios = scenario === undefined ? likely(design, promise) : [scenario];
  let found: Answer | undefined;
  for (const one of scenarios) {
    found = check(design, one, { ...rest, properties: [promise] });
    if (found.verdict === 'violated') break;
  }
  const [broken] = Object.values(found?.broken ?? {});
  const pass = broken !== undefined && (steps === undefined || broken === steps);
  const expected = steps === undefined ? promise : `${promise} in ${steps} steps`;
  const where = scenarios.length > 1 && !pass ? `, in any of ${scenarios.length} scenarios` : '';
  const said = `expected ${design.name} ${pass ? 'not ' : ''}to break ${expected}${where}`;
  return { pass, message: () => `${said}\n\n${found?.text ?? 'no scenario was asked\n'}` };
}

/** Those first that are about the promise. */
function likely(design: Design, promise: string): readonly Scenario[] {
  const asked = SCENARIOS.filter((scenario) => isAsked(scenario, design));
  const about = asked.filter((scenario) => scenario.about?.includes(promise));
  return [...about, ...asked.filter((scenario) => !about.includes(scenario))];
}

/** The counterexample, or what held, for a snapshot: the same bytes everywhere. */
export const evidence = (
  design: Design,
  scenario: Scenario | string,
  options: CheckOptions = {},
): string => check(design, scenario, options).text;

expect.extend({ toHold, toBreak });

declare module 'vitest' {
  interface Matchers<T> {
    /** Keeps every promise in every state of the scenario, within the bounds. */
    toHold(scenario: Scenario | string, bounds?: GivenBounds, options?: HoldOptions): T;
    /** Breaks this promise: in the scenario named, or in one of all. */
    toBreak(promise: string, options?: BreakOptions): T;
  }
}
