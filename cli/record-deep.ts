/**
 * `npm run record:deep`: as many operations as are asked for, put to the kernel that runs here and
 * judged by its model at once. Only sequences that differ are kept.
 */
import { Command } from 'commander';
import { count, lines, thousands } from '../evidence/text.ts';
import { LETTERS_MAX } from '../recorder/calls.ts';
import { table } from '../runs/tallies.ts';
import { SEQUENCES_A_BATCH, judgeKernel } from '../runs/live/deep.ts';
import type { DeepOrder, Judgements } from '../runs/live/deep.ts';
import { NUMBER_MAX } from '../traces/format.ts';
import type { FilesystemName } from '../traces/format.ts';
import { INCOMPLETE, INTERNAL, HOLDS, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { filesystemOption } from './kernel-options.ts';
import { whole } from './options.ts';
import { refuseUnwritable, save } from './save.ts';
import { endsAsInterrupted, script } from './script.ts';

interface Options {
  readonly fs: FilesystemName;
  readonly total: number;
  readonly operations: number;
  readonly seed: number;
  readonly allCalls?: boolean;
  readonly save?: string;
}

/** Each batch has the next one. */
const SEED_MAX = NUMBER_MAX - 100_000_000;

const HELP = `
Blocks a page (1, 2, 4) and modes (plain, enospc) take turns, ${SEQUENCES_A_BATCH} sequences each;
batch n has seed S + n, with which 'writepath record' records it again.
Exit codes: 0 all agrees or has a name; 1 a difference that has none; 2 bad usage, or a machine that
cannot be recorded; 3 not all was judged, or interrupted; 70 the model failed.`;

const programFor = (io: Io): Command =>
  new Command('npm run record:deep --')
    .description('Records the kernel that runs here, and judges it by its model, as root.')
    .addOption(filesystemOption(['xfs', 'ext4', 'ext4d']))
    .option('--total <n>', 'operations', whole({ min: 1, max: 1_000_000_000 }), 1_000_000)
    .option('--operations <n>', 'of each sequence', whole({ min: 1, max: LETTERS_MAX }), 12)
    .option('--seed <n>', 'where randomness begins', whole({ min: 0, max: SEED_MAX }), 1)
    .option('--all-calls', 'also truncate, fallocate, punch and zero ranges, stores, two files')
    .option('--save <file>', 'write the traces that differ, one a line')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined });

async function main(argv: readonly string[], io: Io): Promise<number> {
  const options = programFor(io).parse(argv, { from: 'user' }).opts<Options>();
  const { fs, operations, seed, total, allCalls = false } = options;
  if (options.save !== undefined) refuseUnwritable(options.save);
  const order = {
    fs,
    operations,
    seed,
    all_calls: allCalls,
    sequences: Math.ceil(total / operations),
  };
  const began = performance.now();
  const all = await judgeKernel(order, {
    stop: io.stop,
    progress: ({ tally }) =>
      io.progress(
        `${count(tally.all.compared, 'operation')}, ${tally.all.unexplained} unexplained`,
      ),
  });
  const seconds = (performance.now() - began) / 1000;
  if (all.cannot !== undefined && all.sequences === 0) {
    throw new UsageError(`cannot record: ${all.cannot}`);
  }
  if (options.save !== undefined) save(options.save, lines(all.kept));
  io.out(figures(all, order, seconds));
  if (all.cannot !== undefined) io.err(`record:deep: cannot record: ${all.cannot}\n`);
  const isWhole = all.sequences === order.sequences;
  if (!isWhole) {
    io.err(`record:deep: stopped after ${all.sequences} of ${order.sequences} sequences\n`);
  }
  if (all.tally.all.unexplained > 0) return VIOLATED;
  if (all.failed > 0) return INTERNAL;
  return isWhole && all.tally.incomplete === 0 ? HOLDS : INCOMPLETE;
}

function figures(all: Judgements, order: DeepOrder, seconds: number): string {
  const { fs, seed, all_calls } = order;
  const { tally, kinds, failed, withheld } = all;
  const ran = `${count(all.sequences, 'sequence')} of ${thousands(order.sequences)}`;
  return lines([
    `${fs}${all_calls ? ', all calls' : ''}, seed ${seed}: ${ran}; ` +
      `${thousands(Math.round(tally.all.compared / seconds))} operations a second`,
    ...table({ by: new Map([[fs, tally]]) }),
    ...(tally.incomplete > 0 ? [`incomplete: ${thousands(tally.incomplete)}`] : []),
    ...(failed > 0 ? [`the model failed: ${thousands(failed)}`] : []),
    ...(kinds.size === 0 ? [] : ['differences:']),
    ...[...kinds]
      .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .map(([kind, n]) => `${thousands(n).padStart(8)}  ${kind}`),
    `withheld: ${withheld}`,
  ]);
}

endsAsInterrupted();
await script('record:deep', main);
