/**
 * The two sides, run and measured alike: whole processes, user and system time as `times` gives it.
 */
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
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
export async function ours(directory: string, program = beside('one-run.js')): Promise<Measured> {
  const { stdout, cpu_s } = await timed(directory, [process.execPath, program]);
  // Printed by one-run.ts, which says what is in it.
  return { ...(JSON.parse(stdout.split('\n')[0]!) as Omit<Measured, 'cpu_s'>), cpu_s };
}

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

/** Builds SPIN's verifier of the same model; false where SPIN or a C compiler is missing. */
export async function buildSpin(directory: string): Promise<boolean> {
  const { pages, blocks, hints } = KNOWN.L;
  const sizes = [`-DP=${pages}`, `-DB=${blocks}`, `-DH=${hints}`, '-DCRASH', '-DBITS'];
  // The model lies in the source tree, two steps up from what is compiled.
  const model = beside('../../bench/mpw.pml');
  const flags = '-O3 -march=native -w -DSAFETY -DNOREDUCE -DNOFAIR -o pan pan.c'.split(' ');
  try {
    await run('spin', ['-a', ...sizes, model], { cwd: directory });
    await run('gcc', flags, { cwd: directory });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** SPIN with the flags that were found to be its fastest. */
export async function spin(directory: string): Promise<Measured> {
  const { stdout, cpu_s } = await timed(directory, ['./pan', '-E', '-m100000', '-w23']);
  const number = (pattern: RegExp) => {
    const found = pattern.exec(stdout)?.[1];
    if (found === undefined) throw new Error(`SPIN did not say ${pattern.source}`);
    return Number(found);
  };
  if (number(/errors: (\d+)/) !== 0) throw new Error('SPIN found an error in the reference space');
  return {
    states: number(/(\d+) states, stored/),
    // SPIN counts the initial state as one.
    transitions: number(/(\d+) transitions/) - 1,
    cpu_s,
    peak_bytes: number(/([\d.]+)\s+total actual memory usage/) * 2 ** 20,
  };
}
