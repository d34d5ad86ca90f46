/**
 * `npm run check:deep`: closes all sound designs at larger bounds than `npm start`. A run that has
 * ended is kept at once, so that after an interrupt, or a kill, the same command goes on.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { Piscina } from 'piscina';
import { INCOMPLETE, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { endsAsInterrupted, script } from './script.ts';
import { whole } from './options.ts';
import { BY_IMPORT } from './threads.ts';
import { count, thousands } from '../evidence/text.ts';
import { matches } from '../runs/scenario.ts';
import { readRecord } from '../runs/recorded.ts';
import { projectDigest } from '../runs/deep/project.ts';
import { append, readFound } from '../runs/deep/results.ts';
import type { Found } from '../runs/deep/results.ts';
import { deepRuns, soundDesigns } from '../runs/deep/runs.ts';
import type { DeepRun } from '../runs/deep/runs.ts';
import type { Order } from '../runs/deep/worker.ts';

interface Options {
  readonly maxStates: number;
  readonly workers: number;
  readonly only?: string;
}

const RESULTS = 'runs/deep/results.jsonl';

const HELP = `
Results are kept in ${RESULTS}: a run that was interrupted, or killed, goes on where it was.
Exit codes: 0 all is closed, and holds; 1 a promise is broken; 2 bad usage; 3 not all
is closed.`;

const programFor = (io: Io): Command =>
  new Command('npm run check:deep --')
    .description('Closes every sound design at larger bounds, and says how many states it took.')
    .option(
      '--max-states <n>',
      'states of a run',
      whole({ min: 1, max: 1_000_000_000 }),
      30_000_000,
    )
    .option('--workers <n>', 'runs at a time', whole({ min: 1, max: 64 }), 2)
    .option('--only <pattern>', 'only runs with such a name, as `iomap*`')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined });

async function main(argv: readonly string[], io: Io): Promise<number> {
  const { maxStates, workers, only } = programFor(io).parse(argv, { from: 'user' }).opts<Options>();
  const all = deepRuns(soundDesigns(readRecord()));
  const runs = only === undefined ? all : all.filter(({ id }) => matches(only, id));
  if (runs.length === 0) throw new UsageError(`no run has a name like '${only}'`);
  const path = join(process.cwd(), RESULTS);
  const project = projectDigest(process.cwd());
  const found = readFound(path, project);
  const open = runs.filter(({ id }) => isOpen(found.get(id), maxStates));
  const threads = new Piscina<Order, Found>({
    filename: new URL('../runs/deep/worker.js', import.meta.url).href,
    maxThreads: workers,
    ...BY_IMPORT,
  });
  const stopped = new Promise<void>((resolve) =>
    io.stop.addEventListener('abort', () => resolve(), { once: true }),
  );
  const done = Promise.all(
    open.map(async ({ id }) => {
      const result = await threads.run({ id, states: maxStates });
      append(path, { id, project, found: result });
      found.set(id, result);
      io.progress(`${runs.filter((one) => found.has(one.id)).length} of ${runs.length} runs`);
    }),
  );
  await Promise.race([done, stopped]);
  if (io.stop.aborted) {
    done.catch(() => undefined);
    await threads.destroy();
    io.err(`interrupted; the same command goes on\n`);
    return INCOMPLETE;
  }
  await threads.close();
  return report(runs, found, io);
}

/** Not run yet, or stopped by a smaller limit. */
const isOpen = (found: Found | undefined, states: number): boolean =>
  found === undefined || (found.limit === 'states' && found.states < states);

function report(runs: readonly DeepRun[], found: ReadonlyMap<string, Found>, io: Io): number {
  let states = 0;
  let transitions = 0;
  for (const { id } of runs) {
    const one = found.get(id)!;
    states += one.states;
    transitions += one.transitions;
    io.out(`${thousands(one.states).padStart(12)}  ${verdict(one).padEnd(10)} ${id}\n`);
    if (one.broken.length > 0) io.out(`${' '.repeat(14)}${one.broken.join(', ')}\n`);
  }
  io.out(
    `${thousands(states).padStart(12)}  states, ${thousands(transitions)} transitions, of ` +
      `${count(runs.length, 'run')}; 2 faults at most in each\n`,
  );
  const verdicts = new Set(runs.map(({ id }) => verdict(found.get(id)!)));
  if (verdicts.has('violated')) return 1;
  return verdicts.has('incomplete') ? INCOMPLETE : 0;
}

function verdict({ broken, limit }: Found): string {
  if (broken.length > 0) return 'violated';
  return limit === undefined ? 'holds' : 'incomplete';
}

endsAsInterrupted();
await script('check:deep', main);
