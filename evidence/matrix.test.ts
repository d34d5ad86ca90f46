import { expect, test } from 'vitest';
import type { Verdict } from '../explorer/search.ts';
import { matrix } from './matrix.ts';
import { rowsNeverRun } from './not-asked.ts';
import type { Tabulated } from './matrix.ts';
import { record } from './record.ts';
import type { PropertyReport, Report } from './report.ts';

const PROPERTIES = ['broken', 'kept', 'unfinished', 'idle', 'unasked'].map((name) => ({
  name: `is-${name}`,
  short: name,
}));

const said = (verdict: Verdict, steps: number | null = null): PropertyReport => ({
  verdict,
  steps,
  trace: null,
  loop: null,
});

const NOTHING = { must: [], incapable: false, rows: [], faults: [], cases: [] };

const report = (design: string, scenario: string, steps: number): Report => ({
  design,
  scenario,
  verdict: 'violated',
  states: 1000,
  transitions: 2000,
  depth: 30,
  limit: null,
  unreached: NOTHING,
  // No part of the matrix.
  bounds: undefined as unknown as Report['bounds'],
  properties: {
    'is-broken': said('violated', steps),
    'is-kept': said('holds'),
    'is-unfinished': said('incomplete'),
    'is-idle': said('vacuous'),
  },
});

const REPORTS = [
  report('family/a', 'first', 12),
  report('family/a', 'second', 9),
  report('family/b', 'second', 7),
];
const SCENARIOS = ['first', 'second', 'third'].map((name, i) => ({ name, code: `s${i + 1}` }));

const tabulated = (parts: Partial<Tabulated> = {}) =>
  matrix({
    reports: REPORTS,
    properties: PROPERTIES,
    scenarios: SCENARIOS,
    recorded: record(REPORTS, () => []),
    ...parts,
  });

test('matrix: the shortest over all scenarios, and the weakest of what else can be said', () => {
  const text = tabulated();
  expect(text).toMatch(/^ +broken kept unfinished idle unasked$/m);
  expect(text).toMatch(/^family\/\n a +9s2 +\. +\? +v +-\n b +7s2 +\. +\? +v +-\n/m);
  expect(text).toMatch(/^s1: first, s2: second\n\n/m);
  expect(text).toContain('Explored: 3 runs, 3,000 states, 6,000 transitions. With --all');
  expect(tabulated({ all: true })).toMatch(/^family\/a +2 +2,000 +4,000$/m);
  expect(text).toContain('3 of 3 runs broke a promise.\n');
});

test('matrix: rows that are the same are one row, if their names differ in one answer', () => {
  const same = (name: string) => report(`family/long-enough,${name}`, 'first', 12);
  const shown = (...reports: Report[]) =>
    tabulated({ reports })
      .split('\n\n')[0]!
      .split('\n')
      .flatMap((line) => /^ (\S+) +\d/.exec(line)?.[1] ?? []);
  const other = report('family/long-enough,cccc,x', 'first', 13);
  expect(shown(same('a,x'), same('b,x'), other)).toEqual([
    'long-enough,a|b,x',
    'long-enough,cccc,x',
  ]);
  // Every answer that there is.
  expect(shown(same('a,x'), same('b,x'), same('c,x'))).toEqual(['long-enough,*,x']);
  // Not where the steps differ, or two answers.
  expect(shown(same('a,x'), other, same('b,y'))).toEqual([
    'long-enough,a,x',
    'long-enough,cccc,x',
    'long-enough,b,y',
  ]);
});

test('matrix: what an interrupt or a failure left out is said, and its dots are none', () => {
  const [one] = REPORTS;
  const text = tabulated({
    reports: [one!],
    unfinished: [
      { design: 'family/a', scenario: 'second', why: 'interrupted' },
      { design: 'family/b', scenario: 'second', why: 'not begun' },
      { design: 'family/b', scenario: 'third', why: 'failed' },
    ],
  });
  expect(text).toContain('\n3 of 4 runs are not in this table: 1 failed.\n');
  expect(text).toContain('\nInterrupted: 3 of 4 runs are not in this table.\n');
  // Nothing is known to be kept: neither of the design that was not run, nor of the other.
  expect(text).toMatch(/^family\/\n a +12s1 +\?.*\n b +\? +\? +\?/m);
});

