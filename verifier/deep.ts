/**
 * `npm run verify:deep`: holds the machine that searches against the second interpreter: every
 * counterexample of every design, all spaces up to a size, and random steps of every design.
 */
import { Command } from 'commander';
import { endsAsInterrupted, script } from '../cli/script.ts';
import { INTERNAL } from '../cli/exit.ts';
import type { Io } from '../cli/io.ts';
import { whole } from '../cli/options.ts';
import { count, thousands } from '../evidence/text.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { isAsked, matches } from '../runs/scenario.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { comparePair, walkThrough } from './compare.ts';

interface Options {
  readonly states: number;
  readonly above: number;
  readonly steps: number;
  readonly only: string;
}

const programFor = (io: Io): Command =>
  new Command('npm run verify:deep --')
    .description('Holds the search against a second, naive interpreter.')
    .option('--states <n>', 'states of a space', whole({ min: 0, max: 10_000_000 }), 50_000)
    .option('--above <n>', 'only spaces with more', whole({ min: 0, max: 10_000_000 }), 0)
    .option('--steps <n>', 'random steps of a design', whole({ min: 0, max: 10 ** 9 }), 100_000)
    .option('--only <pattern>', 'only designs with such a name, as `iomap*`', '*')
    .addHelpText('after', '\nExit codes: 0 the two agree in all; 70 they do not; 2 bad usage.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined });

async function main(argv: readonly string[], io: Io): Promise<number> {
  const options = programFor(io).parse(argv, { from: 'user' }).opts<Options>();
  const { states, above, steps, only } = options;
  const sum = { pairs: 0, states: 0, transitions: 0, left: 0, traces: 0, steps: 0, compared: 0 };
  let differences = 0;
  const tell = (found: readonly string[]): void => {
    differences += found.length;
    for (const difference of found) io.out(`${difference}\n`);
  };
  for (const design of DESIGNS.filter(({ name }) => matches(only, name))) {
    for (const scenario of SCENARIOS.filter((one) => isAsked(one, design))) {
      const found = comparePair(design, scenario, { above, most: states });
      if (found.explored) {
        sum.pairs++;
        sum.states += found.states;
        sum.transitions += found.transitions;
      } else sum.left++;
      sum.traces += found.traces;
      tell(found.differences);
    }
    const walked = walkThrough(design, SCENARIOS, steps);
    sum.steps += walked.steps;
    sum.compared += walked.compared;
    tell(walked.differences);
    io.out(`${design.name}: ${thousands(sum.states)} states, ${thousands(sum.steps)} steps\n`);
  }
  io.out(
    `\n${count(sum.traces, 'counterexample')} taken again\n` +
      `${count(sum.pairs, 'space')} explored again: ${count(sum.states, 'state')}, ` +
      `${count(sum.transitions, 'transition')}; ${thousands(sum.left)} others not\n` +
      `${count(sum.steps, 'random step')}, ${count(sum.compared, 'successor')} compared\n` +
      `${count(differences, 'difference')}\n`,
  );
  return differences === 0 ? 0 : INTERNAL;
}

endsAsInterrupted();
await script('verify:deep', main);
