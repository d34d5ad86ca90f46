/** `npm run mutants`: are there tests that notice when the code is changed by rule? */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { INCOMPLETE, UsageError } from '../cli/exit.ts';
import type { Io } from '../cli/io.ts';
import { endsAsInterrupted, script } from '../cli/script.ts';
import { whole } from '../cli/options.ts';
import { readEntries, refuted, stale } from './equivalent.ts';
import { digest, mutantsOf, sampled, titleOf } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { RESULTS, digestOf, mutatedFiles, readFiles } from './project.ts';
import type { Files } from './project.ts';
import { ENOUGH, perCent, shown, survivors, table } from './report.ts';
import { append, isCurrent, readKnown } from './results.ts';
import type { Baseline, Judged, Result } from './results.ts';
import { runAll } from './run.ts';

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly workers: number;
  readonly only?: string;
  readonly list?: boolean;
  readonly all?: boolean;
  readonly show?: string;
}

/** npm starts it there. */
const ROOT = process.cwd();
const KNOWN = join(ROOT, RESULTS);

const HELP = `
Results are kept in ${RESULTS}: a run that was interrupted goes on where it was.
Exit codes: 0 at least ${ENOUGH} % are killed, or explained in mutants/equivalent.txt; 1 fewer, or
an entry there is refuted; 2 bad usage, or the tests fail anyway; 3 interrupted.`;

function programFor(io: Io): Command {
  const number = whole({ min: 1, max: 1_000_000 });
  return new Command('npm run mutants --')
    .description('Changes model/ and properties/ by rule, and looks whether a test notices.')
    .option('--count <n>', 'mutants in the sample', number, 500)
    .option('--seed <n>', 'another number is another sample', number, 1)
    .option('--workers <n>', 'mutants at a time', whole({ min: 1, max: 64 }), 2)
    .option('--only <text>', 'only files that have this in their path')
    .option('--list', 'name the mutants of the sample, and run none')
    .option('--all', 'also those again that were killed before the tests or other files changed')
    .option('--show <id>', 'one mutant, as a diff')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined });
}

async function main(argv: readonly string[], io: Io): Promise<number> {
  const options = programFor(io).parse(argv, { from: 'user' }).opts<Options>();
  const files = readFiles(ROOT);
  const all = mutatedFiles(files).flatMap((file) => mutantsOf(file, files.get(file)!));
  if (options.show !== undefined) return show(options.show, all, io);
  const { only } = options;
  const eligible = only === undefined ? all : all.filter(({ file }) => file.includes(only));
  if (eligible.length === 0) throw new UsageError(`no mutant is in a file like '${only}'`);
  const sample = sampled(eligible, options.count, options.seed);
  if (options.list === true) {
    for (const mutant of sample) io.out(`${titleOf(mutant)}\n`);
    return 0;
  }
  const results = await judgeAll(sample, files, options, io);
  if (results === undefined) return INCOMPLETE;
  return report(
    sample.map((mutant) => ({ mutant, result: results.get(mutant.id)! })),
    all,
    io,
  );
}

function show(id: string, all: readonly Mutant[], io: Io): number {
  const mutant = all.find((one) => one.id === id);
  if (mutant === undefined) throw new UsageError(`no mutant is called '${id}'`);
  io.out(shown(mutant));
  return 0;
}

/** The results of the whole sample, old and new; undefined when it was interrupted. */
async function judgeAll(
  sample: readonly Mutant[],
  files: Files,
  options: Options,
  io: Io,
): Promise<ReadonlyMap<string, Result> | undefined> {
  const known = readKnown(KNOWN);
  const project = digestOf(files);
  const results = new Map<string, Result>();
  for (const { id, file } of sample) {
    const now = { file: digest(files.get(file)!, 16), project };
    const result = known.results.get(id);
    if (isCurrent(result, now, options.all === true)) results.set(id, result);
  }
  const open = sample.filter(({ id }) => !results.has(id));
  const begun = Date.now();
  const done = () => results.size - (sample.length - open.length);
  const found = (result: Result) => {
    append(KNOWN, result);
    results.set(result.id, result);
    const each = (Date.now() - begun) / done() / 1000;
    const left = Math.ceil((each * (open.length - done())) / 60);
    io.progress(
      `${results.size} of ${sample.length} mutants, ${each.toFixed(1)} s each, ${left} min left`,
    );
  };
  try {
    io.progress(`${open.length} mutants to run; first the tests without any`);
    const { workers } = options;
    const measured = (line: Baseline) => append(KNOWN, line);
    const run = { root: ROOT, files, workers, stop: io.stop, known, measured, found };
    if (open.length > 0) await runAll(open, run);
    return results;
  } catch (error) {
    if (!io.stop.aborted) throw error;
    io.err(`interrupted: ${results.size} of ${sample.length} done; the same command goes on\n`);
    return undefined;
  }
}

function report(judged: readonly Judged[], all: readonly Mutant[], io: Io): number {
  const entries = readEntries(readFileSync(join(ROOT, 'mutants/equivalent.txt'), 'utf8'));
  io.out(table(judged, entries));
  io.out(survivors(judged, entries));
  for (const { title } of stale(entries, all)) io.out(`\nno longer in the code: ${title}\n`);
  const wrong = refuted(entries, judged);
  for (const { title } of wrong) io.out(`\nexplained, and yet killed: ${title}\n`);
  return wrong.length === 0 && perCent(judged, entries) >= ENOUGH ? 0 : 1;
}

endsAsInterrupted();
await script('mutants', main);
