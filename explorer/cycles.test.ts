/** Cycles of any small graph of orders, held against what can be reached from what. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cycles } from './cycles.ts';
import type { Order } from './orders.ts';

const CLASSES = ['a', 'b', 'c', 'd', 'e'];
const place = fc.nat(CLASSES.length - 1);
const graph = fc
  .uniqueArray(fc.tuple(place, place), { selector: String, maxLength: 12 })
  .map((pairs) => pairs.filter(([from, to]) => from !== to));

const order = ([from, to]: readonly [number, number]): Order => ({
  from: CLASSES[from]!,
  to: CLASSES[to]!,
  from_shared: false,
  to_shared: false,
});

/** Steps of a shortest way from each class to each, by Floyd and Warshall. */
function distances(orders: readonly Order[]): Map<string, number> {
  const far = new Map(orders.map(({ from, to }) => [from + to, 1]));
  const at = (key: string) => far.get(key) ?? Infinity;
  for (const via of CLASSES) {
    for (const from of CLASSES) {
      for (const to of CLASSES) {
        far.set(from + to, Math.min(at(from + to), at(from + via) + at(via + to)));
      }
    }
  }
  return far;
}

test('each class that can be reached from itself is on one, and a shortest is found', () => {
  fc.assert(
    fc.property(graph, (pairs) => {
      const orders = pairs.map(order);
      const found = cycles(orders, new Set(CLASSES));
      const far = distances(orders);
      for (const cycle of found) {
        cycle.forEach(({ from, to }, i) => {
          expect(orders).toContainEqual(order([CLASSES.indexOf(from), CLASSES.indexOf(to)]));
          expect(cycle[(i + 1) % cycle.length]!.from).toBe(to);
        });
        // Simple, and no longer than it must be for the class that it was found for.
        expect(new Set(cycle.map(({ from }) => from)).size).toBe(cycle.length);
        expect(cycle.map(({ from }) => far.get(from + from))).toContain(cycle.length);
      }
      for (const one of CLASSES) {
        const through = found.filter((cycle) => cycle.some(({ from }) => from === one));
        const steps = Math.min(...through.map((cycle) => cycle.length));
        expect(steps).toBe(far.get(one + one));
      }
    }),
    { numRuns: 500 },
  );
});

test('a class that nobody takes exclusively is on none', () => {
  const orders = [order([0, 1]), order([1, 0])];
  expect(cycles(orders, new Set(['a', 'b']))).toEqual([orders]);
  expect(cycles(orders, new Set(['a']))).toEqual([]);
});
