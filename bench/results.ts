/** Figures as they are told: medians of what the rounds gave, held to their marks. */
import type { Figure, Of } from './figures.ts';
import type { Measured, Side } from './runs.ts';

/** What each side gave, by its key. */
export type Round = ReadonlyMap<string, Measured>;

export interface Told {
  readonly figure: string;
  readonly unit: string;
  readonly ours: number | null;
  readonly other: number | null;
  readonly value: number | null;
  readonly mark: string;
  /** null: could not be told. */
  readonly met: boolean | null;
  /** Why it could not. */
  readonly why: string | null;
}

/** How the reason begins where a side ended otherwise than it should. */
export const FAILED = 'failed';
export const VOID = 'void: counts differ';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half) - 1]!) / 2;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Do they count the same, as far as each counts? */
function sameCounts(runs: readonly Measured[]): boolean {
  const alike = (counts: readonly (number | undefined)[]) =>
    new Set(counts.filter((count) => count !== undefined)).size <= 1;
  return (
    alike(runs.map(({ states }) => states)) && alike(runs.map(({ transitions }) => transitions))
  );
}

const MARKS = {
  '>=': (value: number, mark: number) => value >= mark,
  '<=': (value: number, mark: number) => value <= mark,
  '>': (value: number, mark: number) => value > mark,
};

/** `missing`: why a side was not run. */
export function tell(
  figure: Figure,
  rounds: readonly Round[],
  missing: ReadonlyMap<string, string>,
): Told {
  const { name, unit, mark, sides, same = [], digits = 2 } = figure;
  const said = {
    figure: name,
    unit,
    ours: null,
    other: null,
    value: null,
    mark: `${mark.is} ${shown(mark.value, 2)}`,
    met: null,
    why: null,
  };
  const lacks = sides.find(({ key }) => missing.has(key));
  if (lacks !== undefined) {
    const why = missing.get(lacks.key)!;
    return { ...said, met: why.startsWith(FAILED) ? false : null, why };
  }
  if (sides.length === 0) return { ...said, why: figure.why! };
  // What takes minutes was run in the first round alone.
  const whole = rounds.filter((round) => sides.every(({ key }) => round.has(key)));
  const of = whole.map(
    (round): Of =>
      (side: Side) =>
        round.get(side.key)!,
  );
  if (of.some((got) => !sameCounts(same.map(got)))) return { ...said, met: false, why: VOID };
  const values = of.map(figure.value);
  if (values.includes(undefined)) return { ...said, why: figure.why ?? null };
  // Of two that ran one after the other: what else the computer does meets both.
  const value = median(values as number[]);
  const medianOf = (give: ((got: Of) => number) | undefined) =>
    give === undefined ? null : rounded(median(of.map(give)), 2);
  return {
    ...said,
    ours: medianOf(figure.own),
    other: medianOf(figure.other),
    value: rounded(value, digits),
    met: MARKS[mark.is](value, mark.value),
  };
}

/** As it is read: with commas, and no more digits than it needs. */
export const shown = (value: number, digits: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toFixed(digits)));

export const HEAD = ['figure', 'ours', 'other', 'measured', 'mark', ''];
const SAID = { true: 'met', false: 'NOT MET', null: '-' };

export function cells(told: Told): string[] {
  const { figure, unit, ours, other, value, mark, met, why } = told;
  const side = (n: number | null) => (n === null ? '' : shown(n, 1));
  return [
    figure,
    side(ours),
    side(other),
    value === null ? (why === VOID ? VOID : '-') : `${shown(value, 2)} ${unit}`,
    mark,
    SAID[`${met}`],
  ];
}

/** What stands below the table: why a figure is not in it, each reason once. */
export function reasons(all: readonly Told[]): string[] {
  const by = new Map<string, string[]>();
  for (const { figure, why } of all) {
    if (why !== null && why !== VOID) by.set(why, [...(by.get(why) ?? []), figure]);
  }
  return [...by].map(([why, figures]) => `- ${why} (${figures.join('; ')})`);
}

const NUMERIC = new Set([1, 2, 3]);

export function text(all: readonly Told[]): string {
  const rows = [HEAD, ...all.map(cells)];
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (NUMERIC.has(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  const why = reasons(all);
  return [...rows.map(line), ...(why.length === 0 ? [] : ['', ...why]), ''].join('\n');
}

export function lines(all: readonly Told[]): string {
  return all.map((told) => `${JSON.stringify(told)}\n`).join('');
}
