/**
 * `check`: designs in scenarios, one after the other, in a thread of their own. An interrupt ends
 * the search after its slice, and what was found until then is printed.
 */
import { availableParallelism } from 'node:os';
import { REDUCED_FROM } from '../explorer/reduced.ts';
import { rowsNeverRun } from '../evidence/not-asked.ts';
import { jsonLine } from '../evidence/report.ts';
import type { Report } from '../evidence/report.ts';
import { count } from '../evidence/text.ts';
import type { Verdict } from '../explorer/search.ts';
import { isOfProgress } from '../properties/property.ts';
import { failedLines } from './blame.ts';
import { filesFor } from './catalog.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Catalog } from './catalog.ts';
import { ending, line, notAskedText, stuckLine, told } from './check-text.ts';
import { HOLDS, INCOMPLETE, UsageError, exitCode, withFailures } from './exit.ts';
import { buildDigest, questionsDigest } from './fingerprint.ts';
import { barsText, refuseForms, wantedOf, writeForms } from './forms.ts';
import type { Answered, FormOptions } from './forms.ts';
import type { Io } from './io.ts';
import type { Answer, Best, Checked, Failed, Where } from './job.ts';
import type { Shown } from '../runs/shown.ts';
import { boundsOf, fitting, limitsOf, refuseTooLarge, written } from './options.ts';
import type { BoundOptions, LimitOptions } from './options.ts';
import { savePage } from './page.ts';
import { Pool } from './pool.ts';
import { paced } from './rate.ts';
import { keep, resolve, takeKept } from './corpus.ts';
import { refuseUnwritable, save } from './save.ts';
import { namesOf, notPut, pairs, whereOf, withoutLoops } from './select.ts';
import type { Pair } from './select.ts';

/** Threads of a search that nobody has named: of more than that, the others wait for the first. */
const WORKERS = 4;
/** So often what a search has done is written down, if that is asked for. */
const CHECKPOINT_S = 60;

export interface CheckOptions extends BoundOptions, LimitOptions, FormOptions {
  readonly scenario?: readonly string[];
  readonly property?: readonly string[];
  readonly json?: boolean;
  readonly all?: boolean;
  readonly full?: boolean;
  readonly save?: string;
  readonly html?: string;
  readonly checkpoint?: string;
  readonly every?: number;
  readonly workers?: number;
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
  const possible = fitting(pairs(catalog, designs, options.scenario, options.property), bounds, {
    named: options.scenario !== undefined,
    skipped: (why) => io.err(`writepath: not asked at these bounds: ${why}\n`),
  });
  // To look for loops needs all states, too.
  const asked = options.compact ? possible.map(withoutLoops) : possible;
  refuseCompact(options, catalog);
  refuseTooLarge(asked, bounds, options);
  if (options.save !== undefined) refuseUnwritable(options.save);
  refuseForms(options, asked.map(whereOf));
  if (options.html !== undefined) refuseUnwritable(options.html);
  const single = asked.length === 1;
  refuseCheckpoint(options, asked);
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
  const endless = new Map<string, Failed>();
  try {
    const stale = await takeKept(catalog, asked.map(namesOf), pool, io);
    for (const { design, scenario, properties } of asked) {
      if (io.stop.aborted) break;
      const ordered = jobOf(catalog, { design, scenario, properties }, options);
      // Verdicts that are written down have their reasons with them.
      const job = { ...ordered, hurry: table && ordered.wanted.account !== true };
      const known = endless.get(job.design);
      const answer =
        known === undefined
          ? await pool.check(job, paced(job, options, io))
          : { ...known, ...whereOf({ design, scenario }) };
      // What has gone on for ever would do so again: its other scenarios are not run.
      if (answer.kind === 'failed' && answer.endless) endless.set(job.design, answer);
      found.answered.push({ where: job, answer });
      if (table) io.out(`${job.design === previous ? '' : `${job.design}\n`}${told(job, answer)}`);
      previous = job.design;
      take(found, answer, job, { json: options.json ?? false, several: asked.length > 1, io });
      const done = answer.kind === 'done' ? answer.value : undefined;
      stale.filter((one) => isOf(one, job)).forEach((one) => resolve(one, done?.report, io));
      if (done?.found !== undefined) keep(catalog, job, done.found, io);
    }
    failedLines(found.failures).forEach((text) => io.err(text));
    if (found.best !== undefined && table && !io.stop.aborted) {
      found.best = await inFull(catalog, asked, found.best, { options, pool });
    }
  } finally {
    await pool.end();
  }
  return found;
}

const isOf = (a: Where, b: Where): boolean => a.design === b.design && a.scenario === b.scenario;

const jobOf = (catalog: Catalog, pair: Pair, options: CheckOptions) => ({
  ...namesOf(pair),
  modules: catalog.modules,
  ...filesFor(catalog, namesOf(pair)),
  bounds: boundsOf(options),
  limits: limitsOf(options),
  copy: true,
  workers: options.workers ?? Math.min(WORKERS, availableParallelism()),
  command: written(options, options),
  ...(!needsAllStates(options) && { reduced_from: REDUCED_FROM }),
  ...(options.all && { all: true }),
  ...(options.html !== undefined && { page: true }),
  wanted: wantedOf(options),
  ...(options.checkpoint !== undefined && {
    checkpoint: checkpointOf(catalog, pair, options, options.checkpoint),
  }),
});

/** Who asks for any of these sees all states; else fewer are enough for a verdict. */
const needsAllStates = (options: CheckOptions): boolean =>
  (['full', 'compact', 'depths', ...OF_ALL_STATES] as const).some(
    (name) => options[name] !== undefined,
  );

/** All that the states of a run depend on. */
function checkpointOf(
  catalog: Catalog,
  pair: Pair,
  options: CheckOptions,
  file: string,
): Checkpoint {
  const bounds = JSON.stringify(boundsOf(options));
  const asked = `${buildDigest([pair], catalog.modules)} ${questionsDigest([pair])}`;
  return { file, key: `${asked} ${bounds}`, every_s: options.every ?? CHECKPOINT_S };
}

function refuseCheckpoint({ checkpoint }: CheckOptions, asked: readonly Pair[]): void {
  if (checkpoint === undefined) return;
  if (asked.length > 1) {
    throw new UsageError('--checkpoint is of one run: name a design and a --scenario');
  }
  refuseUnwritable(checkpoint);
}

/** Options that need all states of a space. */
const OF_ALL_STATES = ['checkpoint', 'all', 'html', 'dot', 'svg'] as const;

function refuseCompact(options: CheckOptions, { properties }: Catalog): void {
  if (!options.compact) return;
  const other = OF_ALL_STATES.find((name) => options[name] !== undefined);
  if (other !== undefined) {
    throw new UsageError(`--${other} needs all states, and --compact does not keep them`);
  }
  const named = properties.filter(({ name }) => options.property?.includes(name));
  const loop = named.find(isOfProgress);
  if (loop !== undefined) {
    throw new UsageError(`${loop.name} is of loops, and with --compact they are not looked for`);
  }
}

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

function saveShortest(file: string, best: Shown | undefined, io: Io): void {
  if (best === undefined) io.err(`writepath: nothing was broken, so ${file} is not written\n`);
  else save(file, best.file);
}
