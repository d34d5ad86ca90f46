import { expect, test } from 'vitest';
import { fold } from './fold.ts';

const numbered = (n: number, ...texts: string[]) =>
  Array.from({ length: n }, (_, i) => texts.map((text) => text.replace('#', String(i)))).flat();

test('fold: the same steps for successive pages are one run', () => {
  const texts = ['begin', ...numbered(6, 'lock(#)', 'copy(#)'), 'end'];
  expect(fold(texts)).toEqual([
    { from: 0, period: 1, times: 1 },
    { from: 1, period: 2, times: 6 },
    { from: 13, period: 1, times: 1 },
  ]);
});

test('fold: a number that does not go on as before ends the run', () => {
  const texts = [...numbered(6, 'free #'), 'free 9'];
  expect(fold(texts)).toEqual([
    { from: 0, period: 1, times: 6 },
    { from: 6, period: 1, times: 1 },
  ]);
});

test('fold: what repeats less than four times is told in full', () => {
  expect(fold(numbered(3, 'lock(#)')).every(({ times }) => times === 1)).toBe(true);
});
