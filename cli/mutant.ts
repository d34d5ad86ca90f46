/** `mutant`: a mutant, or a bug that kernels had, with the shortest way to what comes of it. */
import { Argument } from 'commander';
import type { Command } from 'commander';
import { unknownName } from '../evidence/nearest.ts';
import { labelled, lines } from '../evidence/text.ts';
import { HISTORICAL } from '../model/designs/historical.ts';
import { BUGS, MADE, story, tried } from '../runs/mistakes.ts';
import type { Mistake } from '../runs/mistakes.ts';
import type { On } from './command.ts';
import { HOLDS, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';

const ALL: readonly Mistake[] = [...BUGS, ...MADE];

export function addMutant(program: Command, { io, end }: On): void {
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

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** As it is written, or with `mutant/` before it, as the design is called. */
function found(asked: string): Mistake {
  const name = asked.replace(/^mutant\//, '');
  const one = ALL.find((mistake) => same(mistake.name, name));
  if (one !== undefined) return one;
  const bug = HISTORICAL.find(({ id }) => same(id, name));
  if (bug?.design !== undefined) {
    throw new UsageError(`${bug.id} is no mutant: the design ${bug.design} has it; check that`);
  }
  if (bug !== undefined) throw new UsageError(`${bug.id} is no mutant here: ${bug.outside}`);
  // The number of a bug is no misspelling of another one.
  if (/^m\d+$/i.test(name)) throw new UsageError(`unknown bug '${asked}'; try writepath mutant`);
  const names = MADE.map((mistake) => mistake.name);
  throw new UsageError(unknownName('mutant', asked, names));
}

/** Each is violated, or it would be no mutant. */
function told(names: readonly string[], io: Io): number {
  io.out(
    names
      .map(found)
      .map((one) => story(tried(one)))
      .join('\n'),
  );
  return VIOLATED;
}
