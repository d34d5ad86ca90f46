/**
 * `fuzz`: random runs of a design, for sizes that no search can exhaust. What it finds it shrinks,
 * and shows as a search would; that it found nothing proves nothing, and the verdict says so.
 */
import { setImmediate } from 'node:timers/promises';
import type { Command } from 'commander';
import { mail } from '../evidence/mail.ts';
import type { Run } from '../evidence/outcome.ts';
import { replayFile } from '../evidence/replay-file.ts';
import { namedSteps } from '../evidence/report.ts';
import { count } from '../evidence/text.ts';
import { fuzz } from '../properties/fuzz.ts';
import type { Fuzzed } from '../properties/fuzz.ts';
import { prepare } from '../runs/check.ts';
import { HOLDS, INCOMPLETE, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { boundsOf, fitting, whole, withBounds, written } from './options.ts';
import type { BoundOptions } from './options.ts';
import { refuseUnwritable, save } from './save.ts';
import { pairs } from './select.ts';

interface FuzzOptions extends BoundOptions {
  readonly scenario?: readonly string[];
  readonly property?: readonly string[];
  readonly seed: number;
  readonly runs: number;
  readonly json?: boolean;
  readonly save?: string;
}

const SEED_MAX = 2 ** 31 - 1;

/** Adds the command to a program; `repeated` gathers an option that may be given again. */
export function addFuzz(
  program: Command,
  repeated: (value: string, before?: readonly string[]) => readonly string[],
  io: Io,
  end: (code: number) => void,
): void {
  const command = program
    .command('fuzz')
    .description('takes random steps, for sizes that cannot be searched, and shrinks what it finds')
    .argument('<design>', "a design; '*' stands for any part of its name")
    .option('--scenario <name>', 'only this one; may be repeated', repeated)
    .option('--property <name>', 'only this one; may be repeated', repeated)
    .option('--seed <n>', 'where randomness begins', whole({ min: 0, max: SEED_MAX }), 1)
    .option('--runs <n>', 'random runs a scenario', whole({ min: 1, max: 1_000_000 }), 100);
  withBounds(command)
    .option('--json', 'one object a line, for each design in each scenario')
    .option('--save <file>', 'write the first counterexample to a replay file')
    .addHelpText(
      'after',
      '\nExits with 0 when no run broke a promise (which proves nothing), else 1.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  writepath fuzz recvfile --scenario enospc-on-the-17th-page',
    )
    .action(async (design: string, options: FuzzOptions) => {
      end(await fuzzCommand(design, options, io));
    });
}

async function fuzzCommand(design: string, options: FuzzOptions, io: Io): Promise<number> {
  const bounds = boundsOf(options);
  const asked = fitting(pairs([design], options.scenario, options.property), bounds, {
    named: options.scenario !== undefined,
    skipped: (why) => io.err(`writepath: not asked at these bounds: ${why}\n`),
  });
  if (options.save !== undefined) refuseUnwritable(options.save);
  const { seed, runs } = options;
  let first: Failed | undefined;
  for (const pair of asked) {
    if (io.stop.aborted) break;
    const run = prepare(pair.design, pair.scenario, bounds, pair.properties);
    const fuzzed = await sampled(run, options, io);
    if (options.json) io.out(jsonOf(run, fuzzed, seed));
    else if (asked.length > 1 || !fuzzed.failure) io.out(lineOf(run, fuzzed));
    if (fuzzed.failure) first ??= { run, fuzzed, ...fuzzed.failure };
  }
  if (io.stop.aborted) io.err('writepath: interrupted\n');
  if (first === undefined) return io.stop.aborted ? INCOMPLETE : HOLDS;
  if (!options.json) io.out(`${asked.length > 1 ? '\n' : ''}${mailOf(first, options)}`);
  if (options.save !== undefined) {
    save(
      options.save,
      replayFile(first.run, first.property, first.actions, { by: 'fuzz', seed, runs }),
    );
  }
  return VIOLATED;
}

/** Runs between two looks at whether to stop. */
const BATCH = 50;

/** Batches with seeds of their own, until one breaks a promise. */
async function sampled(run: Run, { seed, runs }: FuzzOptions, io: Io): Promise<Fuzzed> {
  const sum = { runs: 0, steps: 0 };
  while (sum.runs < runs && !io.stop.aborted) {
    const batch = Math.min(BATCH, runs - sum.runs);
    const fuzzed = fuzz(run.system, { seed: (seed + sum.runs) % SEED_MAX, runs: batch });
    sum.runs += fuzzed.runs;
    sum.steps += fuzzed.steps;
    if (fuzzed.failure) return { ...sum, failure: fuzzed.failure };
    io.progress(`${run.design.name} ${run.scenario.name}: ${count(sum.runs, 'run')}`);
    await setImmediate();
  }
  return sum;
}

/** A run in which a promise was broken. */
interface Failed {
  readonly run: Run;
  readonly fuzzed: Fuzzed;
  readonly property: string;
  readonly actions: readonly number[];
}

function lineOf(run: Run, { runs, steps, failure }: Fuzzed): string {
  const where = `${run.design.name} in ${run.scenario.name}`;
  const seen = `${count(runs, 'run')}, ${count(steps, 'step')}`;
  return failure === undefined
    ? `${where}: sampled: ${seen}, none violated; nothing is proved\n`
    : `${where}: violated: ${failure.property}, in ${count(failure.actions.length, 'step')}\n`;
}

function mailOf({ run, fuzzed, property, actions }: Failed, options: FuzzOptions): string {
  const { seed, runs } = options;
  return mail({
    run,
    property: run.properties.find(({ name }) => name === property)!,
    actions,
    found: { by: 'fuzz', seed, runs: fuzzed.runs },
    command:
      `npx writepath fuzz ${run.design.name} --scenario ${run.scenario.name}` +
      properties(options.property) +
      ` --seed ${seed} --runs ${runs}${written(options)}`,
  });
}

const properties = (names: readonly string[] = []): string =>
  names.map((name) => ` --property ${name}`).join('');

function jsonOf(run: Run, { runs, steps, failure }: Fuzzed, seed: number): string {
  return `${JSON.stringify({
    design: run.design.name,
    scenario: run.scenario.name,
    verdict: failure === undefined ? 'sampled' : 'violated',
    seed,
    runs,
    steps,
    bounds: run.setup,
    property: failure?.property ?? null,
    trace: failure ? namedSteps(run, failure.actions) : null,
  })}\n`;
}
