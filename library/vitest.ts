/**
 * Matchers for vitest: `import 'writepath/vitest'`, then `expect(design).toHold(scenario)` and
 * `expect(design).toBreak(promise, { scenario })`. A failure's message is the counterexample.
 */
import { expect } from 'vitest';
import type { Design } from '../model/design.ts';
import type { Scenario } from '../runs/scenario.ts';
import { check } from './check.ts';
import type { CheckOptions } from './check.ts';

interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Every promise is kept in every state of the scenario, and the question was really asked. */
export function toHold(
  design: Design,
  scenario: Scenario | string,
  options: CheckOptions = {},
): Matched {
  const { verdict, text } = check(design, scenario, options);
  return { pass: verdict === 'holds', message: () => text };
}

export interface BreakOptions extends CheckOptions {
  readonly scenario: Scenario | string;
  /** The shortest counterexample has so many steps. */
  readonly steps?: number;
}

/** The promise is broken in the scenario. */
export function toBreak(design: Design, promise: string, options: BreakOptions): Matched {
  const { scenario, steps, ...rest } = options;
  const found = check(design, scenario, { ...rest, properties: [promise] });
  const broken = found.broken[promise];
  const pass = broken !== undefined && (steps === undefined || broken === steps);
  const expected = steps === undefined ? promise : `${promise} in ${steps} steps`;
  return {
    pass,
    message: () =>
      `expected ${design.name} ${pass ? 'not ' : ''}to break ${expected}\n\n${found.text}`,
  };
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
    toHold(scenario: Scenario | string, options?: CheckOptions): T;
    /** Breaks this promise in the scenario, within the bounds. */
    toBreak(promise: string, options: BreakOptions): T;
  }
}