test('matrix: questions that were not asked, and why', () => {
  const vacuous: Report = {
    ...report('c', 'third', 5),
    verdict: 'vacuous',
    unreached: { ...NOTHING, must: ['the call returns'], faults: ['no-space'] },
  };
  const not_put = [{ design: 'family/a', scenario: 'third', why: 'it receives nothing' }];
  const text = tabulated({ reports: [...REPORTS, vacuous], not_put, all: true });
  expect(text).toContain('third: it receives nothing (family/a)');
  expect(text).toContain('third: it never came to this: the call returns (c)');
  expect(text).toContain('Faults that nothing which they do can meet:\n  no-space (c)\n');
});

test('matrix: in short, what is not asked is told by its reason', () => {
  const vacuous: Report = {
    ...report('c', 'third', 5),
    unreached: { ...NOTHING, must: ['the call returns'] },
  };
  const why = 'it receives nothing';
  const not_put = ['first', 'third'].flatMap((scenario) =>
    ['family/a', 'family/b'].map((design) => ({ design, scenario, why })),
  );
  const text = tabulated({ reports: [...REPORTS, vacuous], not_put });
  expect(text).toContain(
    'Not asked:\n  it receives nothing: s1 s3 (2 designs)\n' +
      '  it never came to what is asked: s3 (c)\n',
  );
});

test('matrix: a row that ran in no scenario is named, whoever of the writers has it', () => {
  const without = (scenario: string, ...rows: string[]): Report => ({
    ...report('c', scenario, 5),
    unreached: { ...NOTHING, rows },
  });
  const reports = [
    without('first', 'writer1.never', 'writer1.sometimes', 'ioend.convert'),
    without('second', 'writer2.never', 'ioend.convert'),
  ];
  expect(rowsNeverRun(reports, ['c'])).toEqual([{ design: 'c', key: 'writer.never' }]);
  expect(rowsNeverRun([without('first')], ['c'])).toEqual([]);
  expect(tabulated({ reports })).toContain('Rows that never ran:\n  writer.never (c)\n');
});

test('matrix: it is said whether all is as it is on record', () => {
  expect(tabulated()).toContain('All is as it is on record: scenarios/recorded.json.\n');
  const longer = tabulated({ reports: [...REPORTS.slice(0, 2), report('family/b', 'second', 8)] });
  expect(longer).toContain(
    '1 difference from the record:\n' +
      '  family/b in second: is-broken: broken in 7 steps, now broken in 8 steps\n',
  );
});

test('matrix: the last line says in words how many hold, break as stated, surprise', () => {
  const last = (parts: Partial<Tabulated> = {}) => tabulated(parts).trimEnd().split('\n').at(-1);
  expect(last()).toBe(
    'No designs keep every promise, 2 designs break what is on record, none surprises.',
  );
  const kept = { ...report('good', 'first', 0), verdict: 'holds' as const, properties: {} };
  const reports = [...REPORTS, kept, report('new', 'first', 3)];
  expect(last({ reports })).toBe(
    '1 design keeps every promise, 2 designs break what is on record, 1 design surprises.',
  );
});

test('matrix: a family is one row, the shortest of all; what some keep is marked', () => {
  const other: Report = {
    ...report('family/c', 'third', 4),
    verdict: 'holds',
    properties: { 'is-broken': said('holds'), 'is-kept': said('holds') },
  };
  const rows = (reports: readonly Report[]) =>
    tabulated({ reports, folded: true }).match(/^family \(\d\).*$/gm);
  expect(rows(REPORTS)).toEqual(['family (2)    7s2    .          ?    v       -']);
  expect(rows([...REPORTS, other])).toEqual(['family (3)   7s2~    .          ?    v       -']);
});
