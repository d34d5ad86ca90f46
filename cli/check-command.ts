/** The command line of `check`. */
import type { Command } from 'commander';
import { HELPERS_MAX } from '../explorer/together.ts';
import { again } from './again.ts';
import { check } from './check.ts';
import type { CheckOptions } from './check.ts';
import { DESIGNS, EXIT_CODES, repeated } from './command.ts';
import type { On } from './command.ts';
import { withCheckForms } from './forms.ts';
import { whole, withBounds, withLimits } from './options.ts';

export function addCheck(program: Command, { ask, io }: On): void {
  const command = program
    .command('check')
    .description('searches every state of a design in a scenario, within bounds')
    .argument('[design...]', DESIGNS)
    .option('--scenario <name>', 'only this one; may be repeated', repeated)
    .option('--property <name>', 'only this one; may be repeated', repeated);
  withLimits(withBounds(command))
    .option('--json', 'one object a line, for each design in each scenario')
    .option('--all', 'also all distinct ways to break a promise, by the row at fault')
    .option('--save <file>', 'write the shortest counterexample to a replay file')
    .option('--html <file>', 'write it to a page that has the model in it; or the run that holds')
    .option('--checkpoint <file>', 'keep what was done in it, and go on from there')
    .option('--every <seconds>', 'so often (default: 60)', whole({ min: 1, max: 86_400 }))
    .option(
      '--workers <n>',
      'threads of a search of all states (default: one a core, at most 4)',
      whole({ min: 1, max: HELPERS_MAX }),
    )
    .option('--full', 'keep every state: no rows are taken with the step before them')
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
