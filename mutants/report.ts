/** What a run found: a table by folder and file, and every survivor. */
import type { Entry } from './equivalent.ts';
import { titleOf } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import type { Judged } from './results.ts';

/** Of a hundred mutants so many must be killed or explained. */
export const ENOUGH = 95;

const COLUMNS = ['mutants', 'killed', 'timeout', 'explained', 'survived', 'per cent'] as const;

type Row = Record<(typeof COLUMNS)[number], number>;

type Explained = ReadonlyMap<string, Entry>;

function rowOf(judged: readonly Judged[], explained: Explained): Row {
  const count = (wanted: (one: Judged) => boolean) => judged.filter(wanted).length;
  const survived = judged.filter(({ result }) => result.outcome === 'survived');
  const open = survived.filter(({ mutant }) => !explained.has(mutant.id)).length;
  return {
    mutants: judged.length,
    killed: count(({ result }) => result.outcome === 'killed'),
    timeout: count(({ result }) => result.outcome === 'timeout'),
    explained: survived.length - open,
    survived: open,
    // Rounded down: 94.9 is not enough.
    'per cent': Math.floor((1000 * (judged.length - open)) / judged.length) / 10,
  };
}

export const perCent = (judged: readonly Judged[], explained: Explained): number =>
  rowOf(judged, explained)['per cent'];

export function table(judged: readonly Judged[], explained: Explained): string {
  const width = Math.max(8, ...judged.map(({ mutant }) => mutant.file.length)) + 2;
  const line = (name: string, cells: readonly string[]) =>
    name.padEnd(width) + cells.map((cell, i) => cell.padStart(COLUMNS[i]!.length + 2)).join('');
  const row = (name: string, of: readonly Judged[]) => {
    const cells = rowOf(of, explained);
    return line(
      name,
      COLUMNS.map((column) =>
        column === 'per cent' ? cells[column].toFixed(1) : `${cells[column]}`,
      ),
    );
  };
  const folders = groups(judged, ({ mutant }) => `${mutant.file.split('/')[0]}/`);
  const rows = folders.flatMap(([folder, inFolder]) => [
    row(folder, inFolder),
    ...groups(inFolder, ({ mutant }) => mutant.file).map(([file, of]) =>
      row(`  ${file.slice(folder.length)}`, of),
    ),
  ]);
  return [line('', COLUMNS), ...rows, row('all', judged), ''].join('\n');
}

function groups(
  judged: readonly Judged[],
  by: (one: Judged) => string,
): (readonly [string, readonly Judged[]])[] {
  const names = [...new Set(judged.map(by))].toSorted();
  return names.map((name) => [name, judged.filter((one) => by(one) === name)]);
}

/** As the list of equivalents has it, but for the reason. */
export function shown(mutant: Mutant, width = Infinity): string {
  const { before, after } = mutant;
  // What is the same at both ends is cut first where a line is too long.
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const cut = (text: string) => {
    const from = text.length > width && same > 40 ? same - 30 : 0;
    const piece = text.slice(from, from + width);
    const end = from + width < text.length ? '...' : '';
    return `${from > 0 ? '...' : ''}${piece}${end}`;
  };
  return `${titleOf(mutant)}\n    - ${cut(before)}\n    + ${cut(after)}\n`;
}

export function survivors(judged: readonly Judged[], explained: Explained): string {
  const place = ({ mutant }: Judged) => `${mutant.file}:${`${mutant.line}`.padStart(6, '0')}`;
  return judged
    .filter(({ mutant, result }) => result.outcome === 'survived' && !explained.has(mutant.id))
    .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
    .map(({ mutant }) => `\n${shown(mutant, 88)}`)
    .join('');
}
