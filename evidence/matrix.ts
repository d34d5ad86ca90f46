/**
 * Designs against properties: in each cell the length of the shortest counterexample over all
 * scenarios, and the letter of the scenario that gave it; then what was not asked, and why.
 */
import { letterOf } from './letters.ts';
import { notTried } from './not-asked.ts';
import { differences } from './record.ts';
import type { Recorded } from './record.ts';
import type { Brief, PropertyReport } from './report.ts';
import { count, lines, thousands, wrap, wrapPhrases } from './text.ts';

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

/** A question that was not put to a design. */
export interface NotPut {
  readonly design: string;
  readonly scenario: string;
  readonly why: string;
}

export interface Tabulated {
  readonly reports: readonly Brief[];
  readonly properties: readonly Heading[];
  /** All scenarios, in order: a scenario has the same letter in every matrix. */
  readonly scenarios: readonly string[];
  readonly unfinished?: readonly Unfinished[];
  readonly not_put?: readonly NotPut[];
  readonly recorded: Recorded;
  /** Why each question was not asked, and what was explored of each design. */
  readonly all?: boolean;
}

/** What one design did with one property, over all scenarios. */
interface Cell {
  readonly text: string;
  readonly letter: string;
}

/** Its tables are wider than a mail; so is what stands below. */
const WIDE = 100;

export function matrix(all: Tabulated): string {
  const { reports, scenarios, unfinished = [] } = all;
  const designs = [...new Set([...reports, ...unfinished].map(({ design }) => design))];
  const of = (design: string) => reports.filter((report) => report.design === design);
  return lines([
    ...tables(all, designs),
    '',
    ...signs(rowsOf(all, designs, all.properties), scenarios),
    '',
    ...wrapPhrases(
      all.properties.map(({ name, short }) => `${short}: ${name}`),
      ',',
      WIDE,
    ),
    '',
    ...wrapPhrases(
      scenarios
        .filter((name) => reports.some(({ scenario }) => scenario === name))
        .map((name) => `${letterOf(name, scenarios)}: ${name}`),
      ',',
      WIDE,
    ),
    '',
    ...notTried(all, designs, WIDE),
    ...(all.all ? [...explored(designs, of), ''] : []),
    ...ending(all),
  ]);
}

/** What the signs mean; the number is one that stands in the table. */
const signs = (rows: readonly Row[], scenarios: readonly string[]): string[] => {
  const cells = rows.flatMap((row) => row.cells);
  const { text, letter } = cells.find((cell) => cell.letter !== '') ?? { text: '18', letter: 'a' };
  const name = scenarios.find((one) => letterOf(one, scenarios) === letter) ?? '';
  const sign = `${text}${letter}`;
  return [
    ...wrap(
      `${sign.padStart(3)}  broken: the shortest counterexample has ${text} steps, in ${name}`,
      WIDE,
    ),
    ...SIGNS,
  ];
};

const SIGNS = [
  '  .  kept in every state of every scenario  ?  limit hit, or not run to its end',
  '  -  cannot be asked of this design         v  there was no case of it',
];

/** Two tables, one below the other: all properties in one are wider than a mail. */
function tables(all: Tabulated, designs: readonly string[]): string[] {
  const half = Math.ceil(all.properties.length / 2);
  return [all.properties.slice(0, half), all.properties.slice(half)]
    .filter((part) => part.length > 0)
    .flatMap((part, i) => [...(i > 0 ? [''] : []), ...table(rowsOf(all, designs, part), part)]);
}

function rowsOf(all: Tabulated, designs: readonly string[], properties: readonly Heading[]) {
  const { reports, scenarios, unfinished = [] } = all;
  return designs.map((design) => ({
    design,
    cells: properties
      .map(({ name }) =>
        cellOf(
          reports.filter((report) => report.design === design),
          name,
          scenarios,
        ),
      )
      // What no run has broken, one that did not end might have.
      .map((cell) =>
        cell.letter === '' && unfinished.some((run) => run.design === design)
          ? { text: '?', letter: '' }
          : cell,
      ),
  }));
}

/** The shortest counterexample; else the weakest thing that can be said. */
function cellOf(reports: readonly Brief[], name: string, scenarios: readonly string[]): Cell {
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
    const letter = letterOf(least.scenario, scenarios);
    return { text: String(least.steps), letter };
  }
  return { text: weakest(asked.map(({ property }) => property)), letter: '' };
}

