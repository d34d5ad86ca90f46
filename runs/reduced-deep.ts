/**
 * `npm run full:deep`: every design in every scenario, and every mistake of the kill matrix, by a
 * reduced search and by one of all states, up to so many states (by default 100,000).
 */
import process, { argv, stdout } from 'node:process';
import { thousands } from '../evidence/text.ts';
import { compared, ofDesigns, ofMutants } from './reduced-same.ts';

const states = Number(argv[2] ?? 100_000);
const from = Number(argv[3] ?? 64);
let [asked, left_out, reduced, spurious, wrong, full, fewer] = [0, 0, 0, 0, 0, 0, 0];
for (const one of [...ofMutants, ...ofDesigns]) {
  const found = compared(one, states, from);
  if (found === undefined) {
    left_out++;
    continue;
  }
  asked++;
  if (found.reduced !== undefined) {
    reduced++;
    full += found.full;
    fewer += found.reduced;
  }
  if (found.spurious > 0) spurious++;
  for (const what of found.differences) {
    wrong++;
    stdout.write(`${one.design.name} ${one.scenario.name}: ${what}\n`);
  }
}
stdout.write(
  `${asked} runs, ${left_out} larger ones left out; ${reduced} were reduced, from ` +
    `${thousands(full)} states to ${thousands(fewer)}; ${spurious} were searched in full for a ` +
    `breach that no state has; ${wrong} differences\n`,
);
process.exitCode = wrong === 0 ? 0 : 1;
