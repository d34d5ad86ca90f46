/**
 * What was cut off, punched out or zeroed is not found again: not in the page cache, not when the
 * file grows over it, and not after a crash once the journal knows of it.
 */
import { UNKNOWN } from '../model/observe.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, cells, firstIndex } from './property.ts';
import type { Property } from './property.ts';

/** Origins that no read may return. */
const removed = (cell: number, o: Observer) => o.s.cell[cell]!.removed | o.s.cell[cell]!.zeroed;

const wasRemoved = (cell: number, o: Observer) => removed(cell, o) !== 0;

function isIn(mask: number, value: number, o: Observer): boolean {
  if (mask === 0 || value === UNKNOWN) return false;
  const origin = o.cells.origin(value);
  return origin >= 0 && ((mask >>> origin) & 1) === 1;
}

const isRead = (cell: number, o: Observer) => isIn(removed(cell, o), o.visible(cell), o);
const isBack = (cell: number, o: Observer) =>
  isRead(cell, o) || isIn(o.s.cell[cell]!.removed_on_disk, o.afterCrash(cell), o);

export const removedDataStaysGone: Property = {
  name: 'removed-data-stays-gone',
  short: 'gone',
  promise: 'what truncate() or a punch has taken away is not found again',
  premise: (o) => firstIndex(o.s.cell.length, wasRemoved, o) >= 0,
  violated: anywhere([cells, isBack]),
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, isBack, o);
    const read = isRead(cell, o);
    const value = read ? o.visible(cell) : o.afterCrash(cell);
    return {
      expected: 'zero, or what was written since',
      found: `${read ? 'a read now' : 'after a crash now a read'} returns ${o.cells.name(value)}`,
      where: `${o.cellName(cell)}, which was removed`,
      meets: `${read ? '' : 'power fails; mount; '}${o.reads(cell, value)}`,
    };
  },
};
