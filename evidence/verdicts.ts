/** Verdicts one by one, as those who count tests want them: one for each promise in each run. */
import type { Account, FullStep } from './account.ts';
import { verdictText } from './omission.ts';
import { reducedBy } from './reduced.ts';
import type { NamedStep } from './report.ts';
import { count } from './text.ts';

/** A run as those who write forms know it. */
export type Judged =
  | { readonly kind: 'done'; readonly account: Account; readonly mail?: string }
  | {
      /** Could not be run, did not end, or was not to be asked. */
      readonly kind: 'failed' | 'stuck' | 'not-put';
      readonly design: string;
      readonly scenario: string;
      readonly why: string;
    };

export interface Case {
  readonly design: string;
  readonly scenario: string;
  /** The promise; undefined where a run as a whole has none. */
  readonly property: string | undefined;
  readonly name: string;
  readonly result:
    | { readonly is: 'passed'; readonly note?: string }
    | { readonly is: 'failed'; readonly message: string; readonly breach?: Breaking }
    | { readonly is: 'skipped' | 'error'; readonly why: string };
}

export interface Breaking {
  readonly promise: string;
  readonly expected: string;
  readonly found: string;
  readonly where: string;
  readonly steps: number;
  /** Where the row of the last step is written. */
  readonly place: string | null;
  /** The counterexample in full, or its steps. */
  readonly text: string;
  readonly trace: readonly (NamedStep & Partial<Pick<FullStep, 'place'>>)[];
}

export const casesOf = (all: readonly Judged[]): Case[] => all.flatMap(casesIn);

function casesIn(judged: Judged): Case[] {
  switch (judged.kind) {
    case 'done':
      return casesOfRun(judged.account, judged.mail);
    case 'failed':
    case 'stuck':
    case 'not-put': {
      const { kind, design, scenario, why } = judged;
      const is = kind === 'failed' ? 'error' : 'skipped';
      const what = kind === 'not-put' ? `not asked: ${why}` : why;
      const result = { is, why: what } as const;
      return [{ design, scenario, property: undefined, name: scenario, result }];
    }
  }
}

function casesOfRun(account: Account, mail: string | undefined): Case[] {
  const { design, scenario, properties } = account;
  return Object.keys(properties).map((property) => ({
    design,
    scenario,
    property,
    name: `${property} in ${scenario}`,
    result: resultOf(account, property, mail),
  }));
}

function resultOf(account: Account, name: string, mail: string | undefined): Case['result'] {
  const { verdict, promise, breach, trace, places } = account.properties[name]!;
  const { omission, reduced, explored } = account;
  switch (verdict) {
    case 'holds':
      if (reduced !== undefined) return { is: 'passed', note: `holds; ${reducedBy(reduced)}` };
      if (omission === undefined) return { is: 'passed' };
      return { is: 'passed', note: verdictText(verdict, omission) };
    case 'vacuous':
      return { is: 'skipped', why: whyVacuous(account) };
    case 'incomplete':
      return { is: 'skipped', why: `incomplete: ${explored}` };
    case 'violated': {
      const { headline } = account;
      const own = headline?.property === name ? headline : undefined;
      const steps = own?.steps ?? trace!.map((step, i) => ({ ...step, place: places![i]! }));
      const { expected, found, where } = breach!;
      const message = `${found} (${where}), in ${count(steps.length, 'step')}`;
      const claim = `Expected: ${expected}\nFound: ${found}\nWhere: ${where}\n`;
      const listed = `${promise}\n\n${claim}\n${list(steps)}`;
      return {
        is: 'failed',
        message,
        breach: {
          promise,
          expected,
          found,
          where,
          steps: steps.length,
          place: own?.at_fault?.place ?? steps.at(-1)?.place ?? null,
          text: own !== undefined && mail !== undefined ? mail : listed,
          trace: steps,
        },
      };
    }
  }
}

function whyVacuous({ unreached }: Account): string {
  const { must } = unreached;
  return must.length === 0
    ? 'vacuous: no state has a case of it'
    : `vacuous: it never came to this: ${must.join('; ')}`;
}

const list = (steps: readonly NamedStep[]): string =>
  steps
    .map(({ task, row, said }, i) => `${i + 1} ${task} ${row}${said === '' ? '' : `: ${said}`}\n`)
    .join('');
