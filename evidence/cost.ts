/** The table of what writes cost: designs of one family that cost the same stand together. */
import type { Costs } from '../model/cost.ts';
import { lines, wrap } from './text.ts';

/** What the blocks of the file are before they are written. */
export const OVERS = ['hole', 'mapped', 'unwritten'] as const;
export type Over = (typeof OVERS)[number];

/** A write of so many pages by a design; without costs where its filesystem has no such blocks. */
export interface Priced {
  readonly design: string;
  readonly over: Over;
  readonly pages: number;
  readonly costs: Costs | undefined;
}

/** What is written, after `a write`. */
export const TITLES: Readonly<Record<Over, string>> = {
  hole: 'into a hole',
  mapped: 'over mapped extents',
  unwritten: 'over unwritten extents',
};

const LABEL = 17;
const WIDTH = 5;

/** Headings, each above the end of its column, on two lines by turns. */
const COLUMNS: readonly [heading: string, value: (c: Costs) => number | '?'][] = [
  ['calls', (c) => c.calls],
  ['map', (c) => c.mappings],
  ['reserve', (c) => c.reservations],
  ['alloc', (c) => c.allocations],
  ['later', (c) => (c.writeback_is_stuck ? '?' : c.allocations_in_writeback)],
  ['handles', (c) => c.handles],
  ['locks', (c) => c.page_locks],
  ['held', (c) => c.page_locks_held],
  ['copies', (c) => c.copies],
  ['faults', (c) => c.faults],
  ['kmaps', (c) => c.kmaps],
  ['held', (c) => c.kmaps_held],
  ['waits', (c) => c.waits],
  ['held', (c) => c.page_locks_held_in_waits],
];

const LEGEND: readonly [heading: string, says: string][] = [
  ['calls', 'system calls; recvfile takes 32 pages at most, and so more are made'],
  ['map', 'the filesystem is asked for a mapping: ->get_block, ->iomap(READ), ->iomap_begin'],
  ['reserve', 'space is reserved, of however many blocks'],
  ['alloc', 'blocks are allocated, however many, by the calls; later: by writeback after them'],
  ['handles', 'journal handles are started'],
  ['locks', 'page locks are taken; held: the most at one time'],
  ['copies', 'pages are copied, each as often as it is; from the user, or out of the socket'],
  ['faults', 'the user buffer is faulted in'],
  ['kmaps', 'kmap(), not the kmap_atomic() of a copy; held: the most at one time'],
  ['waits', 'a call sleeps, for the network: nobody else is there; held: page locks held then'],
];

const TEXT = LABEL + WIDTH * (COLUMNS.length + 1);

const STUCK = 'writeback waits for ever, for a lock that a call has kept';

const NOT_COUNTED =
  'Not counted: time, and how long a wait is (recvfile gives the peer 8 s); I/O, and what ' +
  'follows it (conversions, commits); page allocations, balance_dirty_pages(), i_rwsem. A ' +
  'program that receives and then calls write() has copied each page once more, in recv(), ' +
  'and made that call.';

const RUN =
  'One run each, alone, in which nothing fails and memory is there at once. A page is a block; ' +
  'none is in the page cache, all lie below EOF and are written whole.';

/** `command`: what prints it again. */
export function costTable(priced: readonly Priced[], command: string): string {
  const sections = OVERS.map((over) => priced.filter((one) => one.over === over)).filter(
    (section) => section.length > 0,
  );
  const stuck = priced.some(({ costs }) => costs?.writeback_is_stuck);
  return lines([
    ...sections.flatMap((section, i) => [...sectionOf(section, sections[i - 1]), '']),
    'How often, in all the calls of a write of so many pages; . is never:',
    ...LEGEND.flatMap(([heading, says]) => hanging(`  ${heading.padEnd(9)}`, says)),
    ...(stuck ? hanging('  ?        ', STUCK) : []),
    ...wrap(RUN, TEXT),
    ...wrap(NOT_COUNTED, TEXT),
    '',
    `To see it again: ${command}`,
  ]);
}

const hanging = (head: string, text: string): string[] =>
  wrap(text, TEXT - head.length).map((line, i) => (i === 0 ? head : ''.padEnd(head.length)) + line);

