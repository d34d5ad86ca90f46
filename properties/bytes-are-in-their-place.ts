/**
 * A byte that a read returns is the one that belongs there: not the third of a write where its
 * second was.
 */
import { UNKNOWN } from '../model/observe.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, cells, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const hasOrigin = (cell: number, o: Observer) => {
  const value = o.visible(cell);
  return value !== UNKNOWN && o.cells.origin(value) >= 0;
};

const misplaced = (cell: number, o: Observer) =>
  hasOrigin(cell, o) && o.cells.place(o.visible(cell)) !== o.placeOf(cell);

export const bytesAreInTheirPlace: Property = {
  name: 'bytes-are-in-their-place',
  short: 'place',
  promise: 'each byte is found where its write has put it',
  premise: (o) => firstIndex(o.s.cell.length, hasOrigin, o) >= 0,
  violated: anywhere([cells, misplaced]),
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, misplaced, o);
    const value = o.visible(cell);
    return {
      expected: `the byte of ${o.cells.name(value)} that belongs to cell ${o.placeOf(cell)}`,
      found: `a read now returns the one that belongs to cell ${o.cells.place(value)}`,
      where: o.cellName(cell),
      meets: o.reads(cell, value),
    };
  },
};
