/** What mending a design has shown, as text for a mail. */
import type { Design, Flaw } from '../model/design.ts';
import { COLUMNS, count, lines, wrap } from './text.ts';

/** Broken promises of a design with some flaws mended, scenario by scenario. */
export type Breaches = readonly {
  readonly scenario: string;
  readonly property: string;
  readonly steps: number;
}[];

/** What is broken without one mend of a set. */
export interface Needed {
  readonly mends: readonly string[];
  readonly one: string;
  readonly without: Breaches;
}

export interface KeepingSet {
  readonly mends: readonly string[];
  /** Scenarios whose question no run with these mends comes to: nothing is said of them. */
  readonly not_asked: readonly string[];
}

export interface Mending {
  readonly design: Design;
  readonly posted: Breaches;
  /** All the smallest sets with which every promise is kept in every scenario that is asked. */
  readonly sets: readonly KeepingSet[];
  readonly needed: readonly Needed[];
  /** What all mends together leave broken, where no set is enough. */
  readonly left: Breaches;
  readonly alone: readonly { readonly one: string; readonly left: Breaches }[];
}

export function mendText(mending: Mending): string {
  const { design, posted, sets, needed, alone } = mending;
  const head = [...wrap(`writepath: what would mend ${design.name}`, COLUMNS), ''];
  if (posted.length === 0) {
    const text =
      'As it is, it breaks no promise in any scenario, at the bounds of each: ' +
      'there is nothing to mend.';
    return lines([...head, ...wrap(text, COLUMNS)]);
  }
  return lines([
    ...head,
    ...indented(`As it is, it breaks ${count(shortest(posted).length, 'promise')}: `, posted),
    '',
    ...smallest(mending),
    ...sets.flatMap(({ mends, not_asked }) => [
      ...hanging('  ', mends.join(', ')),
      ...(not_asked.length === 0
        ? []
        : hanging('    not asked, since it never comes to that: ', not_asked.join(', '))),
      '',
    ]),
    ...(sets.length === 0 ? [] : ['What each is needed for, in the first set that has it:', '']),
    ...[...new Set(sets.flatMap(({ mends }) => mends))].flatMap((one) => {
      const found = needed.find((need) => need.one === one)!;
      return [...said(flawOf(design, one)), ...indented('    without it: ', found.without), ''];
    }),
    ...(alone.length === 0 ? [] : ['With one of them mended alone, what is still broken:']),
    ...alone.flatMap(({ one, left }) =>
      hanging(
        `  ${one}: `,
        shortest(left)
          .map(({ property }) => property)
          .join(', ') || 'nothing',
      ),
    ),
  ]);
}

function smallest({ design, sets, left }: Mending): string[] {
  const [first] = sets;
  if (first !== undefined) {
    const many = sets.length === 1 ? 'The smallest set' : `The ${sets.length} smallest sets`;
    return wrap(
      `${many} of mends with which every promise holds in every scenario that is asked, ` +
        `at the bounds of each: ${first.mends.length} of ${design.flaws.length} flaws.`,
      COLUMNS,
    ).concat('');
  }
  if (design.flaws.length === 0) return ['No flaw of it is known.', ''];
  return [
    'No set of mends is enough. Its flaws:',
    '',
    ...design.flaws.flatMap((flaw) => [
      ...said(flaw),
      ...(flaw.instead ? [`    no rows can mend it; ${flaw.instead.design} does without`] : []),
      '',
    ]),
    ...indented('With all that can be mended, it breaks: ', left),
    '',
  ];
}

const said = ({ name, says, source }: Flaw): string[] => [
  `  ${name}`,
  ...wrap(says, COLUMNS - 4).map((line) => `    ${line}`),
  ...wrap(`(${source})`, COLUMNS - 4).map((line) => `    ${line}`),
];

/** Of each promise the shortest breach, and where. */
function shortest(breaches: Breaches): Breaches {
  const found = new Map<string, Breaches[number]>();
  for (const breach of breaches) {
    const known = found.get(breach.property);
    if (known === undefined || breach.steps < known.steps) found.set(breach.property, breach);
  }
  return [...found.values()];
}

const indented = (head: string, breaches: Breaches): string[] =>
  hanging(
    head,
    shortest(breaches)
      .map(({ property, steps, scenario }) => `${property} (${steps} steps, ${scenario})`)
      .join(', ') || 'nothing',
  );

const hanging = (head: string, text: string): string[] => {
  const margin = /^ */.exec(head)![0];
  return wrap(head.trimStart() + text, COLUMNS - margin.length - 2).map(
    (line, i) => `${margin}${i === 0 ? '' : '  '}${line}`,
  );
};

const flawOf = (design: Design, name: string): Flaw =>
  design.flaws.find((flaw) => flaw.name === name)!;
