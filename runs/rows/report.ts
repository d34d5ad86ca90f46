/** What a run found: a table of rules, every survivor, and how many are caught or the same. */
import { COLUMNS, lines, wrap } from '../../evidence/text.ts';
import type { Finding } from './judge.ts';
import type { Entry } from './listed.ts';
import type { RuleName } from './rules.ts';
import { RULES } from './rules.ts';

/** Of a hundred mutants so many must be caught, or the same as the design. */
export const ENOUGH = 97;

export interface Judged {
  readonly id: string;
  readonly rule: RuleName;
  readonly finding: Finding;
}

type Explained = ReadonlyMap<string, Entry>;

const HEADINGS = [
  'mutants',
  'caught',
  'the same',
  'less',
  'listed',
  'survived',
  'per cent',
] as const;

const isOpen = ({ finding }: Judged): boolean =>
  finding.outcome === 'survived' || finding.outcome === 'less';

function countsOf(judged: readonly Judged[], explained: Explained): readonly string[] {
  const count = (wanted: (one: Judged) => boolean) => judged.filter(wanted).length;
  const unlisted = (one: Judged) => !explained.has(one.id);
  return [
    judged.length,
    count(({ finding }) => finding.outcome === 'caught'),
    count(({ finding }) => finding.outcome === 'equivalent'),
    count((one) => one.finding.outcome === 'less' && unlisted(one)),
    count((one) => isOpen(one) && explained.has(one.id)),
    count((one) => one.finding.outcome === 'survived' && unlisted(one)),
    perCent(judged).toFixed(1),
  ].map(String);
}

/** Those that are caught, or the same; rounded down: 96.9 is not enough. */
export function perCent(judged: readonly Judged[]): number {
  const good = judged.filter((one) => !isOpen(one)).length;
  return judged.length === 0 ? 0 : Math.floor((1000 * good) / judged.length) / 10;
}

export function table(judged: readonly Judged[], explained: Explained): string {
  const line = (name: string, cells: readonly string[]) =>
    name.padEnd(14) + cells.map((cell, i) => cell.padStart(HEADINGS[i]!.length + 2)).join('');
  return lines([
    line('', HEADINGS),
    ...RULES.map((rule) =>
      line(
        rule,
        countsOf(
          judged.filter((one) => one.rule === rule),
          explained,
        ),
      ),
    ),
    line('all', countsOf(judged, explained)),
  ]);
}

/** Who caught how many; and in how many ways others are the same. */
export function summary(judged: readonly Judged[]): string {
  const by = new Map<string, number>();
  const add = (what: string) => by.set(what, (by.get(what) ?? 0) + 1);
  for (const { finding } of judged) {
    if (finding.outcome === 'caught') add(WAYS[finding.by] ?? finding.by);
    if (finding.outcome === 'equivalent') add(finding.why);
  }
  const all = [...by].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return lines(wrap(all.map(([what, n]) => `${what} ${n}`).join(', '), COLUMNS));
}

const WAYS: Readonly<Record<string, string>> = {
  error: "an error of the kernel's own rules",
  vacuous: 'a question that is not asked any more',
};

export const survivors = (judged: readonly Judged[], explained: Explained): string =>
  judged
    .filter((one) => isOpen(one) && !explained.has(one.id))
    .map(({ id, finding }) => `${id}\n    ${inWords(finding)}\n`)
    .join('');

function inWords(finding: Finding): string {
  if (finding.outcome === 'less') {
    return `does nothing that the design does not, and not all of it in ${finding.where}`;
  }
  if (finding.outcome !== 'survived') return finding.outcome;
  return finding.limits.length > 0
    ? `not searched to the end in ${finding.limits.join(', ')}`
    : `breaks no promise, and differs in ${finding.where}`;
}

/** Entries that were refuted, and those that name no mutant. */
export function wrongEntries(judged: readonly Judged[], explained: Explained): string[] {
  const known = new Map(judged.map((one) => [one.id, one]));
  return [...explained.keys()].flatMap((id) => {
    const one = known.get(id);
    if (one === undefined) return [`listed, and there is no such mutant: ${id}`];
    return isOpen(one) ? [] : [`listed, and yet ${one.finding.outcome}: ${id}`];
  });
}
