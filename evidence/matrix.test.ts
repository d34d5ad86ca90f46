import { expect, test } from 'vitest';
import type { Verdict } from '../explorer/search.ts';
import { matrix } from './matrix.ts';
import type { PropertyReport, Report } from './report.ts';

const PROPERTIES = ['broken', 'kept', 'unfinished', 'idle', 'unasked'].map((name) => ({
  name: `is-${name}`,
  short: name,
}));

const said = (verdict: Verdict, steps: number | null = null): PropertyReport => ({
  verdict,
  steps,
  trace: null,
});

const report = (design: string, scenario: string, steps: number): Report => ({
  design,
  scenario,
  verdict: 'violated',
  states: 1000,
  transitions: 2000,
  depth: 30,
  limit: null,
  unreached: [],
  surprises: steps === 7 ? ['family/b in second: a surprise'] : [],
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

test('matrix: the shortest over all scenarios, and the weakest of what else can be said', () => {
  const text = matrix(REPORTS, PROPERTIES, ['first', 'second', 'third']);
  expect(text).toMatch(/^family\/\n a +9b +\. +\? +v +-\n b +7b +\. +\? +v +-\n/m);
  expect(text).toMatch(/^a first\nb second\n\n/m);
  expect(text).toMatch(/^family\/a +2 +2,000 +4,000$/m);
  expect(text).toContain('1 surprise:\n  family/b in second: a surprise\n');
});

test('matrix: what an interrupt left out is said, and nothing is called expected', () => {
  const text = matrix(REPORTS.slice(0, 2), PROPERTIES, ['first', 'second'], 3);
  expect(text).toMatch(/\nInterrupted: 3 of 5 runs are not in this table\.\n$/);
  expect(text).not.toContain('expected');
});

test('matrix: no surprise is said too', () => {
  expect(matrix(REPORTS.slice(0, 2), PROPERTIES, ['first', 'second'])).toContain(
    'Every verdict is the expected one.\n',
  );
});
