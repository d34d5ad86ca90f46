/** What promises ask of the observer, on states made by hand. */
import { expect, it } from 'vitest';
import { ByHand } from './by-hand.ts';

it('a call is acknowledged for the cells that it has returned, and for no others', () => {
  const h = new ByHand(undefined, { writers: [[{ pos: 1, count: 3 }], [{ pos: 0, count: 2 }]] });
  const cells = [0, 1, 2, 3];
  const acknowledged = () => cells.filter((cell) => h.o.acknowledged(0, cell));
  expect(acknowledged()).toEqual([]);
  h.returned(0, 2);
  expect(acknowledged()).toEqual([1, 2]);
});
