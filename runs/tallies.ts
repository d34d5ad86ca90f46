/** Tallies as text: of a file, by filesystem, and how many outcomes each operation may have. */
import { COLUMNS, count, lines, thousands, wrap } from '../evidence/text.ts';
import type { FilesystemName } from '../traces/format.ts';
import { KERNEL } from './models.ts';
import { Tally } from './tally.ts';

/** What came of one file of traces. */
export interface FileTally {
  /** As it was given. */
  readonly file: string;
  /** By filesystem: most files have one. */
  readonly tallies: Map<FilesystemName, Tally>;
  /** Kernels that the traces say; undefined where one says none. */
  readonly kernels: Set<string | undefined>;
}

/** All of a file together. */
export function whole({ tallies }: FileTally): Tally {
  const sum = new Tally();
  for (const tally of tallies.values()) sum.addAll(tally);
  return sum;
}

/** `xfs-1.jsonl: xfs, 6.18.44: 250 sequences, 250 agree; 3,000 operations, 0 unexplained`. */
export function summary(of: FileTally): string {
  const { file, tallies, kernels } = of;
  const { sequences, agreed, operations, unexplained, incomplete, named } = whole(of);
  const said = [...kernels].filter((kernel) => kernel !== undefined);
  const parts = [
    `${count(sequences, 'sequence')}, ${thousands(agreed)} agree`,
    `${count(operations, 'operation')} compared, ${thousands(unexplained)} unexplained`,
    ...(named === 0 ? [] : [`${thousands(named)} with a difference that has a name`]),
    ...(incomplete === 0 ? [] : [`${thousands(incomplete)} incomplete: too many states`]),
  ];
  const others = said.filter((kernel) => !isOfModel(kernel));
  return lines([
    ...wrap(`${file}: ${[...tallies.keys(), ...said].join(', ')}: ${parts.join('; ')}`, COLUMNS),
    ...(others.length === 0
      ? []
      : wrap(`${file}: of Linux ${others.join(', ')}; the model is that of ${KERNEL}`, COLUMNS)),
  ]);
}

const isOfModel = (kernel: string): boolean => kernel === KERNEL || kernel.startsWith(`${KERNEL}.`);

/** One object: what a summary says, as numbers. */
export function jsonOf(of: FileTally): string {
  const { tallies, kernels, file } = of;
  const { sequences, agreed, operations, unexplained, incomplete, differences, means } = whole(of);
  const said = [...kernels].filter((kernel) => kernel !== undefined);
  return `${JSON.stringify({
    file,
    filesystem: [...tallies.keys()].join(','),
    kernel: said.length === 0 ? null : said.join(','),
    sequences,
    agreed,
    operations,
    unexplained,
    incomplete,
    // Who records counts them, and writes nothing of them into a trace.
    withheld: 0,
    differences: Object.fromEntries(differences),
    outcomes: Object.fromEntries(means.map(({ op, mean, n }) => [op, { mean, n }])),
  })}\n`;
}

/** By filesystem over all files, and the mean number of outcomes by operation. */
export function totals(all: readonly FileTally[]): string {
  const by = new Map<FilesystemName, Tally>();
  for (const { tallies } of all) {
    for (const [fs, tally] of tallies) {
      const sum = by.get(fs) ?? new Tally();
      sum.addAll(tally);
      by.set(fs, sum);
    }
  }
  const row = (name: string, cells: readonly string[]): string =>
    name.padEnd(12) + cells.map((cell) => cell.padStart(12)).join('');
  return lines([
    row('', ['operations', 'agree', 'named', 'unexplained', 'incomplete']),
    ...[...by].map(([fs, { operations, agreeing, named, unexplained, incomplete }]) =>
      row(fs, [operations, agreeing, named, unexplained, incomplete].map(thousands)),
    ),
    '',
    ...outcomesTable(by),
  ]);
}

/** Mean number of outcomes that a model allows, operations down, filesystems across. */
export function outcomesTable(by: ReadonlyMap<string, Tally>): string[] {
  const means = [...by.values()].map((tally) => new Map(tally.means.map((one) => [one.op, one])));
  const ops = [...new Set(means.flatMap((of) => [...of.keys()]))].toSorted();
  const row = (name: string, cells: readonly string[]): string =>
    name.padEnd(12) + cells.map((cell) => cell.padStart(18)).join('');
  return [
    'Outcomes that the model allows, on average (times compared):',
    row('', [...by.keys()]),
    ...ops.map((op) =>
      row(
        op,
        means.map((of) => {
          const found = of.get(op);
          return found === undefined ? '-' : `${found.mean.toFixed(3)} (${thousands(found.n)})`;
        }),
      ),
    ),
  ];
}
