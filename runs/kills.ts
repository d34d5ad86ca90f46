/**
 * Which promise notices which mistake: every mutant, and every bug that a kernel had, with the
 * steps to the first breach of each promise. `npm run golden` writes it down; a test compares it.
 */
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

function bug({ id, source, says, mutant, design, outside }: Bug): string[] {
  const what = mutant
    ? labelled('caught by', inWords(tried(mutant).found))
    : labelled(design === undefined ? 'outside' : 'in', outside ?? design!);
  return [...labelled(id, `${says} (${source})`), ...what, ''];
}

export function kills(): string {
  const all = MUTANTS.map(tried);
  const alone = new Set(all.flatMap(({ found }) => (found.length === 1 ? [found[0]![0]] : [])));
  const only = PROPERTIES.map(({ name }) => name).filter((name) => alone.has(name));
  const caught = HISTORICAL.filter(({ mutant }) => mutant !== undefined).length;
  return lines([
    ...wrap(
      'Mutants of sound designs, each with the promises that notice it, and the steps to the ' +
        'shortest counterexample.',
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
      `${count(MUTANTS.length, 'mutant')}; ${count(only.length, 'promise')} of ` +
        `${PROPERTIES.length} are the only ones to notice some mutant: ${only.join(', ')}.`,
      COLUMNS,
    ),
    '',
    ...wrap(
      `Bugs that kernels had: ${caught} of ${HISTORICAL.length} are mutants here. Of the others ` +
        'it is said why they are not.',
      COLUMNS,
    ),
    '',
    ...HISTORICAL.flatMap(bug),
  ]);
}
