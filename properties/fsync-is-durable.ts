/** What was acknowledged before an fsync() that has succeeded survives a crash, with its size. */
import type { Observer } from '../model/observe.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const isSynced = (cell: number, o: Observer) => o.s.cell[cell]!.synced !== 0;

function gone(cell: number, o: Observer): boolean {
  const { synced } = o.s.cell[cell]!;
  if (synced === 0) return false;
  const value = o.afterCrash(cell);
  const origin = o.cells.origin(value);
  if (origin < 0) return true;
  if ((synced >>> origin) & 1) return false;
  // What was written since may have reached the disk, too.
  const call = o.cells.callOf(value);
  return call < 0 || o.s.call[call]!.settled === 1;
}

export const fsyncIsDurable: Property = {
  name: 'fsync-is-durable',
  short: 'fsync',
  promise: 'what was written before an fsync() that succeeds survives a crash',
  premise: (o) => firstIndex(o.s.cell.length, isSynced, o) >= 0,
  violated: (o) => firstIndex(o.s.cell.length, gone, o) >= 0,
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, gone, o);
    return {
      expected: o.originNames(o.s.cell[cell]!.synced),
      found: `after a crash now a read returns ${o.cells.name(o.afterCrash(cell))}`,
      where: `${o.cellName(cell)}, which fsync() has acknowledged`,
    };
  },
};
