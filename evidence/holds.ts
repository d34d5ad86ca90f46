/**
 * What is said of a design in which nothing was broken: how much was explored, within which bounds,
 * and what really happened in there. Green that never injected a fault is not green.
 */
import type { Result, Verdict } from '../explorer/search.ts';
import { SITES } from '../model/kernel.ts';
import { briefly, inFull } from './bounds.ts';
import { counts } from './mail.ts';
import { butFor, notAsked, verdictText } from './omission.ts';
import type { Outcome } from './outcome.ts';
import { inAllStates, reducedText } from './reduced.ts';
import { notTried } from './untried.ts';
import { COLUMNS, count, labelled, lines, thousands, wrap } from './text.ts';

/**
 * `holds in all 154 states (2 pages, 3 device blocks, 1 writer, 1 fault)`: never without bounds.
 */
export function statement({ run, verdict, result }: Outcome): string {
  const bounds = `(${briefly(run.setup)})`;
  const states = count(result.states, 'state');
  const all = inAllStates(result.reduced, thousands(result.states), states);
  const isReduced = result.limit === undefined && result.reduced !== undefined;
  switch (verdict) {
    case 'holds':
      return `${verdictText(verdict, result.omission)} ${all} ${bounds}`;
    case 'violated':
      return `violated, ${isReduced ? all : `in ${states}`} ${bounds}`;
    case 'incomplete':
      return `incomplete: nothing is claimed; ${counts(result)} ${bounds}`;
    case 'vacuous':
      return (
        `vacuous: nothing broken ${all}${butFor(result.omission)} ${bounds}, ` +
        'but the question was not asked'
      );
  }
}

/** The statement in full, with the table of what happened. */
export function held(outcome: Outcome): string {
  const { run, result, unreached } = outcome;
  return lines([
    ...wrap(`writepath: ${run.design.name} ${head(outcome)} (${run.scenario.name})`, COLUMNS),
    '',
    ...wrap(statement(outcome), COLUMNS),
    '',
    ...labelled('Question', run.scenario.question),
    ...labelled('Source', run.scenario.source),
    ...labelled('Design', run.design.about),
    '',
    ...inFull(run.setup),
    ...labelled('Explored', counts(result)),
    ...labelled('Asked', result.properties.map((p) => p.name).join(', ')),
    ...notAsked(result.omission),
    ...reducedText(result.reduced),
    ...spaced(notTried(unreached)),
    '',
    ...rows(result),
    ...answers(result, run.setup.faults),
  ]);
}

const spaced = (told: string[]): string[] => (told.length === 0 ? [] : ['', ...told]);

const head = ({ verdict, result }: Outcome): string =>
  verdict === 'holds' ? verdictText(verdict, result.omission) : HEAD[verdict];

const HEAD: Readonly<Record<Exclude<Verdict, 'holds'>, string>> = {
  violated: 'is broken',
  incomplete: 'is not decided',
  vacuous: 'was not really tried',
};

/** How often each row ran, and how often it found that it had to wait or had nothing to do. */
function rows(result: Result): string[] {
  const counted = result.coverage.rows();
  const width = Math.max(3, ...counted.map(({ name }) => name.length));
  const line = (name: string, ran: string, blocked: string) =>
    `${name.padEnd(width)} ${ran.padStart(12)} ${blocked.padStart(12)}`;
  return [
    line('row', 'ran', 'blocked'),
    ...counted.map(({ name, times, blocked }) => line(name, thousands(times), thousands(blocked))),
  ];
}

/** How often each answer was taken: of the faults that may happen here, and of the free choices. */
function answers(result: Result, faults: readonly string[]): string[] {
  const told = answersTaken(result, faults).flatMap(({ site, taken }) => {
    const text = taken.map(({ answer, times }) => `${answer} ${thousands(times)}`).join(', ');
    return wrap(`${site}: ${text}`, COLUMNS - 4).map((line, i) => (i === 0 ? line : `    ${line}`));
  });
  return told.length === 0 ? [] : ['', 'answers taken', ...told];
}

export interface Taken {
  readonly site: string;
  readonly taken: readonly { readonly answer: string; readonly times: number }[];
}

/** Site by site; what was never asked is left out, and a fault is then named as not met. */
export function answersTaken({ coverage }: Result, faults: readonly string[]): Taken[] {
  const sites = SITES.filter((site) => !site.fault || faults.includes(site.name));
  const all = coverage.answers().map(({ name, times }) => {
    const [site, answer] = name.split('=', 2) as [string, string];
    return { site, answer, times };
  });
  return sites.flatMap(({ name }) => {
    const own = all.filter(({ site }) => site === name);
    if (own.every(({ times }) => times === 0)) return [];
    return [{ site: name, taken: own.map(({ answer, times }) => ({ answer, times })) }];
  });
}
