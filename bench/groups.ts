/** Fields of a state in groups, and what is said of what they tell apart. */

import { wrap } from '../evidence/text.ts';

const WIDTH = 110;
/** Lines as long as prose has here. */
export const prose = (text: string): string => wrap(text, WIDTH).join('\n');

/** As a struct has it. */
export interface Place {
  readonly name: string;
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
}

/** The same field of all records of an array. */
export interface Group {
  readonly name: string;
  /** Its bits in each word. */
  readonly bits: Int32Array;
  /** Where a task stands. */
  readonly isRow: boolean;
}

export const folded = (name: string): string => name.replaceAll(/\[\d+\]/g, '[]');

export function groupsOf(
  places: readonly Place[],
  words: number,
  rows: ReadonlySet<string>,
): Group[] {
  const groups = new Map<string, Group>();
  for (const { name, word, shift, mask } of places) {
    const own = folded(name);
    const group = groups.get(own) ?? {
      name: own,
      bits: new Int32Array(words),
      isRow: rows.has(own),
    };
    group.bits[word]! |= mask << shift;
    groups.set(own, group);
  }
  return [...groups.values()];
}

export interface Counted {
  readonly group: string;
  readonly isRow: boolean;
  /** States that are left without it. */
  readonly left: number;
  readonly rows: ReadonlySet<string>;
  readonly promises: ReadonlySet<string>;
}

export interface Space {
  readonly design: string;
  readonly scenario: string;
  readonly states: number;
  readonly transitions: number;
  readonly counted: readonly Counted[];
  /** States that are left without all that no row reads, and without all that nobody reads. */
  readonly noRow: number;
  readonly nobody: number;
  readonly shown: number;
  /** What can be made of it. */
  readonly remark: string | undefined;
}

/** All their bits. */
export function union(groups: readonly Group[], words: number): Int32Array {
  const all = new Int32Array(words);
  for (const { bits } of groups) bits.forEach((mask, word) => (all[word]! |= mask));
  return all;
}

/** Read by no row: where it differs, all goes on alike. */
export const isOfNoRow = ({ isRow, rows }: Counted): boolean => !isRow && rows.size === 0;
export const isOfNobody = (one: Counted): boolean => isOfNoRow(one) && one.promises.size === 0;

const number = (value: number): string => value.toLocaleString('en-US');

/** Why a group can be left out, or why it cannot. */
export function why(one: Counted): string {
  const { isRow, promises } = one;
  if (isRow) return 'no: it says which row is next';
  if (!isOfNoRow(one)) return 'not as it is: rows go by it';
  if (promises.size === 0) return 'yes: no row and no promise reads it';
  return 'only where these promises are not asked: no row reads it';
}

const NAMES = 3;

/** Who reads it, the first few by name. */
function readBy({ rows, promises }: Counted): string {
  const few = (what: string, names: ReadonlySet<string>) => {
    if (names.size === 0) return [];
    const some = [...names].slice(0, NAMES).map((name) => `\`${name}\``);
    const more = names.size > NAMES ? `, ${names.size - NAMES} more` : '';
    return [`${what} ${some.join(', ')}${more}`];
  };
  return [...few('rows', rows), ...few('promises', promises)].join('; ') || '-';
}

export function differing(space: Space): string {
  const { design, scenario, states, transitions, counted, shown, remark } = space;
  const sorted = counted.toSorted((a, b) => a.left - b.left || (a.group < b.group ? -1 : 1));
  const telling = sorted.filter(({ left }) => left < states);
  const top = telling.slice(0, shown);
  const ratio = (left: number) => (states / left).toFixed(2);
  const count = (of: (one: Counted) => boolean) => counted.filter(of).length;
  return [
    `### ${design} in ${scenario}`,
    '',
    prose(
      `${number(states)} states, ${number(transitions)} transitions. Of ${counted.length} groups ` +
        `of fields ${telling.length} tell states apart that nothing else does; the first ` +
        `${top.length}:`,
    ),
    '',
    '| field | distinct without it | states / distinct | read by | to be left out? |',
    '| --- | --: | --: | --- | --- |',
    ...top.map(
      (one) =>
        `| \`${one.group}\` | ${number(one.left)} | ${ratio(one.left)} | ${readBy(one)} | ` +
        `${why(one)} |`,
    ),
    '',
    prose(
      `Without all ${count(isOfNobody)} groups that nobody reads ${number(space.nobody)} states ` +
        `are left (${ratio(space.nobody)}), without all ${count(isOfNoRow)} that no row reads ` +
        `${number(space.noRow)} (${ratio(space.noRow)}).`,
    ),
    '',
    ...(remark === undefined ? [] : [prose(remark), '']),
  ].join('\n');
}
