/**
 * `check`: designs in scenarios, one after the other, in a thread of their own. An interrupt ends
 * the search after its slice, and what was found until then is printed.
 */
import { rowsNeverRun } from '../evidence/not-asked.ts';
import { jsonLine } from '../evidence/report.ts';
import type { Report } from '../evidence/report.ts';
import { count, thousands } from '../evidence/text.ts';
import type { Verdict } from '../explorer/search.ts';
import { failedLine, whereText } from './blame.ts';
import { fileOf } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { HOLDS, INCOMPLETE, exitCode, withFailures } from './exit.ts';
import { barsText, refuseForms, wantedOf, writeForms } from './forms.ts';
import type { Answered, FormOptions } from './forms.ts';
import type { Io } from './io.ts';
import type { Answer, Checked, Failed, Stuck, Where } from './job.ts';
import type { Shown } from '../runs/shown.ts';
import { boundsOf, fitting, limitsOf, refuseTooLarge, written } from './options.ts';
import type { BoundOptions, LimitOptions } from './options.ts';
import type { PageParts } from '../page/data.ts';
import { savePage } from './page.ts';
import { Pool } from './pool.ts';
import { paced } from './rate.ts';
import { keep, resolve, takeKept } from './corpus.ts';
import { refuseUnwritable, save } from './save.ts';
import type { NotPut } from '../evidence/matrix.ts';
import { notPut, pairs, whereOf } from './select.ts';
import type { Pair } from './select.ts';

export interface CheckOptions extends BoundOptions, LimitOptions, FormOptions {
  readonly scenario?: readonly string[];
  readonly property?: readonly string[];
  readonly json?: boolean;
  readonly all?: boolean;
  readonly save?: string;
  readonly html?: string;
}

interface Best {
  readonly report: Report;
  readonly shown: Shown;
  readonly checked: Checked;
  readonly page?: PageParts;
  readonly ways?: string;
}

/** What was found, run by run. */
interface Found {
  readonly verdicts: Verdict[];
  readonly failures: Failed[];
  readonly reports: Report[];
  readonly answered: Answered[];
  /** Questions that nothing which the design does can meet. */
  left_out: number;
  last?: Checked;
  /** The shortest of the counterexamples. */
  best?: Best;
}

export async function check(
  catalog: Catalog,
  designs: readonly string[],
  options: CheckOptions,
  io: Io,
): Promise<number> {
  const bounds = boundsOf(options);
  const asked = fitting(pairs(catalog, designs, options.scenario, options.property), bounds, {
    named: options.scenario !== undefined,
    skipped: (why) => io.err(`writepath: not asked at these bounds: ${why}\n`),
  });
  refuseTooLarge(asked, bounds, options);
  if (options.save !== undefined) refuseUnwritable(options.save);
  refuseForms(options, asked.map(whereOf));
  if (options.html !== undefined) refuseUnwritable(options.html);
  const single = asked.length === 1;
  const found = await answers(catalog, asked, options, io);

  const { best, last, verdicts, failures, reports } = found;
  const whole = options.scenario === undefined && options.property === undefined;
  const never = whole ? rowsNeverRun(reports, [...new Set(reports.map((r) => r.design))]) : [];
  const not_put = notPut(catalog, designs, options.scenario);
  if (!options.json) {
    const one = new Set(asked.map(({ design }) => design)).size === 1;
    if (single && last && !best) io.out(last.held ?? '');
    else {
      io.out(notAskedText(not_put, reports));
      io.out(ending(best, { single, full: one || options.property !== undefined }));
    }
    io.out(barsText(options, found));
  }
  if (options.save !== undefined) saveShortest(options.save, best?.shown, io);
  if (options.html !== undefined) {
    const page = best === undefined && single ? last?.page : best?.page;
    await savePage(options.html, page, catalog.modules, io);
  }
  never.forEach(({ design, key }) => io.err(`writepath: ${design}: rows that never ran: ${key}\n`));
  const missing = asked.length - verdicts.length - failures.length - found.left_out;
  if (io.stop.aborted)
    io.err(`writepath: interrupted${missing > 0 ? `; ${count(missing, 'run')} not begun` : ''}\n`);
  writeForms(options, { answered: found.answered, not_put, best: best?.checked }, io);
  const code = verdicts.length === 0 ? INCOMPLETE : exitCode(verdicts);
  const untried = missing > 0 || never.length > 0;
  return withFailures(untried && code === HOLDS ? INCOMPLETE : code, failures);
}

