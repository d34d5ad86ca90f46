/**
 * `locks`: the orders in which tasks take locks, as lockdep would have them after all runs of a
 * design, and the cycles among them. Each run is alone in its thread, and results are put in order
 * before they are shown: the number of workers cannot be seen in the output.
 */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { isCircular, isClosed, locksJson, locksText } from '../evidence/locks.ts';
import type { LocksOfRun } from '../evidence/locks.ts';
import { count } from '../evidence/text.ts';
import { joined } from '../runs/locks.ts';
import { failedLine } from './blame.ts';
import type { Catalog } from './catalog.ts';
import { DESIGNS, repeated } from './command.ts';
import type { On } from './command.ts';
import { HOLDS, INCOMPLETE, VIOLATED, withFailures } from './exit.ts';
import type { Io } from './io.ts';
import type { Answer } from './job.ts';
import { limitsOf, whole, withLimits } from './options.ts';
import type { LimitOptions } from './options.ts';
import { Pool } from './pool.ts';
import { pairs } from './select.ts';

interface LocksOptions extends LimitOptions {
  readonly scenario?: readonly string[];
  readonly workers?: number;
  readonly json?: boolean;
}

export function addLocks(program: Command, { ask, io }: On): void {
  const command = program
    .command('locks')
    .description('the orders in which locks are taken, in all states, and the cycles among them')
    .argument('[design...]', DESIGNS)
    .option('--scenario <name>', 'only this one; may be repeated', repeated)
    .option('--workers <n>', 'threads (default: one a core)', whole({ min: 1, max: 64 }));
  withLimits(command)
    .option('--json', 'one object a line, for each design')
    .addHelpText(
      'after',
      '\nA cycle is found though no run deadlocks: each of its orders was seen in some run.' +
        '\nA trace lists who moves: writer1*3 reader is three steps of writer1, one of reader.' +
        '\nExits with 0 when there is no cycle, 1 when there is one, 3 when a run did not end.',
    )
    .addHelpText('after', '\nExample:\n  writepath locks recvfile multipage --scenario two-writers')
    .action((named: string[], options: LocksOptions) =>
      ask(named, (catalog, names) => locks(catalog, names, options, io)),
    );
}

async function locks(
  catalog: Catalog,
  names: readonly string[],
  options: LocksOptions,
  io: Io,
): Promise<number> {
  const asked = pairs(catalog, names, options.scenario);
  const workers = Math.min(options.workers ?? availableParallelism(), asked.length);
  const pool = new Pool(workers, io);
  let left = asked.length;
  const answers = await Promise.all(
    asked.map(async ({ design, scenario }) => {
      const where = { design: design.name, scenario: scenario.name };
      const job = { ...where, modules: catalog.modules, bounds: {}, copy: true };
      const answer = await pool.locks({ ...job, limits: limitsOf(options) });
      io.progress(`${count(--left, 'run')} to come`);
      return { ...where, answer };
    }),
  ).finally(() => pool.end());

  const failures = answers.flatMap(({ answer }) => (answer.kind === 'failed' ? [answer] : []));
  const designs = [...new Set(asked.map(({ design }) => design.name))];
  const found = designs.map((name) =>
    joined(
      name,
      answers.flatMap(({ design, scenario, answer }) =>
        design === name ? [runOf(scenario, answer)] : [],
      ),
    ),
  );
  if (options.json) found.forEach((one) => io.out(locksJson(one)));
  else io.out(locksText(found));
  failures.forEach((failed) => io.err(failedLine(failed)));
  if (io.stop.aborted) io.err('writepath: interrupted; nothing is said of what was not seen\n');
  const code = found.every(isClosed) ? HOLDS : INCOMPLETE;
  return withFailures(found.some(isCircular) ? VIOLATED : code, failures);
}

/** What did not come to an end is a run of which not all is known. */
function runOf(scenario: string, answer: Answer<LocksOfRun>): LocksOfRun {
  if (answer.kind === 'done') return answer.value;
  return { scenario, states: 0, limit: 'interrupted', orders: [], exclusive: [] };
}
