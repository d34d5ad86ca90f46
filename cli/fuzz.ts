/**
 * `fuzz`: random runs of a design, for sizes that no search can exhaust. What it finds it shrinks,
 * and shows as a search would; that it found nothing proves nothing, and the verdict says so.
 */
import type { Command } from 'commander';
import { continued } from '../evidence/mail.ts';
import { count, lines, thousands } from '../evidence/text.ts';
import { failedLine, whereText } from './blame.ts';
import { filesFor } from './catalog.ts';
import { keep, resolve, takeKept } from './corpus.ts';
import type { Catalog } from './catalog.ts';
import { repeated } from './command.ts';
import type { On } from './command.ts';
import { HOLDS, INCOMPLETE, UsageError, VIOLATED, withFailures } from './exit.ts';
import type { Io } from './io.ts';
import type { Answer, Failed, Sampled, Where } from './job.ts';
import { boundsOf, fitting, shard, whole, withBounds, written } from './options.ts';
import type { BoundOptions } from './options.ts';
import { Pool } from './pool.ts';
import { refuseUnwritable, save } from './save.ts';
import { BATCH, SEED_MAX, batchesIn } from './seeds.ts';
import { namesOf, pairs, whereOf, withoutLoops } from './select.ts';
import type { Pair } from './select.ts';
import { WHOLE, shardText } from './shards.ts';
import type { Shard } from './shards.ts';

interface FuzzOptions extends BoundOptions {
  readonly scenario?: readonly string[];
  readonly property?: readonly string[];
  readonly seed: number;
  readonly runs: number;
  readonly shard?: Shard;
  readonly json?: boolean;
  readonly save?: string;
}

export function addFuzz(program: Command, { ask, io }: On): void {
  const command = program
    .command('fuzz')
    .description('takes random steps, for sizes that cannot be searched, and shrinks what it finds')
    .argument('<design>', "a design; '*' stands for any part of its name; or a file, ./mine.ts")
    .option('--scenario <name>', 'only this one; may be repeated', repeated)
    .option('--property <name>', 'only this one; may be repeated', repeated)
    .option('--seed <n>', 'where randomness begins', whole({ min: 0, max: SEED_MAX }), 1)
    .option('--runs <n>', 'random runs a scenario', whole({ min: 1, max: 1_000_000 }), 100)
    .option('--shard <k/n>', `only part K of N, of its batches of ${BATCH} runs`, shard);
  withBounds(command)
    .option('--json', 'one object a line, for each design in each scenario')
    .option('--save <file>', 'write the first counterexample to a replay file')
    .addHelpText(
      'after',
      '\nExits with 0 when no run broke a promise (which proves nothing), with 1 when one did, ' +
        'and with 3 when none came to what the scenario is about.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  writepath fuzz recvfile --scenario enospc-on-the-17th-page',
    )
    .action((named: string, options: FuzzOptions) =>
      ask([named], (catalog, designs) => fuzzCommand(catalog, designs, options, io)),
    );
}

async function fuzzCommand(
  catalog: Catalog,
  designs: readonly string[],
  options: FuzzOptions,
  io: Io,
): Promise<number> {
  refuseEmpty(options);
  const bounds = boundsOf(options);
  const all = ofStates(pairs(catalog, designs, options.scenario, options.property));
  const asked = fitting(all, bounds, {
    named: options.scenario !== undefined,
    skipped: (why) => io.err(`writepath: not asked at these bounds: ${why}\n`),
  });
  if (options.save !== undefined) refuseUnwritable(options.save);
  const { first, failures, vacuous } = await samples(catalog, asked, options, io);
  if (io.stop.aborted) io.err('writepath: interrupted\n');
  if (first === undefined) {
    return withFailures(io.stop.aborted || vacuous ? INCOMPLETE : HOLDS, failures);
  }
  if (!options.json) {
    const { fast_check, command } = first;
    io.out(`${asked.length > 1 ? '\n' : ''}${first.mail}`);
    const { seed, path } = fast_check;
    io.out(`\nFound by fast-check, seed ${seed}, path "${path}":\n`);
    io.out(lines(continued(`npx writepath ${command}`)));
  }
  if (options.save !== undefined) save(options.save, first.file);
  return withFailures(VIOLATED, failures);
}

/** A part without a batch would pass without a run. */
function refuseEmpty({ runs, shard: { k, of } = WHOLE }: FuzzOptions): void {
  const all = batchesIn(runs);
  if (of <= all) return;
  throw new UsageError(
    `${count(runs, 'run')} are ${all === 1 ? '1 batch' : `${all} batches`} of ${BATCH}: too few ` +
      `for --shard ${shardText({ k, of })}`,
  );
}

