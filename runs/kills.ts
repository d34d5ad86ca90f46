/**
 * Which promise notices which mistake: every mutant, and every bug that a kernel had, with the
 * steps to the first breach of each promise. `npm run golden` writes it down; a test compares it.
 */
import { count, labelled, lines, wrap, COLUMNS } from '../evidence/text.ts';
import { explore } from '../explorer/search.ts';
import { HISTORICAL } from '../model/designs/historical.ts';
import type { Bug } from '../model/designs/historical.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import type { Mutant } from '../model/designs/mutants.ts';
import { kernelSystem } from '../model/system.ts';
import { PROPERTIES, checksOf } from '../properties/all.ts';

const LIMITS = { states: 200_000, depth: 1000 };

/** Promises that are broken, those of the fewest steps first. */
function broken({ design, setup }: Mutant): [name: string, steps: number][] {
  const { system } = kernelSystem(design, setup, checksOf(PROPERTIES));
  return explore(system, LIMITS)
    .properties.flatMap(({ name, trace }): [string, number][] =>
      trace ? [[name, trace.length]] : [],
    )
    .toSorted(([, a], [, b]) => a - b);
}

const found = (mutant: Mutant): string =>
  broken(mutant)
    .map(([name, steps]) => `${name} (${steps})`)
    .join(', ');

function bug({ id, source, says, mutant, design, outside }: Bug): string[] {
  const what = mutant
    ? labelled('caught by', found(mutant))
    : labelled(design === undefined ? 'outside' : 'in', outside ?? design!);
  return [...labelled(id, `${says} (${source})`), ...what, ''];
}

export function kills(): string {
  const alone = MUTANTS.map((mutant) => ({ mutant, names: broken(mutant).map(([name]) => name) }));
  const only = PROPERTIES.map(({ name }) => name).filter((name) =>
    alone.some(({ names }) => names.length === 1 && names[0] === name),
  );
  const caught = HISTORICAL.filter(({ mutant }) => mutant !== undefined).length;
  return lines([
    ...wrap(
      'Mutants of sound designs, each with the promises that notice it, and the steps to the ' +
        'shortest counterexample.',
      COLUMNS,
    ),
    '',
    ...MUTANTS.flatMap((mutant) => [
      ...wrap(`${mutant.design.name}, of ${mutant.base.name}`, COLUMNS),
      ...labelled('', mutant.design.about),
      ...labelled('caught by', found(mutant)),
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