/** Incomplete in one scenario is incomplete; without a case in any, vacuous. */
function weakest(properties: readonly Pick<PropertyReport, 'verdict'>[]): string {
  if (properties.some(({ verdict }) => verdict === 'incomplete')) return '?';
  return properties.every(({ verdict }) => verdict === 'vacuous') ? 'v' : '.';
}

interface Row {
  readonly design: string;
  readonly cells: readonly Cell[];
}

function table(all: readonly Row[], properties: readonly Heading[]): string[] {
  const rows = together(all);
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

/**
 * Rows that are the same, and whose names differ in one answer, or in the variant of one family,
 * are one: `a,b|c`, or `a,*` where that is every answer. No name gets longer than the longest was.
 */
function together(rows: readonly Row[]): Row[] {
  const longest = Math.max(...rows.map(({ design }) => design.length));
  const found: Row[] = [];
  let left = rows;
  while (left.length > 0) {
    const [first] = left as [Row, ...Row[]];
    const parts = answersOf(first);
    let name = first.design;
    let group = [first];
    for (let at = parts.length - 1; at > 0 && group.length === 1; at--) {
      const alike = left.filter((row) => isAlike(first, row, at) && textOf(row) === textOf(first));
      const every = rows.filter((row) => isAlike(first, row, at)).length === alike.length;
      const answers = alike.map((row) => answersOf(row)[at]!);
      const shown = nameOf(parts.with(at, every && at > 1 ? '*' : answers.join('|')));
      if (alike.length > 1 && shown.length <= longest) [name, group] = [shown, alike];
    }
    found.push({ ...first, design: name });
    left = left.filter((row) => !group.includes(row));
  }
  return found;
}

const textOf = ({ cells }: Row): string => cells.map(({ text, letter }) => text + letter).join(' ');

/** The family, the variant, and the answers that follow: `family/variant,answer,answer`. */
function answersOf({ design }: Row): string[] {
  const [family, ...rest] = design.split('/');
  return [family!, ...rest.join('/').split(',')];
}

const nameOf = ([family, ...answers]: readonly string[]): string =>
  answers[0] === '' ? family! : `${family}/${answers.join(',')}`;

/** Are the names the same, but for answer number `at`? The family alone is no variant of it. */
function isAlike(a: Row, b: Row, at: number): boolean {
  const [as, bs] = [answersOf(a), answersOf(b)];
  if (as[1] === '' || bs[1] === '') return false;
  return as.length === bs.length && as.every((part, i) => i === at || part === bs[i]);
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
export function headings(properties: readonly Heading[], margin: number, width: number): string[] {
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

function explored(designs: readonly string[], of: (design: string) => readonly Brief[]): string[] {
  const line = (name: string, numbers: readonly string[]) =>
    name.padEnd(44) + numbers.map((n, i) => n.padStart([6, 11, 12][i]!)).join('');
  const row = (name: string, reports: readonly Brief[]) =>
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

const sum = (reports: readonly Brief[], key: 'states' | 'transitions'): number =>
  reports.reduce((total, report) => total + report[key], 0);

/** How many breaches there are, and whether they are those that the record has. */
function ending({ reports, unfinished = [], recorded, all = false }: Tabulated): string[] {
  const missing = unfinished.length;
  const runs = count(reports.length, 'run');
  const left = `${missing} of ${reports.length + missing} runs are not in this table`;
  const failed = unfinished.filter(({ why }) => why === 'failed').length;
  const broken = reports.filter(({ verdict }) => verdict === 'violated').length;
  const found = reports.flatMap((report) => differences(report, recorded));
  const total = (key: 'states' | 'transitions') => thousands(sum(reports, key));
  return [
    ...wrap(
      `Explored: ${runs}, ${total('states')} states, ${total('transitions')} transitions. ` +
        (all ? '' : 'With --all: of each design, and why a question was not asked.'),
      WIDE,
    ),
    ...(failed > 0 ? [`${left}: ${failed} failed.`] : []),
    ...(missing > failed ? [`Interrupted: ${left}.`] : []),
    `${broken === 0 ? 'None' : thousands(broken)} of ${runs} broke a promise.`,
    ...(found.length > 0
      ? [`${count(found.length, 'difference')} from the record:`, ...found.map((x) => `  ${x}`)]
      : [
          missing === 0
            ? 'All is as it is on record: scenarios/recorded.json.'
            : 'Of the runs that ended none differs from the record.',
        ]),
  ];
}
