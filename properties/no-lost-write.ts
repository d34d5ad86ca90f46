/**
 * What write() has acknowledged stays readable until it is overwritten, or an error is reported.
 */
import { UNKNOWN } from '../model/observe.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, cells, firstIndex } from './property.ts';
import type { Property } from './property.ts';

function lost(cell: number, o: Observer): boolean {
  const { promised } = o.s.cell[cell]!;
  if (promised === 0) return false;
  const value = o.visible(cell);
  if (value === UNKNOWN) return false;
  const origin = o.cells.origin(value);
  if (origin < 0) return true;
  if ((promised >>> origin) & 1) return false;
  // What a call has not been acknowledged for, or fails to do, may be found over what is older.
  const call = o.cells.callOf(value);
  return call < 0 || o.acknowledged(call, cell);
}

const promised = (cell: number, o: Observer) => o.s.cell[cell]!.promised !== 0;

export const noLostWrite: Property = {
  name: 'no-lost-write',
  short: 'lost',
  promise: 'acknowledged bytes stay readable until overwritten, or fsync reports an error',
  premise: (o) => firstIndex(o.s.cell.length, promised, o) >= 0,
  violated: anywhere([cells, lost]),
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, lost, o);
    return {
      expected: o.originNames(o.s.cell[cell]!.promised),
      found: `a read now returns ${o.cells.name(o.visible(cell))}`,
      where: `${o.cellName(cell)}, acknowledged`,
      meets: `write() has returned; ${o.reads(cell, o.visible(cell))}`,
    };
  },
};
