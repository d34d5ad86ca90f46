/** The command line: what can be asked, and what it is answered with. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../evidence/version.ts';
import { catalog, withFiles } from './catalog.ts';
import type { Ask, Catalog } from './catalog.ts';
import { check } from './check.ts';
import type { CheckOptions } from './check.ts';
import { addConform } from './conform.ts';
import { addCost } from './cost.ts';
import { again } from './again.ts';
import { BAD_INPUT, HOLDS, failure } from './exit.ts';
import { withCheckForms } from './forms.ts';
import { addFuzz } from './fuzz.ts';
import { addLive } from './live.ts';
import { addLocks } from './locks.ts';
import type { Io } from './io.ts';
import { list } from './list.ts';
import { matrix } from './matrix.ts';
import { addMutant } from './mutant.ts';
import { addNew } from './new-design.ts';
import { addRecord } from './record.ts';
import { mend } from './mend.ts';
import { addMerge } from './merge.ts';
import { shard, whole, withBounds, withForms, withLimits } from './options.ts';
import { isPart, part } from './part.ts';
import type { PartOptions } from './part.ts';
import { takenAgain } from './replay.ts';
import { addStep } from './step.ts';

const EXIT_CODES = `
Exit codes: 0 all that was asked holds, 1 violated, 2 usage or bad input,
3 incomplete or vacuous (never read it as a pass), 70 an error of the checker.`;

const DESIGN =
  "designs; '*' stands for any part of a name, and a family's name for all of it; or files of " +
  'your own, as ./mine.ts, and directories of them (default: all designs that are listed)';

/** Runs one command line; returns the exit code. `designs` is the module that lists them. */
export async function run(argv: readonly string[], io: Io, designs?: string): Promise<number> {
  let code = HOLDS;
  try {
    const program = programFor(await catalog(designs), io, (result) => (code = result));
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

const repeated = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

function programFor(all: Catalog, io: Io, end: (code: number) => void): Command {
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

  const matrixCommand = program
    .command('matrix')
    .description('every design in every scenario, as a table of designs against properties')
    .argument('[design...]', DESIGN)
    .option('--scenario <name>', 'only this one; may be repeated', repeated)
    .option('--workers <n>', 'threads (default: one a core)', whole({ min: 1, max: 64 }))
    .option('--shard <k/n>', 'only part K of N, into a file for `writepath merge`', shard)
    .option('--out <file>', 'the file of --shard');
  withForms(matrixCommand)
    .addHelpText(
      'after',
      '\nExits with 0 when all is as it is on record (scenarios/recorded.json), else 1;' +
        '\n3 when a run did not end, or a row of a design never ran.',
    )
    .addHelpText('after', '\nExample:\n  writepath matrix page-at-a-time recvfile')
    .action((named: string[], options: PartOptions) => {
      const does = isPart(options) ? part : matrix;
      return ask(named, (asked, designs) => does(asked, designs, options, io));
    });

  checkCommand(program, ask, io);
  addMerge(program, ask, io);
  addFuzz(program, ask, { repeated, io });

  addCost(program, ask, { designs: DESIGN, io });
  addStep(program, ask, io);
  addNew(program, { all, io, end });
  addMutant(program, { io, end });
  addRecord(program, { io, end });
  addConform(program, { io, end });
  addLive(program, { io, end });
  addLocks(program, ask, { designs: DESIGN, repeated, io });

  program
    .command('mend')
    .description('the smallest sets of mends with which a design keeps every promise, and why')
    .argument('<design>', 'one design, or a file that has one')
    .addHelpText('after', '\nExits with 0 when there is such a set, or nothing to mend, else 1.')
    .addHelpText('after', '\nExample:\n  writepath mend page-at-a-time')
    .action((named: string) => ask([named], (asked, names) => mend(asked, names, io)));

  program
    .command('replay')
    .description('takes the trace of a file that --save wrote again, without a search')
    .argument('<file>', 'a replay file')
    .argument('[designs...]', 'files of your own that have its design, as ./mine.ts')
    .option('--html <file>', 'write it to a page that has the model in it')
    .addHelpText(
      'after',
      '\nExits with 1 when the promise is broken again, with 2 when the file is stale.',
    )
    .addHelpText('after', '\nExample:\n  writepath replay short.json')
    .action((file: string, named: string[], { html }: { html?: string }) =>
      ask(named, (asked) => takenAgain('replay', asked, file, io, html)),
    );

  program
    .command('verify')
    .description(
      'takes such a trace again with a second, small interpreter, and compares all states',
    )
    .argument('<file>', 'a replay file')
    .argument('[designs...]', 'files of your own that have its design, as ./mine.ts')
    .addHelpText(
      'after',
      '\nExits with 1 when both agree and the promise is broken again, with 2 when the file' +
        '\nis stale, with 70 when they do not agree.',
    )
    .addHelpText('after', '\nExample:\n  writepath verify short.json')
    .action((file: string, named: string[]) =>
      ask(named, (asked) => takenAgain('verify', asked, file, io)),
    );

  program
    .command('list')
    .description('the names of all designs, scenarios, properties and faults')
    .option('--json', 'as one JSON object: designs, scenarios, properties, faults')
    .addHelpText('after', '\nExample:\n  writepath list --json')
    .action((options: { json?: boolean }) => end(list(all, options, io)));

  return program;
}

function checkCommand(program: Command, ask: Ask, io: Io): void {
  const command = program
    .command('check')
    .description('searches every state of a design in a scenario, within bounds')
    .argument('[design...]', DESIGN)
    .option('--scenario <name>', 'only this one; may be repeated', repeated)
    .option('--property <name>', 'only this one; may be repeated', repeated);
  withLimits(withBounds(command))
    .option('--json', 'one object a line, for each design in each scenario')
    .option('--all', 'also all distinct ways to break a promise, by the row at fault')
    .option('--save <file>', 'write the shortest counterexample to a replay file')
    .option('--html <file>', 'write it to a page that has the model in it; or the run that holds')
    .option('--checkpoint <file>', 'keep what was done in it, and go on from there')
    .option('--every <seconds>', 'so often (default: 60)', whole({ min: 1, max: 86_400 }))
    .option('--compact', 'keep 8 bytes a state: one may be left out, by a chance that is printed');
  withCheckForms(command)
    .addHelpText('after', EXIT_CODES)
    .addHelpText(
      'after',
      '\nExamples:\n  writepath check recvfile --scenario receive-is-short --save short.json\n' +
        "  writepath check 'multipage-rfc/locked,*' --property no-lost-write --pages 1",
    )
    .option('--watch', 'again whenever a file of the design, or what it imports, is saved')
    .action(async (named: string[], options: CheckOptions & { readonly watch?: boolean }) => {
      const once = (sources: string[]) =>
        ask(named, (asked, designs) => check(asked, designs, options, io), sources);
      if (options.watch) await again(named, once, io);
      else await once([]);
    });
}
