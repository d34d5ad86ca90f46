/**
 * `npm run golden`: rewrites the record, the text beside every scenario, and README's. Run from the
 * root. It finds out anew why each design breaks what it breaks, which takes a minute or two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { record } from '../evidence/record.ts';
import type { Because } from '../evidence/record.ts';
import { reportOf } from '../evidence/report.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { golden, outcomesOf } from './golden.ts';
import { reasons } from './mends.ts';
import { readme } from './readme.ts';

const all = SCENARIOS.map((scenario) => ({ scenario, outcomes: outcomesOf(scenario) }));
const outcomes = all.flatMap((one) => one.outcomes);

const found = new Map(
  outcomes.flatMap((outcome) => {
    const { design, scenario } = outcome.run;
    return reasons(outcome).map(({ property, flaws }) => [
      `${design.name} ${scenario.name} ${property}`,
      flaws,
    ]);
  }),
);
const why: Because = (design, scenario, property) =>
  found.get(`${design} ${scenario} ${property}`) ?? [];

for (const one of all) {
  writeFileSync(`scenarios/${one.scenario.name}.txt`, golden(one.scenario, one.outcomes, why));
}
const recorded = record(outcomes.map(reportOf), why);
writeFileSync('scenarios/recorded.json', `${JSON.stringify(recorded, null, 1)}\n`);

const example = readFileSync('model/designs/example.ts', 'utf8');
const text = readFileSync('README.md', 'utf8');
writeFileSync('README.md', readme(text, outcomes, example, why));
