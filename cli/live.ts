/** `live`: drives the kernel that runs here against its model, and shrinks what differs. */
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { count, lines } from '../evidence/text.ts';
import { LETTERS_MAX } from '../recorder/calls.ts';
import { contentOf } from '../recorder/content.ts';
import type { Blocks } from '../recorder/geometry.ts';
import { openSession } from '../recorder/session.ts';
import { Judges } from '../runs/conform.ts';
import { disagreement } from '../runs/disagreement.ts';
import { live } from '../runs/live/live.ts';
import type { Found, Live, LiveOrder } from '../runs/live/live.ts';
import { modelOf } from '../runs/models.ts';
import { NUMBER_MAX } from '../traces/format.ts';
import type { On } from './command.ts';
import { HOLDS, INCOMPLETE, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { addKernelOptions } from './kernel-options.ts';
import type { KernelOptions } from './kernel-options.ts';
import { whole } from './options.ts';
import { refusing } from './record.ts';
import { refuseUnwritable, save } from './save.ts';

interface LiveOptions extends KernelOptions {
  readonly seed: number;
  readonly runs: number;
  readonly operations: number;
  readonly allCalls?: boolean;
  readonly save?: string;
  readonly path?: string;
  readonly replayPath?: string;
}

export function addLive(program: Command, { io, end }: On): void {
  const command = program
    .command('live')
    .description(
      'random system calls on a file of the kernel that runs here, each held against\n' +
        'its model at once; what differs is shrunk to the smallest sequence that still\n' +
        'does; as root',
    );
  addKernelOptions(command, ['xfs', 'ext4', 'ext4d'])
    .option('--seed <n>', 'where randomness begins', whole({ min: 0, max: NUMBER_MAX }), 1)
    .option('--runs <n>', 'sequences at most', whole({ min: 1, max: 1_000_000 }), 100)
    .option('--operations <n>', 'of a sequence at most', whole({ min: 1, max: LETTERS_MAX }), 12)
    .option(
      '--all-calls',
      'also truncate, fallocate, punch and zero ranges, mapped stores, and a second file',
    )
    .option('--save <file>', 'write the smallest sequence that differs, as a trace')
    .option(
      '--path <path>',
      "fast-check's, of a difference before: only that one",
      like(/^\d{1,7}(?::\d{1,7})*$/),
    )
    .option('--replay-path <path>', 'and of its commands', like(/^[A-Za-z0-9+/]*:[A-Za-z0-9+/]*$/))
    .addHelpText(
      'after',
      '\nSequences that saw bytes which they had not written are counted (withheld), and ' +
        'neither\nshrunk nor shown. Exits with 0 when nothing differed (which proves nothing), ' +
        'with 1\nwhen something did, with 3 when interrupted, when the model had too many ' +
        'states, or\nwhere what differed is withheld.',
    )
    .addHelpText('after', '\nExample:\n  writepath live --fs xfs --runs 1000 --save smallest.jsonl')
    .action(async (options: LiveOptions) => end(await liveCommand(options, io)));
}

const like =
  (form: RegExp) =>
  (text: string): string => {
    if (form.test(text)) return text;
    throw new InvalidArgumentError('Expected it as writepath live has printed it.');
  };

async function liveCommand(options: LiveOptions, io: Io): Promise<number> {
  const { fs, mode, seed, runs, operations, allCalls = false, path } = options;
  if (options.replayPath !== undefined && path === undefined) {
    throw new UsageError('--replay-path is of a --path: give both, as writepath live printed them');
  }
  if (options.save !== undefined) refuseUnwritable(options.save);
  const blocks = Number(options.blocks) as Blocks;
  const replay_path = options.replayPath;
  const order = { seed, runs, operations, all_calls: allCalls, path, replay_path };
  const result = await refusing(() => against({ fs, blocks, mode }, order, io));
  const { found, withheld, undecided, hidden } = result;
  const ran = `${count(result.runs, 'sequence')}, ${count(result.operations, 'operation')}`;
  if (hidden) io.out(`${fs}: ${ran}: ended: what is withheld differs\n`);
  else if (found === undefined) io.out(`${fs}: ${ran}: nothing differs\n`);
  else {
    if (options.save !== undefined) {
      save(options.save, contentOf([JSON.stringify(found.trace)], options.save));
    }
    io.out(`${fs}: ${ran}: one differs\n\n${told(found)}\n${again(options, found)}\n`);
  }
  if (undecided > 0) io.out(`incomplete: ${count(undecided, 'sequence')}: too many states\n`);
  io.out(`withheld: ${withheld}\n`);
  if (io.stop.aborted) io.err('writepath: interrupted\n');
  if (found !== undefined) return VIOLATED;
  return io.stop.aborted || hidden || undecided > 0 ? INCOMPLETE : HOLDS;
}

async function against(
  setup: Parameters<typeof openSession>[0],
  order: LiveOrder,
  io: Io,
): Promise<Live> {
  const session = await openSession(setup);
  const judges = new Judges();
  try {
    return await live(session, (shape) => judges.of(modelOf(shape.fs, shape)!, shape), order, {
      stop: io.stop,
      progress: (done) => io.progress(`${done} of ${order.runs} sequences`),
    });
  } finally {
    session.close();
  }
}

/** The sequence, what the kernel did, what the model would have allowed, and how it was found. */
function told({ trace, judge, difference, kind, first, shrinks, again: runs }: Found): string {
  const where = `after ${count(shrinks, 'step')} of shrinking`;
  const timing = runs.alike < runs.times ? ': it hangs on timing' : '';
  const { avail } = trace.init;
  return lines([
    disagreement(judge, trace, difference, { where }),
    '',
    ...(trace.mode === 'enospc' ? [`when it began: ${count(avail, 'block')} free`] : []),
    ...(first === kind ? [] : [`${kind}; that which was found first differed in ${first}`]),
    `run again, it differs so in ${runs.alike} of ${runs.times}${timing}`,
  ]);
}

/** The command that finds it again. */
function again(options: LiveOptions, { path, replay_path }: Found): string {
  const { fs, blocks, mode, seed, runs, operations, allCalls } = options;
  return (
    `Again: writepath live --fs ${fs} --blocks ${blocks} --mode ${mode} --seed ${seed} ` +
    `--runs ${runs} --operations ${operations}${allCalls ? ' --all-calls' : ''} ` +
    `--path ${path} --replay-path ${replay_path}`
  );
}
