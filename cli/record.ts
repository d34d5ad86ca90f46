/** `record`: asks the kernel that runs here, and writes down what it did, as traces. */
import type { Command } from 'commander';
import { count } from '../evidence/text.ts';
import { LETTERS_MAX } from '../recorder/calls.ts';
import { Cannot } from '../recorder/cannot.ts';
import { contentOf } from '../recorder/content.ts';
import type { Blocks } from '../recorder/geometry.ts';
import { record } from '../recorder/record.ts';
import { FILESYSTEMS, NUMBER_MAX } from '../traces/format.ts';
import type { On } from './command.ts';
import { HOLDS, INCOMPLETE, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { addKernelOptions } from './kernel-options.ts';
import type { KernelOptions } from './kernel-options.ts';
import { whole } from './options.ts';
import { refuseUnwritable, save } from './save.ts';

interface RecordOptions extends KernelOptions {
  readonly seed: number;
  readonly sequences: number;
  readonly operations: number;
  readonly allCalls?: boolean;
}

/** All lines are kept in memory until they are written: about 2 KiB each. */
const SEQUENCES_MAX = 200_000;

export function addRecord(program: Command, { io, end }: On): void {
  const command = program
    .command('record')
    .description(
      'random sequences of system calls on a file of the kernel that runs here, on a filesystem\n' +
        'in memory, and what was seen of the file after each; as root',
    )
    .argument('<out>', 'the file to write, one JSON object a sequence; gzip where it ends in .gz');
  addKernelOptions(command, FILESYSTEMS)
    .option('--seed <n>', 'where randomness begins', whole({ min: 0, max: NUMBER_MAX }), 1)
    .option('--sequences <n>', 'how many', whole({ min: 1, max: SEQUENCES_MAX }), 100)
    .option('--operations <n>', 'of each sequence', whole({ min: 1, max: LETTERS_MAX }), 12)
    .option(
      '--all-calls',
      'also truncate, fallocate, punch and zero ranges, mapped stores, and a second file',
    )
    .addHelpText(
      'after',
      '\nSequences that saw bytes which they had not written are counted (withheld), not kept.' +
        '\nExits with 3 when interrupted: what was recorded until then is written.',
    )
    .addHelpText('after', '\nExample:\n  writepath record --fs xfs --sequences 250 xfs.jsonl.gz')
    .action(async (out: string, options: RecordOptions) => {
      end(await recordCommand(out, options, io));
    });
}

async function recordCommand(out: string, options: RecordOptions, io: Io): Promise<number> {
  refuseUnwritable(out);
  const { fs, mode, seed, sequences, operations, allCalls = false } = options;
  const blocks = Number(options.blocks) as Blocks;
  const order = { fs, blocks, mode, seed, sequences, operations, all_calls: allCalls };
  const progress = (done: number) => io.progress(`${done} of ${sequences} sequences`);
  const recording = await refusing(() => record(order, { stop: io.stop, progress }));
  save(out, contentOf(recording.lines, out));
  if (recording.interrupted) io.err('writepath: interrupted\n');
  io.out(
    `${out}: ${count(recording.lines.length, 'sequence')}, ` +
      `${count(recording.operations, 'operation')}\nwithheld: ${recording.withheld}\n`,
  );
  return recording.interrupted ? INCOMPLETE : HOLDS;
}

/** What the machine lacks is told as bad input is. */
export async function refusing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Cannot) throw new UsageError(`cannot record: ${error.message}`);
    throw error;
  }
}
