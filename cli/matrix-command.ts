/** The command line of `matrix`. */
import type { Command } from 'commander';
import { DESIGNS, repeated } from './command.ts';
import type { On } from './command.ts';
import { matrix } from './matrix.ts';
import { shard, whole, withForms } from './options.ts';
import { isPart, part } from './part.ts';
import type { PartOptions } from './part.ts';

export function addMatrix(program: Command, { ask, io }: On): void {
  const command = program
    .command('matrix')
    .description('every design in every scenario, as a table of designs against properties')
    .argument('[design...]', DESIGNS)
    .option('--scenario <name>', 'only this one; may be repeated', repeated)
    .option('--workers <n>', 'threads (default: one a core)', whole({ min: 1, max: 64 }))
    .option('--shard <k/n>', 'only part K of N, into a file for `writepath merge`', shard)
    .option('--out <file>', 'the file of --shard');
  withForms(command)
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
}
