/**
 * The two sides, run and measured alike: whole processes, user and system time as `times` gives it.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KNOWN } from './reference.ts';

const run = promisify(execFile);

export interface Measured {
  readonly states: number;
  readonly transitions: number;
  /** User and system time of the whole process, its start and its threads included. */
  readonly cpu_s: number;
  readonly peak_bytes: number;
}

const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Runs a command, and has the shell say what time it took, which Node does not know of a child. */
async function timed(directory: string, command: readonly string[]) {
  const script = '"$@" && times';
  const { stdout } = await run('sh', ['-c', script, 'sh', ...command], { cwd: directory });
  const [user, system] = stdout.trimEnd().split('\n').at(-1)!.trim().split(/\s+/).map(seconds);
  return { stdout, cpu_s: user! + system! };
}

function seconds(time: string): number {
  const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(time) ?? [];
  if (rest === undefined) throw new Error(`not a time: ${time}`);
  return Number(minutes) * 60 + Number(rest);
}

/** Ours, in a process that has searched nothing else. */
export async function ours(
  directory: string,
  program = beside('one-run.js'),
  args: readonly string[] = [],
): Promise<Measured> {
  const { stdout, cpu_s } = await timed(directory, [process.execPath, program, ...args]);
  // Printed by the program, which says what is in it.
  return { ...(JSON.parse(stdout.split('\n')[0]!) as Omit<Measured, 'cpu_s'>), cpu_s };
}

/** Ours on the space of a peer, by the name of its model. */
export const oursOf = (directory: string, name: string, sizes: readonly number[]) =>
  ours(directory, beside('one-peer-run.js'), [name, ...sizes.map(String)]);

/**
 * This checker as it was at a commit, built aside; returns its program. Needs git, and a checkout.
 */
export async function buildBefore(directory: string, commit: string): Promise<string> {
  const root = beside('../..');
  const aside = join(directory, 'before');
  await mkdir(aside);
  // Its packages are ours: the bench uses none but Node's own.
  await symlink(join(root, 'node_modules'), join(aside, 'node_modules'));
  const script =
    'git -C "$1" archive "$2" | tar -x -C "$3" && cd "$3" && node_modules/.bin/tsc -p .';
  await run('sh', ['-c', script, 'sh', root, commit, aside]);
  return join(aside, 'dist/bench/one-run.js');
}

/** A model for SPIN, and with what it was found to be fastest. */
export interface Peer {
  /** Its file, beside this one in the source tree. */
  readonly model: string;
  readonly defines: readonly string[];
  /** Flags of the C compiler, beside those that all have. */
  readonly flags: readonly string[];
  /** The binary logarithm of the number of slots in the table of states. */
  readonly table: number;
}

/** The same reference space as ours. */
export const REFERENCE: Peer = {
  model: 'mpw.pml',
  defines: [
    `-DP=${KNOWN.L.pages}`,
    `-DB=${KNOWN.L.blocks}`,
    `-DH=${KNOWN.L.hints}`,
    '-DCRASH',
    '-DBITS',
  ],
  flags: [],
  table: 23,
};

/**
 * A state is kept as it is, where it has no holes to be left out, and its length is always the
 * same; and no index is held against its range.
 */
const AS_IT_IS = ['-DNOCOMP', '-DNOVSZ', '-DNOBOUNDCHECK'];

/** Two to four times as many slots as states: with fewer it is slower, and so with more. */
const slots = (states: number): number => Math.ceil(Math.log2(states)) + 1;

export const twoPhaseCommitPeer = (managers: number, states: number): Peer => ({
  model: 'two-phase-commit.pml',
  defines: [`-DN=${managers}`],
  flags: AS_IT_IS,
  table: slots(states),
});

export const iomapPeer = (pages: number, blocks: number, states: number): Peer => ({
  model: 'iomap.pml',
  defines: [`-DPAGES=${pages}`, `-DBLOCKS=${blocks}`],
  flags: AS_IT_IS,
  table: slots(states),
});

const FLAGS = '-O3 -march=native -w -DSAFETY -DNOREDUCE -DNOFAIR'.split(' ');

/** Builds SPIN's verifier of a model; false where SPIN or a C compiler is missing. */
export async function buildSpin(directory: string, peer = REFERENCE): Promise<boolean> {
  // The model lies in the source tree, two steps up from what is compiled.
  const model = beside(`../../bench/${peer.model}`);
  try {
    // SPIN needs it, too, and fails without it in a way of its own.
    await run('gcc', ['--version']);
    await run('spin', ['-a', ...peer.defines, model], { cwd: directory });
    // It would round counts of more than eight digits.
    const verifier = join(directory, 'pan.c');
    await writeFile(verifier, (await readFile(verifier, 'utf8')).replaceAll('%9.8g', '%9.0f'));
    const flags = [...FLAGS, ...peer.flags, '-o', 'pan', 'pan.c'];
    await run('gcc', flags, { cwd: directory });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** SPIN with the flags that were found to be its fastest. */
export async function spin(directory: string, { table }: Peer = REFERENCE): Promise<Measured> {
  const { stdout, cpu_s } = await timed(directory, ['./pan', '-E', '-m100000', `-w${table}`]);
  const number = (pattern: RegExp) => {
    const found = pattern.exec(stdout)?.[1];
    if (found === undefined) throw new Error(`SPIN did not say ${pattern.source}`);
    return Number(found);
  };
  if (number(/errors: (\d+)/) !== 0) throw new Error('SPIN found an error, and there is none');
  return {
    states: number(/(\d+) states, stored/),
    // SPIN counts the initial state as one.
    transitions: number(/(\d+) transitions/) - 1,
    cpu_s,
    // In other words where states are kept as they are.
    peak_bytes: number(/([\d.]+)\s+(?:total actual memory usage|memory usage \(Mbyte\))/) * 2 ** 20,
  };
}
