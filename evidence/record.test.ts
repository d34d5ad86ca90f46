import { expect, test } from 'vitest';
import { differences, record, recordedBecause } from './record.ts';
import type { Report } from './report.ts';

/** What of a report is recorded. */
function report(design: string, broken: Record<string, number>, verdict = 'violated'): Report {
  const properties = Object.entries(broken).map(([name, steps]) => [name, { steps }]);
  const kept = { steps: null };
  return {
    design,
    scenario: 'asked',
    verdict,
    properties: { ...Object.fromEntries(properties), kept },
  } as Report;
}

const REPORTS = [
  report('a', { stale: 5 }),
  report('b', {}, 'holds'),
  report('c', { stale: 5 }),
  report('d', { stale: 6 }),
];
const why = (design: string) => (design === 'b' ? [] : ['flaw']);
const RECORDED = record(REPORTS, why);

test('record: designs that do the same stand together, in the order of the reports', () => {
  const because = { stale: ['flaw'] };
  expect(RECORDED).toEqual({
    asked: [
      { verdict: 'violated', broken: { stale: 5 }, because, designs: ['a', 'c'] },
      { verdict: 'holds', broken: {}, because: {}, designs: ['b'] },
      { verdict: 'violated', broken: { stale: 6 }, because, designs: ['d'] },
    ],
  });
});

test('differences: none from what is on record', () => {
  for (const one of REPORTS) expect(differences(one, RECORDED)).toEqual([]);
});

test.each([
  [report('a', { stale: 4 }), ['a in asked: stale: broken in 5 steps, now broken in 4 steps']],
  [report('a', {}, 'holds'), ['a in asked: stale: broken in 5 steps, now kept']],
  [report('b', { lost: 3 }), ['b in asked: lost: kept, now broken in 3 steps']],
  [report('b', {}, 'vacuous'), ['b in asked: holds, now vacuous']],
  [report('new', { lost: 3 }), ['new in asked: not on record; breaks lost']],
  // A design that is new, and breaks nothing.
  [report('new', {}, 'holds'), []],
])('differences: %#', (now, told) => {
  expect(differences(now, RECORDED)).toEqual(told);
});

test('record: designs that break the same for other reasons stand apart', () => {
  const apart = record(REPORTS, (design) => [design]);
  expect(apart['asked']!.map(({ designs }) => designs)).toEqual([['a'], ['b'], ['c'], ['d']]);
  expect(recordedBecause(apart)('c', 'asked', 'stale')).toEqual(['c']);
  expect(recordedBecause(apart)('c', 'asked', 'kept')).toEqual([]);
  expect(recordedBecause(apart)('new', 'asked', 'stale')).toEqual([]);
});
