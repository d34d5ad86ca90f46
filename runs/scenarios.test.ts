/**
 * Every design in every scenario, once: held against the record, and against what was promised of
 * both.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rowsNeverRun } from '../evidence/not-asked.ts';
import { differences, keptOnRecord, recordedBecause } from '../evidence/record.ts';
import { reportOf } from '../evidence/report.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { FAULTS, SITES } from '../model/kernel.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { DEFAULT_LIMITS, check, prepare } from './check.ts';
import type { Outcome } from './check.ts';
import { AllExplained } from './explained.ts';
import { golden } from './golden.ts';
import type { Recorded } from '../evidence/record.ts';
import { readme } from './readme.ts';
import { isAsked, notAsked } from './scenario.ts';

/** Of the others `npm start` says whether all is as it is on record. */
const SELECTED = SCENARIOS.filter(({ large }) => large !== true);

const fileOf = (name: string) => new URL(`../scenarios/${name}`, import.meta.url);
/** What the command line reads from where it was built to. */
const recorded = JSON.parse(readFileSync(fileOf('recorded.json'), 'utf8')) as Recorded;
const explained = new AllExplained(keptOnRecord(recorded));
const outcomes: readonly Outcome[] = SELECTED.flatMap((scenario) =>
  DESIGNS.filter((design) => isAsked(scenario, design)).map((design) =>
    check(prepare(design, scenario), DEFAULT_LIMITS, explained.look),
  ),
);
const reports = outcomes.map(reportOf);
const why = recordedBecause(recorded);

describe('every design does in every scenario what is on record', () => {
  it.each(SELECTED)('$name', ({ name }) => {
    const own = reports.filter(({ scenario }) => scenario === name);
    expect(own.flatMap((report) => differences(report, recorded))).toEqual([]);
  });

  it('the record has every run, and no other', () => {
    const known = Object.entries(recorded).flatMap(([scenario, results]) =>
      results.flatMap(({ designs }) => designs.map((design) => `${design} in ${scenario}`)),
    );
    const asked = SCENARIOS.flatMap((scenario) =>
      DESIGNS.filter((design) => isAsked(scenario, design)).map(
        (design) => `${design.name} in ${scenario.name}`,
      ),
    );
    expect(known.toSorted()).toEqual(asked.toSorted());
  });

  it('no run stopped at a limit', () => {
    const open = reports.filter(({ verdict, limit }) => verdict === 'incomplete' || limit !== null);
    expect(open.map(({ design, scenario }) => `${design} in ${scenario}`)).toEqual([]);
  });
});

describe('what happens somewhere', () => {
  it('every row of every design', () => {
    const names = DESIGNS.map(({ name }) => name);
    expect(rowsNeverRun(reports, names)).toEqual([]);
  });

  const taken = new Map<string, number>();
  for (const { result } of outcomes) {
    for (const { name, times } of result.coverage.answers()) {
      taken.set(name, (taken.get(name) ?? 0) + times);
    }
  }

  it.each(FAULTS)('the fault $name, in all its ways', ({ name }) => {
    const answers = [...taken].filter(([answer]) => answer.startsWith(`${name}=`));
    expect(answers.length).toBeGreaterThan(1);
    for (const [answer, times] of answers) expect(times, answer).toBeGreaterThan(0);
  });

  it.each(SELECTED)('what must happen in $name', ({ name }) => {
    const own = reports.filter(({ scenario }) => scenario === name);
    expect(own.some(({ unreached }) => unreached.must.length === 0)).toBe(true);
  });

  it.each(PROPERTIES)('a case of $name', ({ name }) => {
    const own = reports.flatMap(({ properties }) => properties[name] ?? []);
    expect(own.some(({ verdict }) => verdict === 'holds' || verdict === 'violated')).toBe(true);
  });
});

describe('the text beside a scenario is what it prints now (npm run golden rewrites it)', () => {
  it.each(SELECTED)('$name', (scenario) => {
    const own = outcomes.filter(({ run }) => run.scenario === scenario);
    expect(golden(scenario, own, why, explained)).toBe(
      readFileSync(fileOf(`${scenario.name}.txt`), 'utf8'),
    );
  });

  it('README.md', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const example = readFileSync(new URL('../model/designs/example.ts', import.meta.url), 'utf8');
    expect(readme(text, outcomes, example, why, explained, { matrix: false })).toBe(text);
  });

  it('is in no file of a scenario that is gone', () => {
    const files = readdirSync(fileOf('.')).filter((file) => file.endsWith('.txt'));
    expect(files.toSorted()).toEqual(SCENARIOS.map(({ name }) => `${name}.txt`).toSorted());
  });
});

describe('scenarios are written down without slips', () => {
  it.each(SCENARIOS)('$name', (scenario) => {
    expect(scenario.must.length).toBeGreaterThan(0);
    for (const { faults = [], happened } of scenario.must) {
      // Either a fault, or a state.
      expect(faults.length > 0).toBe(happened === undefined);
      expect(faults.filter((fault) => !scenario.faults.includes(fault))).toEqual([]);
    }
    const known = FAULTS.map(({ name }) => name);
    expect(scenario.faults.filter((name) => !known.includes(name))).toEqual([]);
    expect(scenario.faults_max > 0).toBe(scenario.faults.length > 0);
    const left = DESIGNS.filter((design) => !isAsked(scenario, design));
    expect(left.length).toBeLessThan(DESIGNS.length);
    for (const design of left) expect(notAsked(scenario, design)).toMatch(/^\w.*\w$/);
  });

  it('what is shown in full is a breach', () => {
    for (const { name, shown } of SELECTED) {
      if (shown === undefined) continue;
      const [design, property] = shown;
      const report = reports.find((r) => r.scenario === name && r.design === design);
      expect(report?.properties[property]?.verdict, `${design} in ${name}`).toBe('violated');
    }
  });

  // A question is put by what a design can do: by its name, each design would need a line of its
  // own.
  it('who is asked, and what must happen, hangs on no name of a design', () => {
    for (const { name } of SCENARIOS) {
      const text = readFileSync(fileOf(`${name}.ts`), 'utf8').replace(/^ *shown: .*\n/m, '');
      for (const design of DESIGNS) expect(text, name).not.toContain(`'${design.name}'`);
      expect(text, name).not.toMatch(/design\.name|design\.rows|\.startsWith\(/);
    }
  });

  it('names are unique', () => {
    for (const list of [SCENARIOS, DESIGNS, PROPERTIES, SITES]) {
      expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
    }
    expect(new Set(PROPERTIES.map(({ short }) => short)).size).toBe(PROPERTIES.length);
  });
});
