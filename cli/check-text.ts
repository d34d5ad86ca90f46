/** What `check` prints: a line a run, what was not asked, and the counterexample in full. */
import type { NotPut } from '../evidence/matrix.ts';
import { verdictText } from '../evidence/omission.ts';
import { reducedBy } from '../evidence/reduced.ts';
import type { Report } from '../evidence/report.ts';
import { count, thousands } from '../evidence/text.ts';
import { whereText } from './blame.ts';
import type { Answer, Best, Checked, Stuck, Where } from './job.ts';

export function stuckLine(where: Where, { count: states, depth }: Stuck): string {
  return (
    `writepath: incomplete: ${whereText(where)}: after ${thousands(states)} states, ` +
    `depth ${depth}, ` +
    'the search was cut off: it did not end its slice, or a row of the design loops for ever\n'
  );
}

export function line(name: string, verdict: string, ...numbers: readonly string[]): string {
  const widths = [10, 12, 6];
  const cells = numbers.map((n, i) => n.padStart(widths[i]!)).join('');
  return `${`${name.padEnd(37)} ${verdict.padEnd(10)}${cells}`.trimEnd()}\n`;
}

const LIMITS = {
  states: '--max-states reached',
  memory: '--max-memory reached',
  depth: '--max-depth reached',
  range: 'a counter left its range',
  interrupted: 'interrupted',
} as const;

/** The verdict line of a run, below it each broken promise with the length of its trace. */
export function told(where: Where, answer: Answer<Checked>): string {
  const heading = `  ${where.scenario}`;
  switch (answer.kind) {
    case 'failed':
      return line(heading, 'failed');
    case 'stuck':
      return (
        line(heading, 'incomplete', thousands(answer.count), '', thousands(answer.depth)) +
        `      not all states: ${LIMITS.interrupted}\n`
      );
    case 'done':
      return toldOf(heading, answer.value.report);
  }
}

function toldOf(heading: string, report: Report): string {
  const { verdict, limit, unreached, omission, reduced } = report;
  // What is too long for its column stands below the line.
  const text = verdictText(verdict, omission);
  const below = text === verdict ? '' : `      ${text}\n`;
  const by = reduced === undefined ? '' : `      ${reducedBy(reduced)}\n`;
  const numbers = [report.states, report.transitions, report.depth].map(thousands);
  const broken = brokenIn(report).map(
    ([name, steps]) => `      ${name}, ${count(steps, 'step')}\n`,
  );
  // What was broken stands, but of the rest nothing is known.
  const why = limit === null ? '' : `      not all states: ${LIMITS[limit]}\n`;
  const never =
    verdict === 'incomplete'
      ? []
      : unreached.must.map((what) => `      not asked: it never came to this: ${what}\n`);
  const head = line(heading, below === '' ? verdict : '', ...numbers);
  return [head, below, by, why, ...broken, ...never].join('');
}

/** What was broken, and in how many steps. */
function brokenIn({ properties }: Pick<Report, 'properties'>): (readonly [string, number])[] {
  return Object.entries(properties).flatMap(([name, { steps }]) =>
    steps === null ? [] : [[name, steps] as const],
  );
}

/** Questions that were not put to a design, or that it could not be asked. */
export function notAskedText(not_put: readonly NotPut[], reports: readonly Report[]): string {
  const left = [
    ...not_put.map(({ scenario, why }) => [scenario, why] as const),
    ...reports
      .filter(({ unreached }) => unreached.must.length > 0)
      .map(
        ({ scenario, unreached: { must } }) =>
          [scenario, `it never came to this: ${must.join('; ')}`] as const,
      ),
  ];
  const lines = [...new Set(left.map(([scenario, why]) => `  ${scenario}: ${why}\n`))];
  return lines.length === 0 ? '' : `Not asked:\n${lines.join('')}`;
}

/** What follows the table: the shortest counterexample in full, and how to see the others. */
export function ending(
  best: Best | undefined,
  { single, full }: { readonly single: boolean; readonly full: boolean },
): string {
  if (best === undefined) return '';
  const hint =
    'To see another in full: writepath check DESIGN --scenario SCENARIO --property PROPERTY\n';
  if (!full) return `\n${hint}`;
  const { ways = '' } = best;
  const { mail, property } = best.shown;
  if (!single) {
    return `\nIn full, of what each scenario is about the shortest:\n\n${mail}${ways}\n${hint}`;
  }
  const others = brokenIn(best.report).filter(([name]) => name !== property);
  if (others.length === 0) return mail + ways;
  const list = others.map(([name, steps]) => `    ${name}, ${count(steps, 'step')}\n`);
  return `${mail}\nAlso broken; --property NAME shows one in full:\n${list.join('')}${ways}`;
}
