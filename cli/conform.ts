/** `conform`: what a kernel was seen to do, held against the model of that kernel. */
import { setImmediate } from 'node:timers/promises';
import { Option } from 'commander';
import type { Command } from 'commander';
import { lines } from '../evidence/text.ts';
import { Judges, tooMuch } from '../runs/conform.ts';
import type { Judge } from '../runs/conform.ts';
import { DIFFERENCES } from '../runs/differences.ts';
import type { Class } from '../runs/differences.ts';
import { disagreement } from '../runs/disagreement.ts';
import { Kinds } from '../runs/kinds.ts';
import { KERNEL, modelOf } from '../runs/models.ts';
import { Tallies, jsonOf, summary, table } from '../runs/tallies.ts';
import type { FileTallies } from '../runs/tallies.ts';
import { unfit } from '../traces/fits.ts';
import { BadTrace, readTrace } from '../traces/format.ts';
import type { FilesystemName, Trace } from '../traces/format.ts';
import type { On } from './command.ts';
import { HOLDS, INCOMPLETE, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { linesOf } from './lines.ts';

interface ConformOptions {
  readonly filesystem?: FilesystemName;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly outcomes?: boolean;
}

export function addConform(program: Command, { io, end }: On): void {
  program
    .command('conform')
    .description('holds traces of a kernel against its model: what it did, the model must allow')
    .argument('<traces...>', 'files as `writepath record` writes them, plain or gzip')
    .addOption(
      new Option(
        '--filesystem <name>',
        'judge by the model of this one (default: as each trace says)',
      ).choices(['xfs', 'ext4', 'ext4d']),
    )
    .option('--all', 'every difference, not only the first of each kind')
    .option('--outcomes', 'kinds of outcome that the model allows and no trace has')
    .option('--json', 'one object a line, for each file')
    .addHelpText(
      'after',
      '\nxfs, ext4 (nodelalloc, data=ordered) and ext4d (delayed allocation) of Linux ' +
        `${KERNEL} have a model.\n` +
        'Exit codes: 0 all agrees, 1 a difference that has no name, 2 usage or bad input,\n' +
        '3 incomplete: too many states, or interrupted (never read it as agreement).',
    )
    .addHelpText('after', '\nExample:\n  writepath conform traces/linux-6.18/xfs-*.jsonl.gz')
    .action(async (files: string[], options: ConformOptions) => {
      end(await conform(files, options, io));
    });
}

/** `classes`: of difference, which are known. */
export async function conform(
  files: readonly string[],
  options: ConformOptions,
  io: Io,
  classes: readonly Class[] = DIFFERENCES,
): Promise<number> {
  const run: Run = {
    options,
    io,
    classes,
    judges: new Judges(),
    kinds: new Kinds(),
    told: new Set(),
  };
  const { stop } = io;
  const all: FileTallies[] = [];
  for (const file of files) {
    if (stop.aborted) break;
    const judged: FileTallies = { file, tallies: new Tallies(), kernels: new Set() };
    all.push(judged);
    await judgeFile(judged, run);
    io.out(options.json ? jsonOf(judged) : summary(judged));
  }
  if (!options.json) io.out(`\n${lines(table(together(all)))}`);
  if (!options.json && options.outcomes) io.out(`\n${run.kinds.text()}`);
  if (stop.aborted) io.err('writepath: interrupted; nothing is said of what was not judged\n');
  return codeOf(all, stop.aborted);
}

interface Run {
  readonly options: ConformOptions;
  readonly io: Io;
  readonly classes: readonly Class[];
  readonly judges: Judges;
  readonly kinds: Kinds;
  /** Kinds of difference that have been told. */
  readonly told: Set<string>;
}

/** Whoever interrupts is heard between so many sequences. */
const HEARD = 16;

async function judgeFile(judged: FileTallies, run: Run): Promise<void> {
  const { options, io, classes } = run;
  const { stop } = io;
  const { file, tallies, kernels } = judged;
  let number = 0;
  for await (const line of linesOf(file)) {
    ({ number } = line);
    if (number % HEARD === 0) await setImmediate();
    if (stop.aborted) return;
    const where = `${file}:${number}`;
    const { trace, judge } = understood(line.text, where, run);
    const outcome = judge.judge(trace);
    if (trace.kernel !== undefined) kernels.add(trace.kernel);
    run.kinds.add(trace, outcome);
    const ending = tallies.add(trace, outcome, classes);
    if (outcome.difference === undefined || options.json) continue;
    const called = ending.kind === 'named' ? ending.name : undefined;
    if (isTold(called ?? ending.kind, run)) continue;
    const at = { where, ...(called === undefined ? {} : { called }) };
    io.out(`${disagreement(judge, trace, outcome.difference, at)}\n`);
  }
  if (number === 0) throw new UsageError(`${file}: it is empty: no trace in it`);
}

/** Has a difference of that kind been told, and is one enough? */
function isTold(kind: string, { told, options }: Run): boolean {
  const known = told.has(kind);
  told.add(kind);
  return known && options.all !== true;
}

/** A line as a trace, with who can judge it. Throws UsageError, with where and why not. */
function understood(
  text: string,
  where: string,
  { judges, options: { filesystem } }: Run,
): { trace: Trace; judge: Judge } {
  const refused = (why: string): UsageError => new UsageError(`${where}: ${why}`);
  const said = readLine(text, refused);
  const trace = filesystem === undefined ? said : { ...said, fs: filesystem };
  const why = unfit(trace);
  if (why !== undefined) throw refused(why);
  const design = modelOf(trace.fs, trace);
  if (design === undefined) {
    throw refused(`${trace.fs} has no model; --filesystem judges it by that of another`);
  }
  const beyond = tooMuch(trace);
  if (beyond !== undefined) throw refused(beyond);
  return { trace, judge: judges.of(design, trace) };
}

function readLine(text: string, refused: (why: string) => UsageError): Trace {
  try {
    return readTrace(text);
  } catch (error) {
    if (error instanceof BadTrace) throw refused(error.message);
    throw error;
  }
}

function together(all: readonly FileTallies[]): Tallies {
  const sum = new Tallies();
  for (const { tallies } of all) sum.addAll(tallies);
  return sum;
}

/** A difference without a name stands, whatever else was not decided. */
function codeOf(all: readonly FileTallies[], interrupted: boolean): number {
  const { whole } = together(all);
  if (whole.all.unexplained > 0) return VIOLATED;
  return interrupted || whole.incomplete > 0 ? INCOMPLETE : HOLDS;
}
