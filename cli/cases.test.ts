/** Verdicts of a matrix one by one: what is as on record passes, and what is not fails. */
import { expect, test } from 'vitest';
import { junit } from '../evidence/junit.ts';
import { tap } from '../evidence/tap.ts';
import { casesOnRecord } from '../evidence/verdicts-on-record.ts';
import type { Brief } from '../evidence/report.ts';

const unreached = { must: [], rows: [], faults: [] };
const report = (scenario: string, steps: number | null, verdict: Brief['verdict']): Brief => ({
  design: 'mine',
  scenario,
  verdict,
  states: 1,
  transitions: 1,
  unreached,
  properties: { kept: { verdict, steps: null }, lost: { verdict, steps } },
});
const was = (verdict: string, broken: Record<string, number>) => [
  { verdict, broken, because: {}, designs: ['mine'] },
];

const cases = casesOnRecord({
  reports: [
    report('same', 7, 'violated'),
    report('longer', 8, 'violated'),
    report('mended', null, 'holds'),
    report('new', 3, 'violated'),
    report('hollow', null, 'vacuous'),
  ],
  properties: [],
  scenarios: [],
  unfinished: [
    { design: 'mine', scenario: 'ill', why: 'failed' },
    { design: 'mine', scenario: 'cut', why: 'interrupted' },
  ],
  not_put: [{ design: 'mine', scenario: 'other', why: 'it has no socket' }],
  recorded: {
    same: was('violated', { lost: 7 }),
    longer: was('violated', { lost: 7 }),
    mended: was('violated', { lost: 7 }),
    hollow: was('holds', {}),
  },
});
const lost = (scenario: string) =>
  cases.find((one) => one.scenario === scenario && one.property !== 'kept')!.result;

test('a case passes where it is as on record, also where that is a breach', () => {
  expect(lost('same')).toEqual({ is: 'passed', note: 'broken in 7 steps, as on record' });
  expect(lost('longer')).toMatchObject({ message: 'broken in 7 steps, now broken in 8 steps' });
  expect(lost('mended')).toMatchObject({ is: 'failed', message: 'broken in 7 steps, now kept' });
  expect(lost('new')).toMatchObject({ message: 'not on record, now broken in 3 steps' });
  expect(lost('ill')).toMatchObject({ is: 'error' });
  expect(lost('cut')).toEqual({ is: 'skipped', why: 'interrupted' });
  expect(lost('other')).toEqual({ is: 'skipped', why: 'not asked: it has no socket' });
});

test('a run that is not as it was fails, though each promise is', () => {
  const failed = cases.filter(
    ({ scenario, result }) => scenario === 'hollow' && result.is === 'failed',
  );
  expect(failed.map(({ name, result }) => [name, result])).toEqual([
    ['hollow', { is: 'failed', message: 'mine in hollow: holds, now vacuous' }],
  ]);
});

test('both forms have them', () => {
  const failures = cases.filter(({ result }) => result.is === 'failed').length;
  expect(junit(cases)).toContain(`failures="${failures}" errors="1"`);
  expect(junit(cases)).toContain('<system-out>broken in 7 steps, as on record</system-out>');
  expect(tap(cases)).toContain('  note: "broken in 7 steps, as on record"\n');
  expect(tap(cases).match(/^not ok /gm)!.length).toBe(failures + 1);
});
