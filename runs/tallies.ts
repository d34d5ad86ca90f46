/** Tallies as text: of a file of traces, and by filesystem and operation. */
import { COLUMNS, count, lines, thousands, wrap } from '../evidence/text.ts';
import type { FilesystemName, Trace } from '../traces/format.ts';
import type { Judged } from './conform.ts';
import type { Class } from './differences.ts';
import { KERNEL } from './models.ts';
import { Tally, meanOf } from './tally.ts';
import type { Ending, Times } from './tally.ts';

/** By filesystem: most files have one. */
export class Tallies {
  readonly by = new Map<FilesystemName, Tally>();

  add(trace: Trace, judged: Judged, classes?: readonly Class[]): Ending {
    return this.#of(trace.fs).add(trace, judged, classes);
  }

  addAll(other: Tallies): void {
    for (const [fs, tally] of other.by) this.#of(fs).addAll(tally);
  }

  #of(fs: FilesystemName): Tally {
    const tally = this.by.get(fs) ?? new Tally();
    this.by.set(fs, tally);
    return tally;
  }

  get whole(): Tally {
    const sum = new Tally();
    for (const tally of this.by.values()) sum.addAll(tally);
    return sum;
  }
}

/** What came of one file. */
export interface FileTallies {
  /** As it was given. */
  readonly file: string;
  readonly tallies: Tallies;
  /** Kernels that its traces say. */
  readonly kernels: Set<string>;
}

/** A sentence a file; and another one where its kernel is not that of the model. */
export function summary({ file, tallies, kernels }: FileTallies): string {
  const { sequences, agreed, incomplete, all } = tallies.whole;
  const { compared, named, unexplained } = all;
  const parts = [
    `${count(sequences, 'sequence')}, ${thousands(agreed)} agree`,
    `${count(compared, 'operation')} compared, ${thousands(unexplained)} unexplained`,
    ...(named === 0
      ? []
      : [`${thousands(named)} with a difference that has a name, judged up to there`]),
    ...(incomplete === 0 ? [] : [`${count(incomplete, 'sequence')} incomplete: too many states`]),
  ];
  const of = [...tallies.by.keys(), ...[...kernels].map((kernel) => `Linux ${kernel}`)];
  const others = [...kernels].filter((kernel) => !isOfModel(kernel));
  return lines([
    ...wrap(`${file}: ${of.join(', ')}: ${parts.join('; ')}`, COLUMNS),
    ...(others.length === 0
      ? []
      : wrap(`${file}: of Linux ${others.join(', ')}; the model is that of ${KERNEL}`, COLUMNS)),
  ]);
}

const isOfModel = (kernel: string): boolean => kernel === KERNEL || kernel.startsWith(`${KERNEL}.`);

/** One object, in one line. */
export function jsonOf({ file, tallies, kernels }: FileTallies): string {
  const { whole } = tallies;
  const outcomes = whole.byOperation
    .filter(([, { compared }]) => compared > 0)
    .map(([op, times]) => [op, { mean: meanOf(times), n: times.compared }]);
  return `${JSON.stringify({
    file,
    filesystem: [...tallies.by.keys()].join(','),
    kernel: kernels.size === 0 ? null : [...kernels].join(','),
    sequences: whole.sequences,
    agreed: whole.agreed,
    operations: whole.all.compared,
    unexplained: whole.all.unexplained,
    incomplete: whole.incomplete,
    // Who records counts them, and writes nothing of them into a trace.
    withheld: 0,
    differences: Object.fromEntries(whole.differences),
    kinds: Object.fromEntries(whole.kinds),
    outcomes: Object.fromEntries(outcomes) as Readonly<Record<string, unknown>>,
  })}\n`;
}

const HEADS = ['compared', 'agree', 'named', 'unexplained', 'outcomes'];
const WIDTHS = [10, 10, 8, 13, 10];

/** By filesystem and operation; at the end how many outcomes the model allows, on average. */
export function table({ by }: Pick<Tallies, 'by'>): string[] {
  const row = (name: string, cells: readonly string[]): string =>
    (name.padEnd(17) + cells.map((cell, i) => cell.padStart(WIDTHS[i]!)).join('')).trimEnd();
  const numbers = (times: Times, mean: string): string[] => [
    ...[times.compared, times.agreed, times.named, times.unexplained].map(thousands),
    mean,
  ];
  const parts = [...by].flatMap(([fs, tally]) => [
    row(`${fs} of ${KERNEL}`, numbers(tally.all, '')),
    ...tally.byOperation.map(([op, times]) =>
      row(`  ${op}`, numbers(times, meanOf(times).toFixed(3))),
    ),
  ]);
  return [row('', HEADS), ...parts];
}