/** Asks one after the other, and prints each answer as it comes. */
async function answers(
  catalog: Catalog,
  asked: readonly Pair[],
  options: CheckOptions,
  io: Io,
): Promise<Found> {
  const found: Found = { verdicts: [], failures: [], reports: [], answered: [], left_out: 0 };
  const table = !options.json && asked.length > 1;
  if (table) io.out(line('', '', 'states', 'transitions', 'depth'));
  const pool = new Pool(1, io);
  let previous: string | undefined;
  try {
    const stale = await takeKept(catalog, asked.map(whereOf), pool, io);
    for (const { design, scenario, properties } of asked) {
      if (io.stop.aborted) break;
      const ordered = jobOf(catalog, { design, scenario, properties }, options);
      // Verdicts that are written down have their reasons with them.
      const job = { ...ordered, hurry: table && ordered.wanted.account !== true };
      const answer = await pool.check(job, paced(job, options, io));
      found.answered.push({ where: job, answer });
      if (table) io.out(`${job.design === previous ? '' : `${job.design}\n`}${told(job, answer)}`);
      previous = job.design;
      take(found, answer, job, { json: options.json ?? false, several: asked.length > 1, io });
      const done = answer.kind === 'done' ? answer.value : undefined;
      stale.filter((one) => isOf(one, job)).forEach((one) => resolve(one, done?.report, io));
      if (done?.found !== undefined) keep(catalog, job, done.found, io);
    }
    if (found.best !== undefined && table && !io.stop.aborted) {
      found.best = await inFull(catalog, asked, found.best, { options, pool });
    }
  } finally {
    await pool.end();
  }
  return found;
}

const isOf = (a: Where, b: Where): boolean => a.design === b.design && a.scenario === b.scenario;

const jobOf = ({ modules, files }: Catalog, pair: Pair, options: CheckOptions) => ({
  ...whereOf(pair),
  modules,
  ...fileOf(files, pair.design.name),
  bounds: boundsOf(options),
  properties: pair.properties.map(({ name }) => name),
  limits: limitsOf(options),
  copy: true,
  command: written(options, options),
  ...(options.all && { all: true }),
  ...(options.html !== undefined && { page: true }),
  wanted: wantedOf(options),
});

const bestOf = (checked: Checked, shown: Shown): Best => ({
  report: checked.report,
  shown,
  checked,
  ...(checked.ways !== undefined && { ways: checked.ways }),
  ...(checked.page !== undefined && { page: checked.page }),
});

/** The best of many, asked again for all that can be said of it. */
async function inFull(
  catalog: Catalog,
  asked: readonly Pair[],
  best: Best,
  { options, pool }: { readonly options: CheckOptions; readonly pool: Pool },
): Promise<Best> {
  const { design, scenario } = best.report;
  const pair = asked.find((one) => one.design.name === design && one.scenario.name === scenario)!;
  const answer = await pool.check(jobOf(catalog, pair, options));
  if (answer.kind !== 'done' || answer.value.found === undefined) return best;
  return bestOf(answer.value, answer.value.found);
}

/** Keeps what an answer adds to the whole, and says what the table does not. */
function take(
  found: Found,
  answer: Answer<Checked>,
  where: Where,
  { json, several, io }: { readonly json: boolean; readonly several: boolean; readonly io: Io },
): void {
  switch (answer.kind) {
    case 'failed':
      found.failures.push(answer);
      io.err(failedLine(answer));
      return;
    case 'stuck':
      found.verdicts.push('incomplete');
      io.err(stuckLine(where, answer));
      return;
    case 'done': {
      const { report, found: shown } = answer.value;
      found.reports.push(report);
      // Among many questions one that nothing can meet is not asked, and said so; it spoils no
      // other.
      if (report.unreached.incapable && several) found.left_out++;
      else found.verdicts.push(report.verdict);
      found.last = answer.value;
      if (json) io.out(jsonLine(answer.value.formed?.account ?? report));
      if (shown && (!found.best || shown.steps < found.best.shown.steps)) {
        found.best = bestOf(answer.value, shown);
      }
    }
  }
}

function stuckLine(where: Where, { count: states, depth }: Stuck): string {
  return (
    `writepath: incomplete: ${whereText(where)}: after ${thousands(states)} states, ` +
    `depth ${depth}, ` +
    'the search was cut off: it did not end its slice, or a row of the design loops for ever\n'
  );
}

function line(name: string, verdict: string, ...numbers: readonly string[]): string {
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
function told(where: Where, answer: Answer<Checked>): string {
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

function toldOf(heading: string, { verdict, limit, unreached, ...report }: Report): string {
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
  return [line(heading, verdict, ...numbers), why, ...broken, ...never].join('');
}

/** What was broken, and in how many steps. */
function brokenIn({ properties }: Pick<Report, 'properties'>): (readonly [string, number])[] {
  return Object.entries(properties).flatMap(([name, { steps }]) =>
    steps === null ? [] : [[name, steps] as const],
  );
}

/** Questions that were not put to a design, or that it could not be asked. */
function notAskedText(not_put: readonly NotPut[], reports: readonly Report[]): string {
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
function ending(
  best: Found['best'],
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

function saveShortest(file: string, best: Shown | undefined, io: Io): void {
  if (best === undefined) io.err(`writepath: nothing was broken, so ${file} is not written\n`);
  else save(file, best.file);
}
