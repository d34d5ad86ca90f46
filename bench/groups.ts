/** Fields of a state in groups, and what is said of what they tell apart. */

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
  readonly shown: number;
}

const number = (value: number): string => value.toLocaleString('en-US');

/** Why a group can be left out, or why it cannot. */
export function why({ isRow, rows, promises }: Counted): string {
  if (isRow) return 'no: it says which row is next';
  if (rows.size > 0) return 'no: rows go by it';
  if (promises.size === 0) return 'yes: no row and no promise reads it';
  if (promises.size > 3) return 'no: rows do not read it, but promises do';
  return `only with ${[...promises].join(', ')}: nothing else reads it`;
}

export function differing({
  design,
  scenario,
  states,
  transitions,
  counted,
  shown,
}: Space): string {
  const sorted = counted.toSorted((a, b) => a.left - b.left || (a.group < b.group ? -1 : 1));
  const top = sorted.slice(0, shown);
  const rest = sorted.slice(shown).filter(({ isRow, rows }) => !isRow && rows.size === 0);
  const free = sorted.filter(({ left }) => left === states).length;
  const lines = [
    `### ${design} in ${scenario}`,
    '',
    `${number(states)} states, ${number(transitions)} transitions, ${counted.length} groups of ` +
      `fields; ${free} of them tell no two states apart.`,
    '',
    '| field | distinct without it | states / distinct | rows | promises | to be left out? |',
    '| --- | --: | --: | --: | --: | --- |',
    ...top.map((one) => {
      const { group, left, rows, promises } = one;
      const ratio = (states / left).toFixed(2);
      return (
        `| \`${group}\` | ${number(left)} | ${ratio} | ${rows.size} | ${promises.size} | ` +
        `${why(one)} |`
      );
    }),
    '',
  ];
  if (rest.length > 0) {
    lines.push('Of the others no row reads these:', '');
    for (const one of rest) {
      lines.push(`- \`${one.group}\` (${(states / one.left).toFixed(2)}): ${why(one)}`);
    }
    lines.push('');
  }
  return lines.join('\n');
}
