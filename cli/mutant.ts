/** `mutant`: a mutant, or a bug that kernels had, with the shortest way to what comes of it. */
import { Argument } from 'commander';
import type { Command } from 'commander';
import { unknownName } from '../evidence/nearest.ts';
import { labelled, lines } from '../evidence/text.ts';
import { BUGS, MADE, story, tried } from '../runs/mistakes.ts';
import type { Mistake } from '../runs/mistakes.ts';
import { HOLDS, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';

const ALL: readonly Mistake[] = [...BUGS, ...MADE];

export function addMutant(
  program: Command,
  { io, end }: { io: Io; end: (code: number) => void },
): void {
  program
    .command('mutant')
    .description(
      'a bug that kernels had, or a mutant, and what comes of it; without one, all names',
    )
    .addArgument(new Argument('[name...]', 'as in properties/kills.txt: M14, not-converted'))
    .addHelpText('after', '\nExample:\n  writepath mutant M14')
    .action((names: string[]) => {
      end(names.length === 0 ? named(io) : told(names, io));
    });
}

function named(io: Io): number {
  io.out(
    lines(
      ALL.flatMap(({ name, says, source }) => [
        name,
        ...labelled('', says),
        ...labelled('', source),
      ]),
    ),
  );
  return HOLDS;
}

/** Each is violated, or it would be no mutant. */
function told(names: readonly string[], io: Io): number {
  const found = names.map((name) => {
    const one = ALL.find((mistake) => mistake.name.toLowerCase() === name.toLowerCase());
    if (one !== undefined) return one;
    throw new UsageError(
      unknownName(
        'mutant',
        name,
        ALL.map((mistake) => mistake.name),
      ),
    );
  });
  io.out(found.map((one) => story(tried(one))).join('\n'));
  return VIOLATED;
}
