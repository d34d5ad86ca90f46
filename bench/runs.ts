/**
 * The sides that are measured, run alike: whole processes, one after the other, user and system
 * time as `times` gives it.
 */
import { spawn as start } from 'node:child_process';
import { access, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KNOWN } from './reference.ts';

export interface Measured {
  readonly states: number;
  /** Where it is known. */
  readonly transitions?: number;
  /** User and system time of the whole process, its start and its threads included. */
  readonly cpu_s: number;
  readonly wall_s: number;
  readonly peak_bytes?: number;
  /** Of a search that goes on to a verdict: user and system time when all states were seen. */
  readonly searched_s?: number;
  /** When so many states were expanded. */
  readonly passed?: readonly { readonly states: number; readonly cpu_s: number }[];
  /** Of a random walk. */
  readonly steps?: number;
  /** User and system time of what a program is about, as it states itself. */
  readonly own_s?: number;
}

/** Runs it once. */
export type Runner = () => Promise<Measured>;

/** What there is to run, or why there is not. */
export type Prepared = Runner | { readonly missing: string };

/** What is measured, under a name; made ready once, and run once a round. */
export interface Side {
  readonly key: string;
  /** Takes minutes: once is enough, in the first round. */
  readonly once?: boolean;
  prepare(place: Workplace): Promise<Prepared>;
}

export interface Workplace {
  /** For what is built, and gone afterwards. */
  readonly directory: string;
  /** The dist/ of this checker as it was. */
  before(): Promise<string>;
  /** The C program that was given. */
  readonly c: string | undefined;
}

export const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export const SPIN_MISSING = 'SPIN or gcc is not installed: apt-get install spin gcc';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * What a command prints. It is the head of a group of its own, so that an interrupt from a keyboard
 * reaches it not, and the run that is on comes to its end. `codes`: how it may exit.
 */