/** Less what only loops can break: random runs look for none. */
function ofStates(asked: readonly Pair[]): readonly Pair[] {
  const left = asked.map(withoutLoops).filter(({ properties }) => properties.length > 0);
  if (left.length > 0) return left;
  const [only] = asked.flatMap(({ properties }) => properties.map(({ name }) => name));
  throw new UsageError(`${only} is broken by loops, which random runs do not find: use check`);
}

/** Samples one after the other, and prints each answer as it comes. */
async function samples(
  catalog: Catalog,
  asked: readonly Pair[],
  options: FuzzOptions,
  io: Io,
): Promise<{ first?: Sampled['found']; failures: readonly Failed[]; vacuous: boolean }> {
  const failures: Failed[] = [];
  let vacuous = false;
  let first: Sampled['found'];
  const { seed, runs } = options;
  const { modules } = catalog;
  const pool = new Pool(1, io);
  try {
    const stale = await takeKept(catalog, asked.map(namesOf), pool, io);
    stale.forEach((one) => resolve(one, undefined, io));
    for (const { design, scenario, properties } of asked) {
      if (io.stop.aborted) break;
      const names = properties.map(({ name }) => name);
      const job = {
        ...whereOf({ design, scenario }),
        modules,
        ...filesFor(catalog, { design: design.name, scenario: scenario.name, properties: names }),
        bounds: boundsOf(options),
        properties: names,
        seed,
        runs,
        ...(options.shard && { shard: options.shard }),
        command: optionsWritten(options),
        bounded: written(options),
      };
      const answer = await pool.fuzz(job, (taken) =>
        io.progress(`${job.design} ${job.scenario}: ${count(taken, 'run')}`),
      );
      tell(job, answer, { options, single: asked.length === 1, io });
      if (answer.kind === 'failed') failures.push(answer);
      if (answer.kind === 'done') {
        const { found } = answer.value;
        first ??= found;
        if (found !== undefined) keep(catalog, job, found, io);
        const left_out = answer.value.incapable && asked.length > 1;
        vacuous ||= verdictOf(answer.value) === 'vacuous' && !left_out;
      }
    }
  } finally {
    await pool.end();
  }
  return { failures, vacuous, ...(first && { first }) };
}

/** What is printed of one design in one scenario, as soon as it is known. */
function tell(
  where: Where,
  answer: Answer<Sampled>,
  how: { readonly options: FuzzOptions; readonly single: boolean; readonly io: Io },
): void {
  const { options, single, io } = how;
  switch (answer.kind) {
    case 'failed':
      io.err(failedLine(answer));
      return;
    case 'stuck':
      io.err(
        `writepath: incomplete: ${whereText(where)}: after ${thousands(answer.count)} runs, the ` +
          'next ones were cut off: a run took long, or a row of the design loops for ever\n',
      );
      return;
    case 'done':
      if (options.json) io.out(jsonOf(where, answer.value, options));
      else if (!single || !answer.value.found) io.out(lineOf(where, answer.value));
  }
}

function verdictOf({ found, did_not }: Sampled): 'violated' | 'vacuous' | 'sampled' {
  if (found !== undefined) return 'violated';
  return did_not.length > 0 ? 'vacuous' : 'sampled';
}

function lineOf(where: Where, sampled: Sampled): string {
  const { runs, steps, found, did_not } = sampled;
  const seen = `${count(runs, 'run')}, ${count(steps, 'step')}`;
  const head = `${whereText(where)}: ${verdictOf(sampled)}:`;
  if (found !== undefined) return `${head} ${found.property}, in ${count(found.steps, 'step')}\n`;
  if (did_not.length === 0) return `${head} ${seen}, none violated; nothing is proved\n`;
  return `${head} ${seen}, none violated, but none came to this: ${did_not.join('; ')}\n`;
}

/** The options as they are written, for the command that finds a counterexample again. */
function optionsWritten(options: FuzzOptions): string {
  const properties = (options.property ?? []).map((name) => ` --property ${name}`).join('');
  const part = options.shard === undefined ? '' : ` --shard ${shardText(options.shard)}`;
  return `${properties} --seed ${options.seed} --runs ${options.runs}${part}${written(options)}`;
}

function jsonOf(where: Where, sampled: Sampled, options: FuzzOptions): string {
  const { setup, runs, steps, found, did_not } = sampled;
  return `${JSON.stringify({
    design: where.design,
    scenario: where.scenario,
    verdict: verdictOf(sampled),
    not_asked: did_not,
    seed: options.seed,
    ...(options.shard && { shard: shardText(options.shard) }),
    runs,
    steps,
    bounds: setup,
    property: found?.property ?? null,
    fast_check: found?.fast_check ?? null,
    trace: found?.trace ?? null,
  })}\n`;
}
