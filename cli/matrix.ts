/**
 * `matrix`: every design in every scenario at its own bounds, on as many cores as there are. Each
 * run is alone in its thread, and results are put in order before they are shown: the number of
 * workers cannot be seen in the output.
 */
import { availableParallelism } from 'node:os';
import { matrix as drawn } from '../evidence/matrix.ts';
import { rowsNeverRun } from '../evidence/not-asked.ts';
import type { Tabulated, Unfinished } from '../evidence/matrix.ts';
import { matrixHtml, matrixJson, matrixMarkdown } from '../evidence/matrix-forms.ts';
import { casesOnRecord } from '../evidence/verdicts-on-record.ts';
import { differences, isOnRecord } from '../evidence/record.ts';
import type { Recorded } from '../evidence/record.ts';
import type { Brief } from '../evidence/report.ts';
import { DEFAULT_LIMITS } from '../runs/check.ts';
import { coded } from '../runs/scenario.ts';
import { readRecord } from '../runs/recorded.ts';
import { failedLines } from './blame.ts';
import { refuseCases, writeCases } from './cases.ts';
import type { CaseForms } from './cases.ts';
import type { Catalog } from './catalog.ts';
import { HOLDS, INCOMPLETE, VIOLATED, withFailures } from './exit.ts';
import type { Io } from './io.ts';
import type { Answer, Failed } from './job.ts';
import { Pool } from './pool.ts';
import { refuseUnwritable, save } from './save.ts';
import { notPut, pairs } from './select.ts';
import type { Pair } from './select.ts';

export interface MatrixOptions {
  readonly scenario?: readonly string[];
  readonly workers?: number;
  readonly all?: boolean;
  /** A row for each design, also where none was named. */
  readonly wide?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly html?: string;
  readonly junit?: string;
  readonly tap?: string;
}

export type Form = Pick<MatrixOptions, 'scenario' | 'all' | 'wide' | 'json' | 'markdown' | 'html'> &
  CaseForms;

export async function matrix(
  catalog: Catalog,
  designs: readonly string[],
  options: MatrixOptions,
  io: Io,
): Promise<number> {
  const asked = pairs(catalog, designs, options.scenario);
  if (options.html !== undefined) refuseUnwritable(options.html);
  refuseCases(options);
  const recorded = readRecord();
  const found = await answers(catalog, asked, { workers: options.workers, recorded }, io);
  return show(catalog, { designs, ...options, asked, found, recorded }, io);
}

/** All that was asked for, and how far each run of it has come. */
export interface Shown extends Form {
  readonly designs: readonly string[];
  readonly asked: readonly Pair[];
  readonly found: readonly Progress[];
  readonly recorded: Recorded;
}

/** Prints the tables; returns the exit code. */
export function show(catalog: Catalog, shown: Shown, io: Io): number {
  const { designs, asked, found, recorded } = shown;
  const reports: Brief[] = [];
  const unfinished: Unfinished[] = [];
  const failures: Failed[] = [];
  asked.forEach(({ design, scenario }, i) => {
    const answer = found[i]!;
    if (typeof answer === 'object' && answer.kind === 'done') reports.push(answer.value.report);
    else unfinished.push({ design: design.name, scenario: scenario.name, why: whyOf(answer) });
    if (typeof answer === 'object' && answer.kind === 'failed') failures.push(answer);
  });
  draw(
    {
      reports,
      properties: catalog.properties,
      scenarios: coded(catalog.scenarios),
      unfinished,
      not_put: notPut(catalog, designs, shown.scenario),
      recorded,
      all: shown.all ?? false,
      folded: designs.length === 0 && !shown.wide,
    },
    shown,
    io,
  );
  failedLines(failures).forEach((text) => io.err(text));
  return withFailures(codeOf(reports, unfinished, recorded), failures);
}

/** In the form that was asked for; a page is written beside what is printed. */
function draw(all: Tabulated, form: Form, io: Io): void {
  const { json, markdown, html } = form;
  if (json) io.out(matrixJson(all));
  else io.out(markdown ? matrixMarkdown(all) : drawn(all));
  if (html !== undefined) save(html, matrixHtml(all, drawn(all)));
  writeCases(form, () => casesOnRecord(all));
}

/** How far a run has come. */
export type Progress = Answer<{ readonly report: Brief }> | 'not begun' | 'interrupted';

function whyOf(progress: Progress): Unfinished['why'] {
  if (typeof progress === 'string') return progress;
  return progress.kind === 'failed' ? 'failed' : 'interrupted';
}

function codeOf(
  reports: readonly Brief[],
  unfinished: readonly Unfinished[],
  recorded: Recorded,
): number {
  if (reports.some((report) => differences(report, recorded).length > 0)) return VIOLATED;
  const designs = [...new Set(reports.map(({ design }) => design))];
  const limited = reports.some(({ verdict }) => verdict === 'incomplete');
  return unfinished.length > 0 || limited || rowsNeverRun(reports, designs).length > 0
    ? INCOMPLETE
    : HOLDS;
}

/** In the order asked. An interrupt ends it at once: whatever then still runs has no answer. */
export async function answers(
  { modules }: Catalog,
  asked: readonly Pair[],
  {
    workers: most,
    recorded,
  }: { readonly workers: number | undefined; readonly recorded: Recorded },
  io: Io,
): Promise<readonly Progress[]> {
  // A small part of a matrix may have no runs.
  if (asked.length === 0) return [];
  const workers = Math.min(most ?? availableParallelism(), asked.length);
  const found: Progress[] = asked.map(() => 'not begun');
  let done = 0;
  const queue = longestFirst(asked).values();
  const pool = new Pool(workers, io);
  const endless = new Map<string, Failed>();
  const one = async () => {
    for (const i of queue) {
      if (io.stop.aborted) return;
      const { design, scenario } = asked[i]!;
      const where = { design: design.name, scenario: scenario.name };
      found[i] = 'interrupted';
      const known = endless.get(where.design);
      const answer =
        known === undefined
          ? await pool.check({
              ...where,
              modules,
              bounds: {},
              limits: DEFAULT_LIMITS,
              copy: !isOnRecord(where, recorded),
            })
          : { ...known, ...where };
      // What has gone on for ever would do so again: its other scenarios are not run.
      if (answer.kind === 'failed' && answer.endless) endless.set(where.design, answer);
      // An interrupt has ended it: what it says is of a part only.
      if (io.stop.aborted) return;
      found[i] = answer;
      io.progress(`${++done} of ${asked.length} runs`);
    }
  };
  const interrupted = new Promise<void>((resolve) => {
    if (io.stop.aborted) resolve();
    io.stop.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([interrupted, Promise.all(Array.from({ length: workers }, one))]);
  } finally {
    await pool.end();
  }
  return found;
}

/** Places of what was asked, the longest run first: several writers, then many others at work. */
export const longestFirst = (asked: readonly Pair[]): readonly number[] =>
  asked.map((_, i) => i).toSorted((a, b) => weight(asked[b]!) - weight(asked[a]!) || a - b);

const weight = ({ scenario }: Pair): number =>
  scenario.writers(scenario.geometry).length * 100 + scenario.others.length;
