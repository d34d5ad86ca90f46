/** What promises ask of the observer, on states made by hand. */
import { expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { ByHand } from './by-hand.ts';

it('a call is acknowledged for the cells that it has returned, and for no others', () => {
  const h = new ByHand(undefined, { writers: [[{ pos: 1, count: 3 }], [{ pos: 0, count: 2 }]] });
  const cells = [0, 1, 2, 3];
  const acknowledged = () => cells.filter((cell) => h.o.acknowledged(0, cell));
  expect(acknowledged()).toEqual([]);
  h.returned(0, 2);
  expect(acknowledged()).toEqual([1, 2]);
});

it('page locks are nested where one call has two, or waits with one', () => {
  const recvfile = DESIGNS.find(({ name }) => name === 'recvfile')!;
  const { shows } = recvfile.flaws.find(({ name }) => name === 'nests-page-locks')!.instead!;
  /** Who has the lock of each page; a mask of who waits. */
  const nested = (owners: readonly number[], waiting: number) => {
    const h = new ByHand(recvfile);
    owners.forEach((owner, page) => (h.s.page[page]!.locked_by = owner + 1));
    h.waits(waiting, []);
    return shows(h.o);
  };
  expect(nested([1, 1], 0)).toBe(true);
  expect(nested([1], 2)).toBe(true);
  expect(nested([0, 1], 0)).toBe(false);
  expect(nested([1], 1)).toBe(false);
  // A task of the kernel, no call.
  expect(nested([2], 4)).toBe(false);
});
