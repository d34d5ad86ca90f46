/** `npm run golden`: rewrites the text beside every scenario, and README's. Run from the root. */
import { readFileSync, writeFileSync } from 'node:fs';
import { SCENARIOS } from '../scenarios/all.ts';
import { golden, outcomesOf } from './golden.ts';
import { record } from '../evidence/record.ts';
import { reportOf } from '../evidence/report.ts';
import { readme } from './readme.ts';

const all = SCENARIOS.map((scenario) => ({ scenario, outcomes: outcomesOf(scenario) }));
for (const { scenario, outcomes } of all) {
  writeFileSync(`scenarios/${scenario.name}.txt`, golden(scenario, outcomes));
}
const reports = all.flatMap((one) => one.outcomes.map(reportOf));
writeFileSync('scenarios/recorded.json', `${JSON.stringify(record(reports), null, 1)}\n`);

const example = readFileSync('model/designs/example.ts', 'utf8');
const outcomes = all.flatMap((one) => one.outcomes);
writeFileSync('README.md', readme(readFileSync('README.md', 'utf8'), outcomes, example));
