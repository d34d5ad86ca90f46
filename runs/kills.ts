/**
 * Which promise notices which mistake: a matrix, and then every mutant, and every bug that a kernel
 * had, with the steps to the first breach of each promise. `npm run golden` writes it down; a test
 * compares it.
 */
import { headings } from '../evidence/headings.ts';
import { count, labelled, lines, wrap, COLUMNS } from '../evidence/text.ts';
import { HISTORICAL } from '../model/designs/historical.ts';
import type { Bug } from '../model/designs/historical.ts';
import { PROPERTIES } from '../properties/all.ts';
import { steps, story } from './mistakes.ts';
import type { Tried } from './mistakes.ts';

const inWords = ({ broken }: Tried): string =>
  broken.map(({ name, trace }) => `${name} (${trace!.length})`).join(', ');

/** Which promises notice it, and the shortest way to the one that it is about. */
const caught = (one: Tried): string[] => [
  ...labelled('caught by', inWords(one)),
  ...labelled('steps', steps(one)),
];

function inWordsOf({ id, source, says, design, outside }: Bug, of: Tried | undefined): string[] {
  const what = of
    ? caught(of)
    : labelled(design === undefined ? 'outside' : 'in', outside ?? design!);
  return [...labelled(id, `${says} (${source})`), ...what, ''];
}

/** A column, and a blank before it. */
const COLUMN = 2;
/** Mutants down, promises across; at the end of a line the steps of the shortest counterexample. */
function matrix(all: readonly Tried[]): string[] {
  const margin = Math.max(...all.map(({ mistake }) => mistake.name.length));
  const line = (one: Tried): string => {
    const cells = PROPERTIES.map(({ name }) => {
      if (!one.broken.some((by) => by.name === name)) return ' .';
      return one.broken.length === 1 ? ' #' : ' x';
    });
    const least = String(one.broken[0]!.trace!.length);
    return `${one.mistake.name.padEnd(margin)}${cells.join('')}${least.padStart(5)}`;
  };
  return [...headings(PROPERTIES, margin, COLUMN), ...all.map(line)];
}

/** `all`: the mutants; `bugs`: those of the bugs that are mutants. */
export function kills(all: readonly Tried[], bugs: readonly Tried[]): string {
  // Some of the bugs are mutants of the list.
  const listed = new Set(all.map(({ mistake }) => mistake.mutant));
  const own = bugs.filter(({ mistake }) => !listed.has(mistake.mutant));
  const alone = new Set(
    all.flatMap(({ broken }) => (broken.length === 1 ? [broken[0]!.name] : [])),
  );
  const only = PROPERTIES.map(({ name }) => name).filter((name) => alone.has(name));
  const not = PROPERTIES.map(({ name }) => name).filter((name) => !alone.has(name));
  return lines([
    ...wrap(
      'Mutants of sound designs, and bugs that kernels had (M01 ...), against promises. #: the ' +
        'only promise that notices the mutant; x: one of several; at the end the steps of the ' +
        'shortest counterexample. What the mutants are stands below.',
      COLUMNS,
    ),
    '',
    ...matrix([...all, ...own]),
    '',
    ...wrap(
      `${count(all.length, 'mutant')}; ${count(only.length, 'promise')} of ` +
        `${PROPERTIES.length} are the only ones to notice some mutant` +
        `${not.length === 0 ? '' : `; not so ${not.join(', ')}`}.`,
      COLUMNS,
    ),
    '',
    ...wrap(
      'The mutants, each with the promises that notice it, the steps to the shortest ' +
        'counterexample of each, and who takes those of the first: writer1*3 is three steps. ' +
        '`npx writepath mutant NAME` tells it in full.',
      COLUMNS,
    ),
    '',
    ...all.flatMap((one) => [
      ...wrap(`${one.mistake.name}, ${one.mistake.source}`, COLUMNS),
      ...labelled('', one.mistake.says),
      ...caught(one),
      '',
    ]),
    ...wrap(
      `Bugs that kernels had: ${bugs.length} of ${HISTORICAL.length} are mutants here, and ` +
        'bugs.txt has each in full. Of the others it is said why they are not.',
      COLUMNS,
    ),
    '',
    ...HISTORICAL.flatMap((bug) =>
      inWordsOf(
        bug,
        bugs.find(({ mistake }) => mistake.name === bug.id),
      ),
    ),
  ]);
}

/** The story of each bug that is a mutant, as a mail has it. */
export const bugStories = (bugs: readonly Tried[]): string =>
  [
    lines([
      ...wrap(
        'Bugs that kernels had, each put back into a sound design, and the shortest way to what ' +
          'comes of it. `npx writepath mutant M01` tells the first again.',
        COLUMNS,
      ),
    ]),
    ...bugs.map((bug) => {
      const { name, says, source } = bug.mistake;
      const head = [...labelled(name, says), ...labelled('', source)];
      return `${'-'.repeat(COLUMNS)}\n${lines(head)}\n${story(bug)}`;
    }),
  ].join('\n');
