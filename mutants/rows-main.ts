/** `npm run row-mutants`: is it noticed when a row of a sound design is changed by rule? */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Command } from 'commander';
import { INCOMPLETE, UsageError } from '../cli/exit.ts';
import type { Io } from '../cli/io.ts';
import { script } from '../cli/script.ts';
import { STAMP } from '../cli/stale.ts';
import { baseOf, soundDesigns } from '../runs/rows/base.ts';
import { judge } from '../runs/rows/judge.ts';
import { readEntries } from '../runs/rows/listed.ts';
import { questionsOf } from '../runs/rows/mutant.ts';
import type { Question } from '../runs/rows/mutant.ts';
import { ENOUGH, perCent, summary, survivors, table, wrongEntries } from '../runs/rows/report.ts';
import type { Judged } from '../runs/rows/report.ts';
import { append, readKnown } from '../runs/rows/results.ts';
import { readRecord } from '../runs/recorded.ts';
import { digest } from './mutant.ts';

/** npm starts it there. */
const ROOT = process.cwd();
const RESULTS = 'mutants/row-results.jsonl';
const LISTED = 'runs/rows/listed.txt';

const HELP = `
Results are kept in ${RESULTS}: a run that was interrupted goes on where it was.
Exit codes: 0 at least ${ENOUGH} % are caught, or the same as the design; 1 fewer, or an entry of
${LISTED} is refuted or names no mutant; 2 bad usage; 3 interrupted.`;

interface Options {
  readonly only?: string;
  readonly list?: boolean;
  readonly all?: boolean;
}

const programFor = (io: Io): Command =>
  new Command('npm run row-mutants --')
    .description('Changes rows of sound designs by rule, and looks which promise notices.')
    .option('--only <text>', 'only mutants that have this in their name')
    .option('--list', 'name the mutants, and run none')
    .option('--all', 'judge also those again of which the result is known')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined });

/** Of the sources that a finding may depend on: not of those that only show results. */
function digestOfSources(): string {
  const sources = JSON.parse(readFileSync(join(ROOT, STAMP), 'utf8')) as Record<string, string>;
  const used = Object.entries(sources).filter(
    ([path]) => !/^(?:cli|evidence|bench|mutants)\//.test(path),
  );
  return digest(JSON.stringify(used), 16);
}

async function main(argv: readonly string[], io: Io): Promise<number> {
  const { only = '', list, all } = programFor(io).parse(argv, { from: 'user' }).opts<Options>();
  io.progress('the designs themselves');
  const bases = soundDesigns(readRecord()).map((design) => baseOf(design));
  const questions = questionsOf(bases);
  const asked = questions.filter(({ id }) => id.includes(only));
  if (asked.length === 0) throw new UsageError(`no mutant has '${only}' in its name`);
  if (list === true) {
    for (const { id } of asked) io.out(`${id}\n`);
    return 0;
  }
  const judged = await judgeAll(asked, all === true, io);
  if (judged === undefined) return INCOMPLETE;
  const entries = readEntries(readFileSync(join(ROOT, LISTED), 'utf8'));
  io.out(`${bases.map(({ design }) => design.name).join(', ')}, and the kernel's rows\n\n`);
  io.out(`${table(judged, entries)}\n${summary(judged)}`);
  const open = survivors(judged, entries);
  if (open !== '') io.out(`\nSurvived:\n${open}`);
  const wrong = only === '' ? wrongEntries(judged, entries) : [];
  for (const line of wrong) io.out(`\n${line}\n`);
  return wrong.length === 0 && perCent(judged) >= ENOUGH ? 0 : 1;
}

/** Undefined when it was interrupted. */
async function judgeAll(
  asked: readonly Question[],
  all: boolean,
  io: Io,
): Promise<Judged[] | undefined> {
  const now = digestOfSources();
  const known = readKnown(join(ROOT, RESULTS));
  const judged: Judged[] = [];
  for (const question of asked) {
    const { id, rule } = question;
    const before = known.get(id);
    if (!all && before?.digest === now) {
      judged.push({ id, rule, finding: before.finding });
      continue;
    }
    // An interrupt is heard between two mutants.
    await setImmediate();
    if (io.stop.aborted) {
      io.err(`interrupted: ${judged.length} of ${asked.length} done; the same command goes on\n`);
      return undefined;
    }
    io.progress(`${judged.length} of ${asked.length} mutants: ${id}`);
    const finding = judge(question, scenarioOf(before?.finding));
    append(join(ROOT, RESULTS), { id, digest: now, finding });
    judged.push({ id, rule, finding });
  }
  return judged;
}

/** What has caught it before catches it first. */
const scenarioOf = (finding: Judged['finding'] | undefined): string | undefined =>
  finding?.outcome === 'caught' ? finding.scenario : undefined;

await script('row-mutants', main);
