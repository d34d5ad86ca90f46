/**
 * Designs against promises: in each cell the length of the shortest counterexample over all
 * scenarios, and the code of the scenario that gave it; then what was not asked, and why.
 */
import { designsIn, folded, rowsOf, signOf } from './cells.ts';
import type { Row, Tabulated } from './cells.ts';
import { notTried } from './not-asked.ts';
import { differences } from './record.ts';
import type { Brief } from './report.ts';
import { count, lines, thousands, wrap, wrapPhrases } from './text.ts';

export type { Heading, Tabulated } from './cells.ts';
export type { NotPut, Unfinished } from './not-asked.ts';

/** Its tables are wider than a mail; so is what stands below. */
const WIDE = 100;

export function matrix(all: Tabulated): string {
  const { reports, scenarios } = all;
  const designs = designsIn(all);
  const of = (design: string) => reports.filter((report) => report.design === design);
  return lines([
    ...tables(all),
    '',
    ...wrapPhrases(
      all.properties.map(({ name, short }) => `${short}: ${name}`),
      ',',
      WIDE,
    ),
    '',
    ...wrapPhrases(
      scenarios
        .filter(({ name }) => reports.some(({ scenario }) => scenario === name))
        .map(({ name, code }) => `${code}: ${name}`),
      ',',
      WIDE,
    ),
    '',
    ...notTried(all, designs, WIDE),
    ...(all.all ? [...explored(designs, of), ''] : []),
    ...ending(all),
  ]);
}

/** The tables, one below the other, and what their signs mean. */
export function tables(all: Tabulated): string[] {
  const rows = all.folded ? folded(rowsOf(all)) : rowsOf(all);
  const entries = all.folded
    ? rows.map((row): Entry => ({ shown: row.design, row }))
    : named(sameTogether(rows));
  const name = Math.max(...entries.map(({ shown }) => shown.length));
  const widths = all.properties.map(({ short }, i) =>
    Math.max(short.length, ...rows.map(({ cells }) => signOf(cells[i]!, all.scenarios).length)),
  );
  const parts = partsOf(widths, WIDE - name);
  return [
    ...parts.flatMap((part, i) => [
      ...(i > 0 ? [''] : []),
      ...table(entries, part, { all, name, widths }),
    ]),
    '',
    ...signs(rows, all),
  ];
}

/** Numbers of the columns of each table: as many tables as are needed, about as wide each. */
function partsOf(widths: readonly number[], room: number): number[][] {
  const whole = widths.reduce((sum, width) => sum + width + 1, 0);
  const wanted = Math.ceil(whole / Math.max(room, 1));
  const each = Math.min(room, whole / wanted + Math.max(...widths) / 2);
  const parts: number[][] = [[]];
  let left = each;
  for (const [i, width] of widths.entries()) {
    if (left < width + 1 && parts.at(-1)!.length > 0) {
      parts.push([]);
      left = each;
    }
    parts.at(-1)!.push(i);
    left -= width + 1;
  }
  return parts;
}

/** Each heading is a name that --property takes. */
function table(
  entries: readonly Entry[],
  columns: readonly number[],
  { all, name, widths }: { all: Tabulated; name: number; widths: readonly number[] },
): string[] {
  const { properties, scenarios } = all;
  const line = (shown: string, texts: readonly string[]) =>
    shown.padEnd(name) + texts.map((text, i) => ` ${text.padStart(widths[columns[i]!]!)}`).join('');
  return [
    line(
      '',
      columns.map((i) => properties[i]!.short),
    ),
    ...entries.map(({ shown, row }) =>
      row === undefined
        ? shown
        : line(
            shown,
            columns.map((i) => signOf(row.cells[i]!, scenarios)),
          ),
    ),
  ];
}

/** What the signs mean; the example is one that stands in the table. */
function signs(rows: readonly Row[], all: Tabulated): string[] {
  const broken = rows.flatMap(({ cells }) => cells).find(({ said }) => said === 'violated');
  const example = broken ?? { said: 'violated', steps: 18, scenario: all.scenarios[0]?.name ?? '' };
  const sign = signOf({ ...example, in_part: false }, all.scenarios);
  const code = sign.slice(String(example.steps).length);
  return [
    ...wrap(
      `${sign}: broken: the shortest counterexample has ${example.steps} steps, in scenario ` +
        `${code}, ${example.scenario}`,
      WIDE,
    ),
    `  .  kept in every state of every scenario  ?  limit hit, or not run to its end`,
    `  -  cannot be asked of this design         v  there was no case of it`,
    ...(all.folded
      ? ['  ~  not every design of the family breaks it; --wide has a row for each design']
      : []),
  ];
}

/**
 * Rows that are the same, and whose names differ in one answer, or in the variant of one family,
 * are one: `a,b|c`, or `a,*` where that is every answer. No name gets longer than the longest was.
 */
function sameTogether(rows: readonly Row[]): Row[] {
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

const textOf = ({ cells }: Row): string => JSON.stringify(cells);

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

interface Entry {
  readonly shown: string;
  readonly row?: Row;
}

/** Designs of one family stand under its name, so that the names fit. */
function named(rows: readonly Row[]): Entry[] {
  const found: Entry[] = [];
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
function ending(tabulated: Tabulated): string[] {
  const { reports, unfinished = [], recorded, all = false } = tabulated;
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
    ...wrap(inWords(tabulated), WIDE),
  ];
}

/** How many designs hold, how many break as is on record, how many surprise. */
export function tally({ reports, unfinished = [], recorded }: Tabulated): Tally {
  const designs = [...new Set(reports.map(({ design }) => design))];
  const of = (design: string) => reports.filter((report) => report.design === design);
  const open = new Set([
    ...unfinished.map(({ design }) => design),
    ...reports.filter(({ verdict }) => verdict === 'incomplete').map(({ design }) => design),
  ]);
  const surprise = designs.filter((design) =>
    of(design).some((report) => differences(report, recorded).length > 0),
  );
  const decided = designs.filter((design) => !surprise.includes(design) && !open.has(design));
  const broken = decided.filter((design) =>
    of(design).some(({ verdict }) => verdict === 'violated'),
  );
  return {
    hold: decided.filter((design) => !broken.includes(design)),
    as_stated: broken,
    surprise,
    open: [...open].filter((design) => !surprise.includes(design)),
  };
}

/** Designs, by what is to be said of them. */
export interface Tally {
  readonly hold: readonly string[];
  readonly as_stated: readonly string[];
  readonly surprise: readonly string[];
  /** Not all of their runs came to an end. */
  readonly open: readonly string[];
}

function inWords(all: Tabulated): string {
  const { hold, as_stated, surprise, open } = tally(all);
  const verb = (n: number, one: string, many: string) =>
    `${count(n, 'design')} ${n === 1 ? one : many}`;
  const said = [
    verb(hold.length, 'keeps every promise', 'keep every promise'),
    `${verb(as_stated.length, 'breaks', 'break')} what is on record`,
    surprise.length === 0 ? 'none surprises' : verb(surprise.length, 'surprises', 'surprise'),
    ...(open.length === 0 ? [] : [`${verb(open.length, 'is', 'are')} not decided`]),
  ];
  return `${said.join(', ')}.`.replace(/^n/, 'N');
}
