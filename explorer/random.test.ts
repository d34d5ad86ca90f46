import { expect, it } from 'vitest';
import { Random } from './random.ts';

const drawn = (seed: number, count: number, n: number) => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.below(n));
};

it('the same seed gives the same numbers, and another gives others', () => {
  expect(drawn(7, 100, 1000)).toEqual(drawn(7, 100, 1000));
  expect(drawn(7, 100, 1000)).not.toEqual(drawn(8, 100, 1000));
});

it('is sfc32, from 128 bits of which 32 are the seed, after 12 numbers', () => {
  let [a, b, c, counter] = [0n, 5n, 0n, 1n];
  const bits = (n: bigint) => n & 0xffff_ffffn;
  const next = (): number => {
    const sum = bits(a + b + counter);
    counter = bits(counter + 1n);
    a = b ^ (b >> 9n);
    b = bits(c + (c << 3n));
    c = bits(bits((c << 21n) | (c >> 11n)) + sum);
    return Number(sum);
  };
  for (let i = 0; i < 12; i++) next();
  const random = new Random(5);
  for (let i = 0; i < 1000; i++) expect(random.next() >>> 0).toBe(next());
});

it('no number is much likelier than another, alone or after another', () => {
  const count = 120_000;
  for (const n of [2, 3, 7]) {
    const numbers = drawn(n, count, n);
    const pairs = new Map<number, number>();
    numbers.forEach((one, i) => {
      const pair = one * n + (numbers[i + 1] ?? 0);
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    });
    expect(pairs.size).toBe(n * n);
    const expected = count / (n * n);
    // Five times the deviation that chance has.
    for (const times of pairs.values()) {
      expect(Math.abs(times - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  }
});
