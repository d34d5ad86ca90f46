/**
 * Designs against properties: in each cell the length of the shortest counterexample over all
 * scenarios, and the letter of the scenario that gave it.
 */
import type { PropertyReport, Report } from './report.ts';
import { COLUMNS, count, lines, thousands, wrapPhrases } from './text.ts';

/** A property as the matrix needs it. */
export interface Heading {
  readonly name: string;
  readonly short: string;
}

/** A run that is not in the table. */
export interface Unfinished {
  readonly design: string;
  readonly scenario: string;
  readonly why: 'failed' | 'interrupted' | 'not begun';
}

/** What one design did with one property, over all scenarios. */
interface Cell {
  readonly text: string;
  readonly letter: string;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

export function matrix(
  reports: readonly Report[],
  properties: readonly Heading[],
  order: readonly string[],
  /** Runs that an interrupt left out. */
  missing = 0,
  unfinished: readonly Unfinished[] = [],
): string {
  const designs = [...new Set([...reports, ...unfinished].map(({ design }) => design))];
  const scenarios = order.filter((name) => reports.some(({ scenario }) => scenario === name));
  const of = (design: string) => reports.filter((report) => report.design === design);
  const rows = designs.map((design) => ({
    design,
    cells: properties
      .map(({ name }) => cellOf(of(design), name, scenarios))
      // What no run has broken, one that did not end might have.
      .map((cell) =>
        cell.letter === '' && unfinished.some((run) => run.design === design)
          ? { text: '?', letter: '' }
          : cell,
      ),
  }));
  return lines([
    ...table(rows, properties),
    '',
    ...legend(scenarios, properties),
    '',
    ...explored(designs, of),
    '',
    ...surprises(reports, missing, unfinished),
  ]);
}

/** The shortest counterexample; else the weakest thing that can be said. */
function cellOf(reports: readonly Report[], name: string, scenarios: readonly string[]): Cell {
  const asked = reports.flatMap((report) => {
    const property = report.properties[name];
    return property === undefined ? [] : [{ report, property }];
  });
  if (asked.length === 0) return { text: '-', letter: '' };
  let least: { steps: number; scenario: string } | undefined;
  for (const { report, property } of asked) {
    const { steps } = property;
    if (steps !== null && (!least || steps < least.steps)) {
      least = { steps, scenario: report.scenario };
    }
  }
  if (least) {
    const letter = LETTERS[scenarios.indexOf(least.scenario)] ?? '*';
    return { text: String(least.steps), letter };
  }
  return { text: weakest(asked.map(({ property }) => property)), letter: '' };
}

/** Incomplete in one scenario is incomplete; held in none where all happened that could, vacuous. */
function weakest(properties: readonly PropertyReport[]): string {
  if (properties.some(({ verdict }) => verdict === 'incomplete')) return '?';
  return properties.every(({ verdict }) => verdict === 'vacuous') ? 'v' : '.';
}

interface Row {
  readonly design: string;
  readonly cells: readonly Cell[];
}

function table(rows: readonly Row[], properties: readonly Heading[]): string[] {
  const entries = named(rows);
  const name = Math.max(...entries.map(({ shown }) => shown.length));
  const digits = Math.max(2, ...rows.flatMap(({ cells }) => cells.map(({ text }) => text.length)));
  return [
    ...headings(properties, name, digits + 2),
    ...entries.map(({ shown, row }) =>
      row === undefined
        ? shown
        : shown.padEnd(name) +
          row.cells.map(({ text, letter }) => ` ${text.padStart(digits)}${letter || ' '}`).join(''),
    ),
  ];
}

/** Designs of one family stand under its name, so that the names fit. */
function named(rows: readonly Row[]): { shown: string; row?: Row }[] {
  const found: { shown: string; row?: Row }[] = [];
  let heading = '';
  for (const row of rows) {
    const [family, variant] = row.design.split('/', 2) as [string, string | undefined];
    if (variant === undefined) {
      heading = family;
      found.push({ shown: family, row });
    } else {
      if (heading !== family) found.push({ shown: `${family}/` });
      heading = family;
      found.push({ shown: ` ${variant}`, row });
    }
  }
  return found;
}

/**
 * Words wider than their column, on as many lines as keep them apart; each ends over its column.
 */
function headings(properties: readonly Heading[], margin: number, width: number): string[] {
  const longest = Math.max(...properties.map(({ short }) => short.length));
  const levels = Math.ceil((longest + 1) / width);
  return Array.from({ length: levels }, (_, level) => {
    let line = '';
    properties.forEach(({ short }, i) => {
      const end = margin + (i + 1) * width - 1;
      if (i % levels === level) line = line.padEnd(end - short.length) + short;
    });
    return line;
  });
}

function legend(scenarios: readonly string[], properties: readonly Heading[]): string[] {
  return [
    '18j  broken: the shortest counterexample has 18 steps, in scenario j',
    '  .  kept in every state of every scenario  ?  limit hit, nothing claimed',
    '  -  cannot be asked of this design         v  never put to the test in full',
    '',
    ...wrapPhrases(
      properties.map(({ name, short }) => `${short}: ${name}`),
      ',',
      COLUMNS,
    ),
    '',
    ...scenarios.map((name, i) => `${LETTERS[i] ?? '*'} ${name}`),
  ];
}

function explored(designs: readonly string[], of: (design: string) => readonly Report[]): string[] {
  const line = (name: string, numbers: readonly string[]) =>
    name.padEnd(44) + numbers.map((n, i) => n.padStart([6, 11, 12][i]!)).join('');
  const row = (name: string, reports: readonly Report[]) =>
    line(name, [
      String(reports.length),
      thousands(sum(reports, 'states')),
      thousands(sum(reports, 'transitions')),
    ]);
  return [
    line('explored, in all scenarios', ['runs', 'states', 'transitions']),
    ...designs.map((design) => row(design, of(design))),
    row('', designs.flatMap(of)),
  ];
}

const sum = (reports: readonly Report[], key: 'states' | 'transitions'): number =>
  reports.reduce((total, report) => total + report[key], 0);

function surprises(
  reports: readonly Report[],
  missing: number,
  unfinished: readonly Unfinished[],
): string[] {
  const all = reports.length + missing;
  const left = `${missing} of ${all} runs are not in this table`;
  const failed = unfinished.filter(({ why }) => why === 'failed').length;
  const told = [
    ...(failed > 0 ? [`${left}: ${failed} failed.`] : []),
    ...(missing > failed ? [`Interrupted: ${left}.`] : []),
  ];
  const found = reports.flatMap((report) => report.surprises);
  if (found.length === 0) return missing > 0 ? told : ['Every verdict is the expected one.'];
  return [...told, `${count(found.length, 'surprise')}:`, ...found.map((text) => `  ${text}`)];
}
