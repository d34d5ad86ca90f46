/** What stands below the matrix: questions that were not asked, and faults and rows never met. */
import type { Tabulated } from './cells.ts';
import type { Brief } from './report.ts';
import { wrap, wrapPhrases } from './text.ts';

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

/** Questions that were not asked, faults that were never met, rows that never ran. */
export function notTried(all: Tabulated, designs: readonly string[], width: number): string[] {
  const { reports } = all;
  const of = (design: string) => reports.filter((report) => report.design === design);
  const faults = designs.flatMap((design) => {
    const never = inAll(of(design).map(({ unreached }) => unreached.faults));
    return never.length === 0 ? [] : [{ design, key: never.join(', ') }];
  });
  return [
    ...(all.all ? section('Not asked', questions(all), width) : inShort(all, width)),
    ...section('Faults that nothing which they do can meet', faults, width),
    ...section('Rows that never ran', rowsNeverRun(reports, designs), width),
  ];
}

/** Each with its reason: it was not put to the design, or what it asks for did not happen. */
function questions({ reports, not_put = [] }: Tabulated): { design: string; key: string }[] {
  return [
    ...not_put.map(({ design, scenario, why }) => ({ design, key: `${scenario}: ${why}` })),
    ...reports.filter(isVacuous).map(({ design, scenario, unreached }) => ({
      design,
      key: `${scenario}: it never came to this: ${unreached.must.join('; ')}`,
    })),
  ];
}

const isVacuous = ({ unreached }: Brief): boolean => unreached.must.length > 0;

/** The same in short: for each reason, of how many designs which scenarios were not asked. */
function inShort({ reports, not_put = [], scenarios }: Tabulated, width: number): string[] {
  const never: NotPut[] = reports
    .filter(isVacuous)
    .map(({ design, scenario }) => ({ design, scenario, why: 'it never came to what is asked' }));
  const all = [...not_put, ...never];
  // By reason, then by who was not asked: the codes of what was not.
  const reasons = new Map<string, Map<string, { designs: string[]; codes: string[] }>>();
  for (const { name, code } of scenarios) {
    const own = all.filter((one) => one.scenario === name);
    for (const why of new Set(own.map((one) => one.why))) {
      const designs = own.filter((one) => one.why === why).map(({ design }) => design);
      const groups = reasons.get(why) ?? new Map<string, { designs: string[]; codes: string[] }>();
      reasons.set(why, groups);
      const group = groups.get(designs.join()) ?? { designs, codes: [] };
      groups.set(designs.join(), group);
      group.codes.push(code);
    }
  }
  if (reasons.size === 0) return [];
  const who = (designs: readonly string[]): string =>
    designs.length === 1 ? designs[0]! : `${designs.length} designs`;
  const said = [...reasons].flatMap(([why, groups]) => {
    const of = [...groups.values()].map(
      ({ designs, codes }) => `${codes.join(' ')} (${who(designs)})`,
    );
    return wrapPhrases([`${why}:`, ...of], '', width - 4).map(
      (line, n) => (n === 0 ? '  ' : '    ') + line,
    );
  });
  return ['Not asked:', ...said, ''];
}

/** Rows of a design that ran in none of its scenarios. */
export function rowsNeverRun(reports: readonly Brief[], designs: readonly string[]) {
  return designs.flatMap((design) => {
    const own = reports.filter((report) => report.design === design);
    const never = inAll(
      own.map(({ unreached }) => unreached.rows.map((row) => row.replace(/^writer\d+/, 'writer'))),
    ).filter((row) => row.startsWith('writer.'));
    return never.length === 0 ? [] : [{ design, key: never.join(', ') }];
  });
}

/** What is in every one of the lists. */
function inAll(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...rest] = lists;
  return [...new Set(first)].filter((name) => rest.every((list) => list.includes(name)));
}

/** What is said of the same designs is said together. */
function section(
  title: string,
  all: readonly { design: string; key: string }[],
  width: number,
): string[] {
  if (all.length === 0) return [];
  const groups = new Map<string, string[]>();
  for (const { design, key } of all) groups.set(key, [...(groups.get(key) ?? []), design]);
  return [
    `${title}:`,
    ...[...groups].flatMap(([key, designs]) =>
      wrap(`${key} (${families(designs).join('; ')})`, width - 4).map(
        (line, i) => (i === 0 ? '  ' : '    ') + line,
      ),
    ),
    '',
  ];
}

/** `multipage-rfc, 12 of them` where there are many of one family. */
export function families(designs: readonly string[]): string[] {
  return [...grouped(designs)].flatMap(([family, own]) =>
    own.length > 3 ? [`${family}, ${own.length} of them`] : own,
  );
}

function grouped(designs: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of designs) {
    const family = name.split('/')[0]!;
    groups.set(family, [...(groups.get(family) ?? []), name]);
  }
  return groups;
}
