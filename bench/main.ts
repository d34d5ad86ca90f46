/**
 * Speed and memory on the largest reference space, side by side with SPIN on the same space, and
 * counts that are known from elsewhere. Prints a line a figure; with --json, an object a line.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stderr, stdout } from 'node:process';
import { explore } from '../explorer/search.ts';
import { KNOWN } from './reference.ts';
import { buildBefore, buildSpin, ours, spin } from './runs.ts';
import type { Measured } from './runs.ts';
import { twoPhaseCommit } from './two-phase-commit.ts';

const ROUNDS = 5;
const RATIO_MARK = 1.2;
/** No slower than before: what is below is more than two runs of the same differ by. */
const BEFORE_MARK = 0.98;
const BYTES_MARK = 48;

const USAGE = `usage: npm run bench [-- --json --before COMMIT]

Searches the largest reference space with this checker and with SPIN in turn, ${ROUNDS} times, and
compares the medians: distinct states per second of user and system time of the whole process, and
bytes per state, which is the peak resident size of the whole process (SPIN: as it states itself)
divided by the states. With --before, also with this checker as it was at that commit. Takes about a
minute and a half. Exit code 1: a mark was not met.
`;

const NO_SPIN = `SPIN is missing, so there is nothing to compare with: apt-get install spin gcc\n`;

interface Figure {
  readonly figure: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly mark: string;
  /** null: could not be told without the peer. */
  readonly met: boolean | null;
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** All sides in turn, so that what else the computer does meets all. */
async function measure(directory: string, stopped: AbortSignal, commit: string | undefined) {
  const runs: Runs = { ours: [], before: [], peer: [] };
  const before = commit === undefined ? undefined : await buildBefore(directory, commit);
  const withSpin = await buildSpin(directory);
  if (!withSpin) stderr.write(NO_SPIN);
  for (let n = 0; n < ROUNDS; n++) {
    stopped.throwIfAborted();
    if (stderr.isTTY) stderr.write(`round ${n + 1} of ${ROUNDS}\r`);
    runs.ours.push(await ours(directory));
    if (before !== undefined) runs.before.push(await ours(directory, before));
    if (withSpin) runs.peer.push(await spin(directory));
  }
  return runs;
}

interface Runs {
  readonly ours: Measured[];
  readonly before: Measured[];
  readonly peer: Measured[];
}

/** Speed beside that of the commit before: pair by pair, since the two ran one after the other. */
function beside(runs: Runs): Figure[] {
  if (runs.before.length === 0) return [];
  const speed = (r: Measured) => r.states / r.cpu_s;
  const ratio = median(runs.ours.map((mine, i) => speed(mine) / speed(runs.before[i]!)));
  return [
    {
      figure: 'states a second, beside the commit before',
      ours: round(median(runs.ours.map(speed)), 0),
      peer: round(median(runs.before.map(speed)), 0),
      ratio: round(ratio, 2),
      mark: `ratio >= ${BEFORE_MARK}`,
      met: ratio >= BEFORE_MARK,
    },
  ];
}

function compared(runs: Runs): Figure[] {
  const figure = (
    name: string,
    of: (run: Measured) => number,
    digits: number,
    mark: string,
    met: (ours: number, peer: number | null) => boolean | null,
  ): Figure => {
    const mine = median(runs.ours.map(of));
    const peer = runs.peer.length === 0 ? null : median(runs.peer.map(of));
    return {
      figure: name,
      ours: round(mine, digits),
      peer: peer === null ? null : round(peer, digits),
      ratio: peer === null ? null : round(mine / peer, 2),
      mark,
      met: met(mine, peer),
    };
  };
  const known = (count: number) => (mine: number, peer: number | null) =>
    mine === count && (peer ?? count) === count;
  const { states, transitions } = KNOWN.L;
  const faster = (mine: number, peer: number | null) =>
    peer === null ? null : mine / peer >= RATIO_MARK;
  return [
    figure('states a second', (r) => r.states / r.cpu_s, 0, `ratio >= ${RATIO_MARK}`, faster),
    figure(
      'bytes a state',
      (r) => r.peak_bytes / r.states,
      1,
      `<= ${BYTES_MARK}`,
      (mine) => mine <= BYTES_MARK,
    ),
    figure('states', (r) => r.states, 0, `= ${states}`, known(states)),
    figure('transitions', (r) => r.transitions, 0, `= ${transitions}`, known(transitions)),
  ];
}

/** Two-phase commit, against the counts that TLC gives. */
function counted(): Figure[] {
  return [
    [3, 288],
    [5, 8_832],
    [7, 296_448],
  ].map(([managers, known]) => {
    const { states } = explore(twoPhaseCommit(managers!), { states: 2 ** 20, depth: 1000 });
    return {
      figure: `two-phase commit, ${managers} managers: states`,
      ours: states,
      peer: null,
      ratio: null,
      mark: `= ${known}`,
      met: states === known,
    };
  });
}

function table(figures: readonly Figure[]): string {
  const said = { true: 'met', false: 'NOT MET', null: '-' };
  const rows = [
    ['figure', 'ours', 'SPIN', 'ratio', 'mark', ''],
    ...figures.map(({ figure, ours: mine, peer, ratio, mark, met }) => [
      figure,
      `${mine}`,
      `${peer ?? '-'}`,
      ratio === null ? '-' : ratio.toFixed(2),
      mark,
      said[`${met}`],
    ]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const numeric = (i: number) => i >= 1 && i <= 3;
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (numeric(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)));
  return rows.map((row) => `${line(row).join('  ').trimEnd()}\n`).join('');
}

async function main(options: readonly string[]): Promise<number> {
  const at = options.indexOf('--before');
  const commit = at < 0 ? undefined : options[at + 1];
  const rest = options.filter((_, i) => at < 0 || (i !== at && i !== at + 1));
  const unknown = rest.find((option) => option !== '--json' && option !== '--help');
  if (unknown !== undefined || (at >= 0 && !/^[\w./~^-]+$/.test(commit ?? ''))) {
    const what = unknown === undefined ? '--before wants a commit' : `unknown argument ${unknown}`;
    stderr.write(`bench: ${what}; there are --json, --before COMMIT and --help\n`);
    return 2;
  }
  if (options.includes('--help')) {
    stdout.write(USAGE);
    return 0;
  }
  // A signal ends it after the run that is on, so that nothing is left behind.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  }
  const directory = await mkdtemp(join(tmpdir(), 'writepath-bench-'));
  try {
    const runs = await measure(directory, stop.signal, commit);
    const figures = [...compared(runs), ...beside(runs), ...counted()];
    const lines = figures.map((figure) => `${JSON.stringify(figure)}\n`);
    stdout.write(options.includes('--json') ? lines.join('') : table(figures));
    return figures.every(({ met }) => met !== false) ? 0 : 1;
  } catch (error) {
    stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return 70;
  } finally {
    await rm(directory, { recursive: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
