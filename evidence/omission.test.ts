import { expect, test } from 'vitest';
import { butFor, notAsked, verdictText } from './omission.ts';

test.each([
  [2.3351e-6, '2.4e-6'],
  [2.4e-6, '2.5e-6'],
  [9.95e-6, '1.0e-5'],
  [3.7e-3, '3.8e-3'],
  [0.5, '5.1e-1'],
  [1, '1'],
])('%f is said to be below %s', (chance, text) => {
  expect(butFor(chance)).toBe(` (probability of omission < ${text})`);
});

test('what is printed is above what was computed, by a tenth at most', () => {
  for (let n = 1; n < 2000; n++) {
    const chance = 1.37 ** -n;
    if (chance < 1e-200) break;
    const printed = Number(/< (.*)\)/.exec(butFor(chance))![1]);
    expect(printed).toBeGreaterThan(chance);
    expect(printed).toBeLessThanOrEqual(1.1 * chance * (1 + 1e-9));
  }
});

test('only what holds is said to hold but for that, and only in compact mode', () => {
  expect(verdictText('holds', undefined)).toBe('holds');
  expect(verdictText('holds', 1e-9)).toBe('holds (probability of omission < 1.1e-9)');
  expect(verdictText('violated', 1e-9)).toBe('violated');
});

test('only in compact mode something is not asked', () => {
  expect(notAsked(undefined)).toEqual([]);
  expect(notAsked(1e-9).join(' ')).toContain('no loops are looked for');
});
