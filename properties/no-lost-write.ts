/** What write() has acknowledged stays readable until it is overwritten, or an error is reported. */
import { UNKNOWN } from '../model/observe.ts';
import type { Observer } from '../model/observe.ts';
import { EITHER, NOTHING, REPORTED, WRITE, cellName } from '../model/state.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

function lost(cell: number, o: Observer): boolean {
  const promised = o.s.promise[cell]!.value;
  if (promised === NOTHING || promised === REPORTED) return false;
  const value = o.visible(cell);
  if (value === promised || value === UNKNOWN) return false;
  const writer = o.writerOf(value);
  if (writer < 0) return true;
  // A write that has not been acknowledged for this cell, or fails, may be found over an older one.
  return promised !== EITHER && o.acknowledged(writer, cell);
}

const anyPromise = (cell: number, o: Observer) => o.s.promise[cell]!.value !== NOTHING;

export const noLostWrite: Property = {
  name: 'no-lost-write',
  short: 'lost',
  promise: 'acknowledged bytes stay readable until overwritten, or fsync reports an error',
  premise: (o) => firstIndex(o.cells, anyPromise, o) >= 0,
  violated: (o) => firstIndex(o.cells, lost, o) >= 0,
  explain: (o) => {
    const cell = firstIndex(o.cells, lost, o);
    const promised = o.s.promise[cell]!.value;
    return {
      expected: promised === EITHER ? 'one of the two writes' : cellName(promised),
      found: `a read now returns ${cellName(o.visible(cell))}`,
      where: `cell ${cell}, acknowledged by ${promised < WRITE ? 'an earlier write' : `writer${promised - WRITE + 1}`}`,
    };
  },
};
