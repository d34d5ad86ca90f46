/**
 * `npm run golden`: rewrites the record, the text beside every scenario, lock orders, and README's.
 * Run from the root. It finds out anew why each design breaks what it breaks, which takes a minute
 * or two.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Piscina } from 'piscina';
import { keptOnRecord, record } from '../evidence/record.ts';
import type { Because } from '../evidence/record.ts';
import { reportOf } from '../evidence/report.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { DEFAULT_LIMITS, check, prepare } from './check.ts';
import { defects } from './defects.ts';
import { AllExplained } from './explained.ts';
import { golden, outcomesOf } from './golden.ts';
import { bugStories, kills } from './kills.ts';
import { AllLocks } from './locks.ts';
import type { Mends } from './mends.ts';
import { BUGS, MADE, tried } from './mistakes.ts';
import { readme } from './readme.ts';
import { FOLDERS, judgeAll, outcomesText } from './subset.ts';
import { GROUPS, allToldApart, firstTold, mutantsText } from './told-apart.ts';

// First, while this process is small. Exit code 0: there is a set of mends that is enough.
const program = ['dist/cli/main.js', 'mend', 'multipage-rfc/unlocked,unwritten,redirties'];
const mend = execFileSync(process.execPath, program, { encoding: 'utf8' });

const locks = new AllLocks();
const all = SCENARIOS.map((scenario) => ({
  scenario,
  outcomes: outcomesOf(scenario, locks.look),
}));
const outcomes = all.flatMap((one) => one.outcomes);

const threads = new Piscina<object, [string, Mends][]>({
  filename: new URL('./reasons-worker.js', import.meta.url).href,
});
const broken = outcomes.filter(({ verdict }) => verdict === 'violated');
const found = new Map(
  (
    await Promise.all(
      broken.map(({ run }) =>
        threads.run({ design: run.design.name, scenario: run.scenario.name }),
      ),
    )
  ).flat(),
);
await threads.destroy();
const why: Because = (design, scenario, property) =>
  found.get(`${design} ${scenario} ${property}`) ?? [];

const recorded = record(outcomes.map(reportOf), why);
// First: texts name the model by it.
writeFileSync('scenarios/recorded.json', `${JSON.stringify(recorded, null, 1)}\n`);
const explained = new AllExplained(keptOnRecord(recorded));
for (const { scenario, outcomes: own } of all) {
  const shown = DESIGNS.find(({ name }) => name === scenario.shown?.[0]);
  if (shown !== undefined) check(prepare(shown, scenario), DEFAULT_LIMITS, explained.look);
  writeFileSync(`scenarios/${scenario.name}.txt`, golden(scenario, own, why, explained));
}
writeFileSync('model/designs/locks.txt', locks.text());
const tallies = FOLDERS.map(({ traces }) => judgeAll(traces()));
writeFileSync('traces/outcomes.txt', outcomesText(tallies));
const apart = GROUPS.map((group) => allToldApart(group));
writeFileSync('traces/mutants.txt', mutantsText(apart));
writeFileSync('traces/first-told.json', `${JSON.stringify(firstTold(apart.flat()), null, 1)}\n`);
const bugs = BUGS.map(tried);
writeFileSync('properties/kills.txt', kills(MADE.map(tried), bugs));
writeFileSync('properties/bugs.txt', bugStories(bugs));
writeFileSync('properties/defects.txt', defects(recorded));

const example = readFileSync('model/designs/example.ts', 'utf8');
const text = readFileSync('README.md', 'utf8');
writeFileSync('README.md', readme(text, outcomes, example, why, explained, { mend }));
