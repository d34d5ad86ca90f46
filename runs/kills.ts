/**
 * Which promise notices which mistake: a matrix, and then every mutant, and every bug that a kernel
 * had, with the steps to the first breach of each promise. `npm run golden` writes it down; a test
 * compares it.
 */
import { headings } from '../evidence/matrix.ts';
import { count, labelled, lines, wrap, COLUMNS } from '../evidence/text.ts';
import { HISTORICAL } from '../model/designs/historical.ts';
import type { Bug } from '../model/designs/historical.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import type { Mutant } from '../model/designs/mutants.ts';
import { PROPERTIES } from '../properties/all.ts';
import { breaches } from '../properties/breaches.ts';

type Breach = readonly [name: string, steps: number];

/** The mutant, and the promises that it breaks, those of the fewest steps first. */
function tried(mutant: Mutant): { readonly mutant: Mutant; readonly found: Breach[] } {
  const { steps } = breaches(mutant.design, mutant.setup);
  return { mutant, found: [...steps].toSorted(([, a], [, b]) => a - b) };
}

const inWords = (found: readonly Breach[]): string =>
  found.map(([name, steps]) => `${name} (${steps})`).join(', ');

type Tried = ReturnType<typeof tried>;

function inWordsOf({ id, source, says, design, outside }: Bug, of: Tried | undefined): string[] {
  const what = of
    ? labelled('caught by', inWords(of.found))
    : labelled(design === undefined ? 'outside' : 'in', outside ?? design!);
  return [...labelled(id, `${says} (${source})`), ...what, ''];
}

/** A column, and a blank before it. */
const COLUMN = 2;
const shortName = ({ mutant }: Tried): string => mutant.design.name.replace('mutant/', '');

/** Mutants down, promises across; at the end of a line the steps of the shortest counterexample. */
function matrix(all: readonly Tried[]): string[] {
  const margin = Math.max(...all.map((one) => shortName(one).length));
  const line = (one: Tried): string => {
    const cells = PROPERTIES.map(({ name }) => {
      if (!one.found.some(([by]) => by === name)) return ' .';
      return one.found.length === 1 ? ' #' : ' x';
    });
    const steps = String(one.found[0]?.[1] ?? '-');
    return `${shortName(one).padEnd(margin)}${cells.join('')}${steps.padStart(5)}`;
  };
  return [...headings(PROPERTIES, margin, COLUMN), ...all.map(line)];
}

export function kills(): string {
  const all = MUTANTS.map(tried);
  // Some of the bugs are mutants of the list.
  const known = new Map(all.map((one) => [one.mutant, one]));
  const bugs = HISTORICAL.map((bug) => ({
    bug,
    of: bug.mutant && (known.get(bug.mutant) ?? tried(bug.mutant)),
  }));
  const own = bugs.flatMap(({ of }) => of ?? []).filter(({ mutant }) => !known.has(mutant));
  const alone = new Set(all.flatMap(({ found }) => (found.length === 1 ? [found[0]![0]] : [])));
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
      'The mutants, each with the promises that notice it, and the steps to the shortest ' +
        'counterexample of each:',
      COLUMNS,
    ),
    '',
    ...all.flatMap(({ mutant, found }) => [
      ...wrap(`${mutant.design.name}, of ${mutant.base.name}`, COLUMNS),
      ...labelled('', mutant.design.about),
      ...labelled('caught by', inWords(found)),
      '',
    ]),
    ...wrap(
      `Bugs that kernels had: ${bugs.filter(({ of }) => of !== undefined).length} of ` +
        `${HISTORICAL.length} are mutants here. Of the others it is said why they are not.`,
      COLUMNS,
    ),
    '',
    ...bugs.flatMap(({ bug, of }) => inWordsOf(bug, of)),
  ]);
}
