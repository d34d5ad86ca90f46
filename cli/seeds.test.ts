import { expect, test } from 'vitest';
import { BATCH, SEED_MAX, batchSeed, batchesOf } from './seeds.ts';

test('seeds: every seed has batches of its own, also those beside each other', () => {
  const seeds = [...Array(200).keys()].flatMap((i) => [i, SEED_MAX - i]);
  const all = seeds.flatMap((seed) => [...Array(50).keys()].map((i) => batchSeed(seed, i)));
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((seed) => seed === (seed | 0))).toBe(true);
  expect([batchSeed(0, 0), batchSeed(SEED_MAX, 0)]).toEqual([0, SEED_MAX]);
});

test('batches: the parts of a run have each of its batches once', () => {
  for (const runs of [1, 49, 50, 51, 1000, 1001, 99_999]) {
    const whole = [...batchesOf(runs)];
    expect(whole.map(({ batch }) => batch)).toEqual([...whole.keys()]);
    expect(whole.reduce((sum, { size }) => sum + size, 0)).toBe(runs);
    expect(whole.slice(0, -1).every(({ size }) => size === BATCH)).toBe(true);
    for (const of of [1, 2, 3, 7, 10, 1000]) {
      const parts = Array.from({ length: of }, (_, i) => [...batchesOf(runs, { k: i + 1, of })]);
      const all = parts.flat().toSorted((a, b) => a.batch - b.batch);
      expect(all).toEqual(whole);
    }
  }
});
