/**
 * `fuzz`: random runs of a design, for sizes that no search can exhaust. What it finds it shrinks, and
 * shows as a search would; that it found nothing proves nothing, and the verdict says so.
 */
import type { Command } from 'commander';
import { mail } from '../evidence/mail.ts';
import type { Run } from '../evidence/outcome.ts';
import { replayFile } from '../evidence/replay-file.ts';
import { namedSteps } from '../evidence/report.ts';
import { count } from '../evidence/text.ts';
import { prepare } from '../scenarios/check.ts';
import { HOLDS, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { boundsOf, fitting, whole, withBounds, written } from './options.ts';
import type { BoundOptions } from './options.ts';
import { refuseUnwritable, save } from './save.ts';
import { pairs } from './select.ts';

/** What came of so many random runs. */
export interface Sampled {
  readonly runs: number;
  readonly steps: number;
  readonly failure?: { readonly property: string; readonly actions: readonly number[] };
}

export type Fuzz = (
  run: Pick<Run, 'system' | 'properties' | 'observer'>,
  options: { readonly seed: number; readonly runs: number },
) => Sampled;

interface FuzzOptions extends BoundOptions {
  readonly scenario?: readonly string[];
  readonly seed: number;
  readonly runs: number;
  readonly json?: boolean;
  readonly save?: string;
}

const SEED_MAX = 2 ** 31 - 1;

/** Adds the command to a program; `repeated` gathers an option that may be given again. */
export function addFuzz(
  program: Command,
  fuzz: Fuzz,
  repeated: (value: string, before?: readonly string[]) => readonly string[],
  io: Io,
  end: (code: number) => void,
): void {
  const command = program
    .command('fuzz')
    .description('takes random steps, for sizes that cannot be searched, and shrinks what it finds')
    .argument('<design>', "a design; '*' stands for any part of its name")
    .option('--scenario <name>', 'only this one; may be repeated', repeated)
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
    .action((design: string, options: FuzzOptions) => {
      end(fuzzed(fuzz, design, options, io));
    });
}

function fuzzed(fuzz: Fuzz, design: string, options: FuzzOptions, io: Io): number {
  const bounds = boundsOf(options);
  const asked = fitting(pairs([design], options.scenario), bounds, {
    named: options.scenario !== undefined,
    skipped: (why) => io.err(`writepath: not asked at these bounds: ${why}\n`),
  });
  if (options.save !== undefined) refuseUnwritable(options.save);
  const { seed, runs } = options;
  let broken = false;
  for (const pair of asked) {
    const run = prepare(pair.design, pair.scenario, bounds, pair.properties);
    const sampled = fuzz(run, { seed, runs });
    io.out(options.json ? jsonOf(run, sampled, seed) : told(run, sampled, options));
    if (sampled.failure && !broken && options.save !== undefined) {
      const { property, actions } = sampled.failure;
      save(options.save, replayFile(run, property, actions, { by: 'fuzz', seed, runs }));
    }
    broken ||= sampled.failure !== undefined;
  }
  return broken ? VIOLATED : HOLDS;
}

function told(run: Run, { runs, steps, failure }: Sampled, options: FuzzOptions): string {
  const where = `${run.design.name} in ${run.scenario.name}`;
  if (failure === undefined) {
    const seen = `${count(runs, 'run')}, ${count(steps, 'step')}`;
    return `${where}: sampled: ${seen}, none violated; nothing is proved\n`;
  }
  const { seed } = options;
  return `${mail({
    run,
    property: run.properties.find(({ name }) => name === failure.property)!,
    actions: failure.actions,
    found: { by: 'fuzz', seed, runs },
    command:
      `npx writepath fuzz ${run.design.name} --scenario ${run.scenario.name}` +
      ` --seed ${seed} --runs ${options.runs}${written(options)}`,
  })}\n`;
}

function jsonOf(run: Run, { runs, steps, failure }: Sampled, seed: number): string {
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
