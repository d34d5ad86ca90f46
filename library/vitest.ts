/**
 * Matchers for vitest: `import 'writepath/vitest'`, then `expect(design).toHold(scenario, bounds)`
 * and `expect(design).toBreak(promise)`. A failure's message is the counterexample. Where nothing
 * was decided they fail, and with `.not` they fail, too.
 */
// oxlint-disable oxc/no-this-in-exported-function -- vitest calls a matcher with it
import { expect } from 'vitest';
import { isCalled } from '../evidence/nearest.ts';
import type { Design } from '../model/design.ts';
import { PROPERTIES } from '../properties/all.ts';
import { isAsked } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, refuseNoDesign } from './check.ts';
import type { Answer, CheckOptions, GivenBounds } from './check.ts';

interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What vitest calls a matcher with; whoever calls it without has said no `.not`. */
// oxlint-disable-next-line typescript/no-invalid-void-type -- that is what `this` then is
type Matching = { readonly isNot?: boolean } | void;

/** The answer is neither yes nor no: with `.not`, it is for `pass` that vitest fails. */
const undecided = (matching: Matching, message: () => string): Matched => ({
  pass: matching?.isNot ?? false,
  message,
});

/** Why an answer decides nothing; undefined where it does. */
function whyUndecided({ verdict, report: { limit } }: Answer): string | undefined {
  if (verdict === 'vacuous') return 'was not really tried';
  if (verdict !== 'incomplete') return undefined;
  return `not decided: ${limit === 'range' ? 'a counter left its range' : `${limit} limit hit`}`;
}

export type HoldOptions = Omit<CheckOptions, 'bounds'>;

/** Every promise is kept in every state of the scenario, and the question was really asked. */
export function toHold(
  this: Matching,
  design: Design,
  scenario: Scenario | string,
  bounds: GivenBounds = {},
  options: HoldOptions = {},
): Matched {
  const answer = check(design, scenario, { ...options, bounds });
  const why = whyUndecided(answer);
  if (why !== undefined) return undecided(this, () => `${why}\n\n${answer.text}`);
  return { pass: answer.verdict === 'holds', message: () => answer.text };
}

export interface BreakOptions extends HoldOptions {
  /** Without it, all scenarios that are asked of the design, until one breaks the promise. */
  readonly scenario?: Scenario | string;
  readonly bounds?: GivenBounds;
  /** The shortest counterexample has so many steps. */
  readonly steps?: number;
}

/** The promise is broken. */
export function toBreak(
  this: Matching,
  design: Design,
  promise: string,
  options: BreakOptions = {},
): Matched {
  refuseNoDesign(design);
  const { scenario, steps, ...rest } = options;
  const expected = steps === undefined ? promise : `${promise} in ${steps} steps`;
  const said = (not: string) => `expected ${design.name} ${not}to break ${expected}`;
  const answers: Asked[] = [];
  for (const one of scenario === undefined ? likely(design, promise) : [scenario]) {
    const answer = check(design, one, { ...rest, properties: [promise] });
    const [broken] = Object.values(answer.broken);
    if (broken !== undefined) {
      const pass = steps === undefined || broken === steps;
      return { pass, message: () => `${said(pass ? 'not ' : '')}\n\n${answer.text}` };
    }
    answers.push({ scenario: typeof one === 'string' ? one : one.name, answer });
  }
  const why = noneDecided(answers);
  const message = () => {
    const head = `${said(this?.isNot ? 'not ' : '')}${why === undefined ? '' : `: ${why}`}`;
    const [only, another] = answers;
    if (only !== undefined && another === undefined) return `${head}\n\n${only.answer.text}`;
    const all = `, in any of ${answers.length} scenarios`;
    return `${head}${why === undefined ? all : ''}\n\n${answers.map(line).join('')}`;
  };
  return why === undefined ? { pass: false, message } : undecided(this, message);
}

/** A scenario, and what came of it. */
interface Asked {
  readonly scenario: string;
  readonly answer: Answer;
}

const line = ({ scenario, answer }: Asked): string =>
  `  ${scenario}: ${whyUndecided(answer) ?? answer.verdict}\n`;

/**
 * Why it is not known whether the promise is kept, though nothing broke it. That some scenarios do
 * not try a promise is as it should be; one of them must.
 */
function noneDecided(answers: readonly Asked[]): string | undefined {
  if (answers.length === 0) return 'no scenario was asked';
  const limited = answers.find(({ answer }) => answer.verdict === 'incomplete');
  if (limited !== undefined) return whyUndecided(limited.answer);
  if (answers.some(({ answer }) => answer.verdict === 'holds')) return undefined;
  return whyUndecided(answers[0]!.answer);
}

/** Those first that are about the promise. */
function likely(design: Design, promise: string): readonly Scenario[] {
  const name = PROPERTIES.find((one) => isCalled(one, promise))?.name ?? promise;
  const asked = SCENARIOS.filter((scenario) => isAsked(scenario, design));
  const about = asked.filter((scenario) => scenario.about?.includes(name));
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