function run(command: readonly string[], cwd: string, codes: readonly number[] = [0]) {
  const [name = '', ...args] = command;
  return new Promise<string>((done, failed) => {
    const child = start(name, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', failed);
    child.on('close', (code, signal) => {
      if (code !== null && codes.includes(code)) done(out);
      else
        failed(new Error(`${command.join(' ')}: ${errors.trim() || `ended by ${signal ?? code}`}`));
    });
  });
}

/** Runs a command so many times; the shell says what time that took: Node does not know it. */
async function timed(
  directory: string,
  command: readonly string[],
  { times = 1, codes = [0] }: { readonly times?: number; readonly codes?: readonly number[] } = {},
) {
  const script = `n=0; while [ $n -lt ${times} ]; do "$@"; code=$?; n=$((n + 1)); done
    times; exit $code`;
  const begun = performance.now();
  const stdout = await run(['sh', '-c', script, 'sh', ...command], directory, codes);
  const wall_s = (performance.now() - begun) / 1e3 / times;
  const [user, system] = stdout.trimEnd().split('\n').at(-1)!.trim().split(/\s+/).map(seconds);
  return { stdout, cpu_s: (user! + system!) / times, wall_s };
}

function seconds(time: string): number {
  const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(time) ?? [];
  if (rest === undefined) throw new Error(`not a time: ${time}`);
  return Number(minutes) * 60 + Number(rest);
}

/** One of our programs, in a process that has searched nothing else. It prints a line of JSON. */
export async function program(
  directory: string,
  file: string,
  args: readonly string[] = [],
  times = 1,
): Promise<Measured> {
  const command = [process.execPath, beside(file), ...args];
  const { stdout, ...took } = await timed(directory, command, { times });
  // Printed by the program, which says what is in it.
  const said = JSON.parse(stdout.split('\n')[0]!) as Measured;
  return { ...said, own_s: said.cpu_s, ...took };
}

/** What makes states differ, as text in Markdown. */
export const differ = (directory: string): Promise<string> =>
  run([process.execPath, beside('differ.js')], directory);

/** The program that users run, which says nothing that is counted here. */
export async function asUsed(
  directory: string,
  dist: string,
  args: readonly string[],
  codes: readonly number[],
  states: number,
): Promise<Measured> {
  const all = [process.execPath, join(dist, 'cli/main.js'), ...args];
  const { cpu_s, wall_s } = await timed(directory, all, { codes });
  return { states, cpu_s, wall_s };
}

/** Under how many states a process is over before a clock has ticked often: it runs more often. */
const FEW = 100_000;
const timesFor = (states: number): number => (states < FEW ? 10 : 1);

/** One of our programs, as a side. */
export const ours = (
  key: string,
  file: string,
  args: readonly string[] = [],
  states = Infinity,
): Side => ({
  key,
  prepare: async ({ directory }) =>
    (await exists(beside(file)))
      ? () => program(directory, file, args, timesFor(states))
      : { missing: `${file} is not built` },
});

/**
 * This checker as it was at a commit, built aside; returns its dist/. Needs git, and a checkout.
 */
export async function buildBefore(directory: string, commit: string): Promise<string> {
  const root = resolve(beside('../..'));
  const aside = join(directory, 'before');
  await mkdir(aside);
  // Its packages are ours: it uses none that we do not have.
  await symlink(join(root, 'node_modules'), join(aside, 'node_modules'));
  const script = `git -C "$1" archive "$2" | tar -x && node_modules/.bin/tsc -p . &&
    if grep -q '"build:core"' package.json; then npm run --silent build:core; fi &&
    if [ -e dist/cli/stamp.js ]; then node dist/cli/stamp.js; fi`;
  await run(['sh', '-c', script, 'sh', root, commit], aside);
  return join(aside, 'dist/');
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
  /** How many it has, as far as one knows beforehand. */
  readonly states: number;
}

/** Two to four times as many slots as states: with fewer it is slower, and so with more. */
const slots = (states: number): number => Math.ceil(Math.log2(states)) + 1;

/** The same reference space as ours. */
export const referencePeer = ({ pages, blocks, hints, states }: (typeof KNOWN)[Size]): Peer => ({
  model: 'mpw.pml',
  defines: [`-DP=${pages}`, `-DB=${blocks}`, `-DH=${hints}`, '-DCRASH', '-DBITS'],
  flags: [],
  // Of the largest as many slots are the fastest as make its chains the shorter part.
  table: states === KNOWN.L.states ? 23 : slots(states),
  states,
});

export type Size = keyof typeof KNOWN;
export const SIZES = Object.keys(KNOWN) as readonly Size[];

/** The same for SPIN with two cores: what it has of a step is then in its states. */
export const onTwoCores = (peer: Peer): Peer => ({
  ...peer,
  defines: [...peer.defines, '-DNOHIDDEN'],
  flags: [...peer.flags, '-DNCORE=2', '-DMEMLIM=6000'],
});

/**
 * A state is kept as it is, where it has no holes to be left out, and its length is always the
 * same; and no index is held against its range.
 */
const AS_IT_IS = ['-DNOCOMP', '-DNOVSZ', '-DNOBOUNDCHECK'];

export const twoPhaseCommitPeer = (managers: number, states: number): Peer => ({
  model: 'two-phase-commit.pml',
  defines: [`-DN=${managers}`],
  flags: AS_IT_IS,
  table: slots(states),
  states,
});

export const iomapPeer = (pages: number, blocks: number, states: number): Peer => ({
  model: 'iomap.pml',
  defines: [`-DPAGES=${pages}`, `-DBLOCKS=${blocks}`],
  flags: AS_IT_IS,
  table: slots(states),
  states,
});

const FLAGS = '-O3 -march=native -w -DSAFETY -DNOREDUCE -DNOFAIR'.split(' ');

/** Builds SPIN's verifier of a model; false where SPIN or a C compiler is missing. */
export async function buildSpin(directory: string, peer: Peer): Promise<boolean> {
  // The model lies in the source tree, two steps up from what is compiled.
  const model = beside(`../../bench/${peer.model}`);
  try {
    // SPIN needs it, too, and fails without it in a way of its own.
    await run(['gcc', '--version'], directory);
    await run(['spin', '-a', ...peer.defines, model], directory);
    // It would round counts of more than eight digits.
    const verifier = join(directory, 'pan.c');
    await writeFile(verifier, (await readFile(verifier, 'utf8')).replaceAll('%9.8g', '%9.0f'));
    await run(['gcc', ...FLAGS, ...peer.flags, '-o', 'pan', 'pan.c'], directory);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** SPIN with the flags that were found to be its fastest. */
export async function spin(directory: string, { table, states }: Peer): Promise<Measured> {
  const all = ['./pan', '-E', '-m100000', `-w${table}`];
  const { stdout, ...took } = await timed(directory, all, { times: timesFor(states) });
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
    ...took,
    // In other words where states are kept as they are.
    peak_bytes: number(/([\d.]+)\s+(?:total actual memory usage|memory usage \(Mbyte\))/) * 2 ** 20,
  };
}

export const spinSide = (key: string, peer: Peer): Side => ({
  key,
  prepare: async ({ directory }) => {
    const own = join(directory, key.replaceAll(/\W+/g, '-'));
    await mkdir(own);
    if (!(await buildSpin(own, peer))) return { missing: SPIN_MISSING };
    return () => spin(own, peer);
  },
});

/** At the largest reference size. */
const C_FLAGS = ['-O3', '-march=native', '-w', '-DP=4', '-DB=4', '-DW=2', '-DH=4', '-DCRASH=1'];

/** A program in C that searches the largest reference space, as a file or as its source. */
export async function buildC(directory: string, given: string): Promise<string> {
  if (!given.endsWith('.c')) return resolve(given);
  const binary = join(directory, basename(given, '.c'));
  await run(['gcc', ...C_FLAGS, '-pthread', '-o', binary, resolve(given)], directory);
  return binary;
}

export async function runC(directory: string, binary: string): Promise<Measured> {
  const { stdout, ...took } = await timed(directory, [binary]);
  const number = (name: string) => {
    const found = new RegExp(`\\b${name}=(\\d+)`).exec(stdout)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const states = number('states');
  if (states === undefined) throw new Error(`${basename(binary)} printed no states=N`);
  const transitions = number('transitions');
  return { states, ...(transitions === undefined ? {} : { transitions }), ...took };
}
