import { expect, test } from 'vitest';
import { SEED_MAX, batchSeed } from './seeds.ts';

test('seeds: every seed has batches of its own, also those beside each other', () => {
  const seeds = [...Array(200).keys()].flatMap((i) => [i, SEED_MAX - i]);
  const all = seeds.flatMap((seed) => [...Array(50).keys()].map((i) => batchSeed(seed, i)));
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((seed) => seed === (seed | 0))).toBe(true);
  expect([batchSeed(0, 0), batchSeed(SEED_MAX, 0)]).toEqual([0, SEED_MAX]);
});
