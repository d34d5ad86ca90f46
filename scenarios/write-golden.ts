/** `npm run golden`: rewrites the text beside every scenario. Run from the project's root. */
import { writeFileSync } from 'node:fs';
import { SCENARIOS } from './all.ts';
import { golden, outcomesOf } from './golden.ts';

for (const scenario of SCENARIOS) {
  writeFileSync(`scenarios/${scenario.name}.txt`, golden(scenario, outcomesOf(scenario)));
}
