/** The command line: what can be asked, and what it is answered with. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../evidence/version.ts';
import { catalog, withFiles } from './catalog.ts';
import type { Ask, Catalog } from './catalog.ts';
import { EXIT_CODES } from './command.ts';
import type { Add } from './command.ts';
import { BAD_INPUT, HOLDS, failure } from './exit.ts';
import type { Io } from './io.ts';

/** Every command with what adds it. Only the file of the one that is asked for is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  matrix: async () => (await import('./matrix-command.ts')).addMatrix,
  check: async () => (await import('./check-command.ts')).addCheck,
  merge: async () => (await import('./merge.ts')).addMerge,
  fuzz: async () => (await import('./fuzz.ts')).addFuzz,
  cost: async () => (await import('./cost.ts')).addCost,
  step: async () => (await import('./step.ts')).addStep,
  new: async () => (await import('./new-design.ts')).addNew,
  mutant: async () => (await import('./mutant.ts')).addMutant,
  record: async () => (await import('./record.ts')).addRecord,
  conform: async () => (await import('./conform.ts')).addConform,
  live: async () => (await import('./live.ts')).addLive,
  locks: async () => (await import('./locks.ts')).addLocks,
  mend: async () => (await import('./mend.ts')).addMend,
  replay: async () => (await import('./replay.ts')).addReplay,
  verify: async () => (await import('./replay.ts')).addVerify,
  list: async () => (await import('./list.ts')).addList,
};

/** Runs one command line; returns the exit code. `designs` is the module that lists them. */
export async function run(argv: readonly string[], io: Io, designs?: string): Promise<number> {
  let code = HOLDS;
  try {
    const all = await catalog(designs);
    const program = await programFor(argv[0], all, io, (result) => (code = result));
    if (argv.length === 0)
      throw new CommanderError(BAD_INPUT, '', 'no command; try writepath --help');
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return HOLDS; // --help, --version
    const { code: failed, line } = failure(error);
    io.err(`writepath: ${line}\n`);
    if (process.env['WRITEPATH_DEBUG'] === '1' && error instanceof Error)
      io.err(`${error.stack}\n`);
    return failed;
  }
}

/** With the command of that name; with all of them, where there is none. */
async function programFor(
  name: string | undefined,
  all: Catalog,
  io: Io,
  end: (code: number) => void,
): Promise<Command> {
  const ask: Ask = async (named, work, sources) => {
    const { catalog: asked, designs } = await withFiles(all, named, io);
    sources?.push(...asked.sources);
    // Of files alone, none of which can be used, all has been said.
    const none = asked.failed && designs.length === 0;
    const code = none ? BAD_INPUT : await work(asked, designs);
    end(asked.failed ? Math.max(code, BAD_INPUT) : code);
  };
  const program = new Command('writepath')
    .description(
      'Checks designs of the buffered write path: every interleaving, every failure,\n' +
        'within the bounds that are stated; and prints the shortest counterexample.',
    )
    .version(VERSION)
    .exitOverride()
    // Errors are printed in one place, as one line.
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined })
    .addHelpText('after', EXIT_CODES)
    .addHelpText('after', '\nExample:\n  writepath check recvfile --scenario receive-is-short');
  const known = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  for (const load of known === undefined ? Object.values(COMMANDS) : [known]) {
    (await load())(program, { all, ask, io, end });
  }
  return program;
}
