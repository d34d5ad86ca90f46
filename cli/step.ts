/**
 * `step`: a run taken by hand in the terminal. Commands come from the standard input, a line each,
 * so that a session can be written down and run again.
 */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { readReplay } from '../evidence/read-replay.ts';
import { HELP } from '../runs/session.ts';
import type { Said } from '../runs/session.ts';
import { refusing, whereText } from './blame.ts';
import type { Catalog } from './catalog.ts';
import type { On } from './command.ts';
import { HOLDS, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import type { Where } from './job.ts';
import { boundsOf, withBounds } from './options.ts';
import type { BoundOptions } from './options.ts';
import { Pool } from './pool.ts';
import { readSmall } from './read.ts';
import { save } from './save.ts';
import { pairs } from './select.ts';

interface StepOptions extends BoundOptions {
  readonly scenario?: string;
  readonly from?: string;
}

export function addStep(program: Command, { ask, io }: On): void {
  const command = program
    .command('step')
    .description('takes a run by hand: what can happen next, who waits, which promise is broken')
    .argument('<design>', 'a design, or a file that has one')
    .option('--scenario <name>', 'the scenario; without it the one of --from')
    .option('--from <file>', 'a replay file: > takes its steps');
  withBounds(command)
    .addHelpText('after', `\n${HELP}`)
    .addHelpText(
      'after',
      '\nExits with 1 where a promise is broken in the state in which it ends, else with 0.' +
        '\nExample:\n  writepath step recvfile --scenario receive-is-short',
    )
    .action((named: string, options: StepOptions) =>
      ask([named], (catalog, designs) => step(catalog, designs, options, io)),
    );
}

async function step(
  catalog: Catalog,
  designs: readonly string[],
  { scenario, from, ...bounds }: StepOptions,
  io: Io,
): Promise<number> {
  const file = from === undefined ? undefined : { name: from, content: readSmall(from) };
  const where = asked(catalog, designs, scenario, file);
  const order = {
    ...where,
    modules: catalog.modules,
    bounds: boundsOf(bounds),
    ...(file && { file }),
  };
  const pool = new Pool(1, io);
  // With lines that can be edited, where somebody types them.
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  const output = terminal ? { output: process.stdout } : {};
  const input = createInterface({ input: process.stdin, ...output, terminal, prompt: 'step> ' });
  // From now on no line is lost.
  const typed = input[Symbol.asyncIterator]();
  io.stop.addEventListener('abort', () => input.close(), { once: true });
  let actions: readonly number[] = [];
  let broken = false;
  /** False where it is over. */
  const does = async (line?: string): Promise<boolean> => {
    const answer = await pool.session({ ...order, actions, ...(line !== undefined && { line }) });
    if (answer.kind === 'failed') throw new UsageError(`${whereText(answer)}: ${answer.what}`);
    if (answer.kind === 'stuck') return false;
    const said = answer.value;
    ({ actions, broken } = said);
    io.out(said.text);
    if (said.write !== undefined) io.out(written(said.write));
    if (terminal && !said.ends) input.prompt();
    return !said.ends;
  };
  try {
    if (!(await does())) return HOLDS;
    for await (const line of typed) if (!(await does(line.trim()))) break;
    return broken ? VIOLATED : HOLDS;
  } finally {
    input.close();
    await pool.end();
  }
}

/** One design in one scenario: what was named, or what the file says. */
function asked(
  catalog: Catalog,
  designs: readonly string[],
  scenario: string | undefined,
  file: { readonly name: string; readonly content: string } | undefined,
): Where {
  const recorded = file && refusing(file.name, () => readReplay(file.content));
  const name = scenario ?? recorded?.scenario;
  if (name === undefined) throw new UsageError('name a --scenario, or a file with --from');
  const found = pairs(catalog, designs, [name]);
  if (found.length > 1) throw new UsageError(`${found.length} designs; step takes one at a time`);
  const [{ design, scenario: one }] = found as [(typeof found)[number]];
  if (recorded !== undefined && recorded.design !== design.name) {
    throw new UsageError(`${file!.name} is of ${recorded.design}, not of ${design.name}`);
  }
  return { design: design.name, scenario: one.name };
}

function written({ file, content, breaks }: NonNullable<Said['write']>): string {
  try {
    save(file, content);
    return `${file} written: it breaks ${breaks}\n`;
  } catch (error) {
    if (error instanceof UsageError) return `${error.message}\n`;
    throw error;
  }
}