/** All writes over the same: a table, or that all is as in the section before. */
function sectionOf(section: readonly Priced[], before: readonly Priced[] | undefined): string[] {
  const title = `a write ${TITLES[section[0]!.over]}`;
  if (before !== undefined) {
    const as = `${title}: as ${TITLES[before[0]!.over]}`;
    if (isAs(section, before, (costs) => costs)) return [as, ...none(section)];
    if (isAs(section, before, withoutSpace)) {
      return [`${as}, but nothing is reserved, and nothing allocated`, ...none(section)];
    }
  }
  const all = [...new Set(section.map(({ design }) => design))];
  return [
    title,
    ...headings(),
    ...alike(section).flatMap(({ designs, rows }) => group(label(designs, all), rows)),
  ];
}

const withoutSpace = (costs: Costs): Costs => ({
  ...costs,
  reservations: 0,
  allocations: 0,
  allocations_in_writeback: 0,
});

/** Does every write that can be made cost what `of` leaves of the costs in the section before? */
const isAs = (
  section: readonly Priced[],
  before: readonly Priced[],
  of: (costs: Costs) => Costs,
): boolean =>
  section.some(({ costs }) => costs !== undefined) &&
  section.every(({ costs }, i) => {
    const other = before[i]!.costs;
    return costs === undefined || JSON.stringify(costs) === JSON.stringify(other && of(other));
  });

function none(section: readonly Priced[]): string[] {
  const without = section.filter(({ costs }) => costs === undefined).map(({ design }) => design);
  const designs = [...new Set(without)].join(' ');
  return without.length === 0 ? [] : hanging('  -  ', `the filesystem has none: ${designs}`);
}

function headings(): string[] {
  const all = ['pages', ...COLUMNS.map(([heading]) => heading)];
  const line = (parity: number) =>
    all.reduce(
      (text, heading, i) =>
        i % 2 === parity ? text.padEnd(LABEL + WIDTH * (i + 1) - heading.length) + heading : text,
      '',
    );
  return [line(1), line(0)];
}

/** Designs of one family with the same costs at all sizes. */
function alike(section: readonly Priced[]) {
  const groups = new Map<string, { designs: string[]; rows: readonly Priced[] }>();
  for (const design of new Set(section.map((one) => one.design))) {
    const rows = section.filter((one) => one.design === design);
    const key = JSON.stringify([familyOf(design), rows.map(({ costs }) => costs ?? null)]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { designs: [design], rows });
    else known.designs.push(design);
  }
  return [...groups.values()];
}

const familyOf = (design: string): string => design.split('/')[0]!;

/** The family, and below it which of it: all those that begin so, where no others do. */
function label(designs: readonly string[], all: readonly string[]): string[] {
  const family = familyOf(designs[0]!);
  const own = (name: string) => name.slice(family.length + 1);
  if (designs.length > 2) {
    const start = commonStart(designs.map(own));
    const others = all.filter((name) => familyOf(name) === family && !designs.includes(name));
    if (!others.some((name) => own(name).startsWith(start))) return [`${family}/`, ` ${start}*`];
  }
  const names = designs.map(own).filter((name) => name !== '');
  const alone = names.length === designs.length;
  return [alone ? `${family}/` : family, ...names.map((name) => ` ${name}`)];
}

function commonStart(names: readonly string[]): string {
  let end = 0;
  const [first = ''] = names;
  while (end < first.length && names.every((name) => name[end] === first[end])) end++;
  return first.slice(0, end);
}

/** The label stands beside the numbers, or above them where it is too long. */
function group(names: readonly string[], rows: readonly Priced[]): string[] {
  const above = names.some((name) => name.length > LABEL);
  const beside = above ? [] : names;
  const numbers = rows.map(({ pages, costs }) =>
    [String(pages), ...COLUMNS.map(([, value]) => cell(costs === undefined ? '-' : value(costs)))]
      .map((text) => text.padStart(WIDTH))
      .join(''),
  );
  const height = Math.max(beside.length, numbers.length);
  return [
    ...(above ? names : []),
    ...Array.from(
      { length: height },
      (_, i) => (beside[i] ?? '').padEnd(LABEL) + (numbers[i] ?? ''),
    ),
  ];
}

const cell = (value: number | string): string => (value === 0 ? '.' : String(value));
