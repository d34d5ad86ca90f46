import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { SITES } from '../model/kernel.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import type { Outcome } from './check.ts';
import { golden } from './golden.ts';
import { readme } from './readme.ts';
import { expected, fits, isAsked } from './scenario.ts';

const asked = SCENARIOS.flatMap((scenario) =>
  DESIGNS.filter((design) => isAsked(scenario, design)).map((design) => ({
    scenario,
    design,
  })),
);

const outcomes: readonly Outcome[] = asked.map(({ scenario, design }) =>
  check(prepare(design, scenario)),
);

describe('every design does in every scenario what the scenario expects', () => {
  it.each(outcomes)('$run.scenario.name: $run.design.name', ({ run, verdict, surprises }) => {
    expect(surprises).toEqual([]);
    const wanted = expected(run.scenario, run.design.name);
    expect(verdict).toBe(wanted.length > 0 ? 'violated' : 'holds');
  });

  it('reaches every row of every design somewhere', () => {
    const ran = new Set<string>();
    const rows = new Set<string>();
    for (const { run, result } of outcomes) {
      for (const { name, times } of result.coverage.rows()) {
        const row = `${run.design.name} ${name.replace(/^writer\d+/, 'writer')}`;
        rows.add(row);
        if (times > 0) ran.add(row);
      }
    }
    // Rows that a deadlock, or what the design does before, always keeps from running.
    expect([...rows].filter((row) => !ran.has(row))).toEqual([]);
  });

  it('injects every fault somewhere, and takes every answer of it', () => {
    const taken = new Map<string, number>();
    for (const { result } of outcomes) {
      for (const { name, times } of result.coverage.answers()) {
        taken.set(name, (taken.get(name) ?? 0) + times);
      }
    }
    for (const site of SITES) {
      const answers = [...taken].filter(([name]) => name.startsWith(`${site.name}=`));
      expect(answers.length, site.name).toBeGreaterThan(1);
      for (const [name, times] of answers) expect(times, name).toBeGreaterThan(0);
    }
  });
});

describe('the text beside a scenario is what it prints now (npm run golden rewrites it)', () => {
  it.each(SCENARIOS)('$name', (scenario) => {
    const own = outcomes.filter(({ run }) => run.scenario === scenario);
    const file = new URL(`${scenario.name}.txt`, import.meta.url);
    expect(golden(scenario, own)).toBe(readFileSync(file, 'utf8'));
  });

  it('README.md', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const example = readFileSync(new URL('../model/designs/example.ts', import.meta.url), 'utf8');
    expect(readme(text, outcomes, example)).toBe(text);
  });

  it('is in no file of a scenario that is gone', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((file) =>
      file.endsWith('.txt'),
    );
    expect(files.toSorted()).toEqual(SCENARIOS.map(({ name }) => `${name}.txt`).toSorted());
  });
});

describe('scenarios are written down without slips', () => {
  it.each(SCENARIOS)('$name', (scenario) => {
    const designs = DESIGNS.filter((design) => isAsked(scenario, design));
    for (const { designs: pattern, breaks } of scenario.breaks) {
      const fitting = designs.filter((design) => fits(pattern, design.name));
      expect(fitting.length, pattern).toBeGreaterThan(0);
      for (const name of breaks) expect(PROPERTIES.map((p) => p.name)).toContain(name);
    }
    if (scenario.shown !== undefined) {
      const [design, property] = scenario.shown;
      expect(expected(scenario, design), design).toContain(property);
    }
  });

  it('names are unique', () => {
    for (const list of [SCENARIOS, DESIGNS, PROPERTIES, SITES]) {
      expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
    }
  });
});
