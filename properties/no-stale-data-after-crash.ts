/** The same after a power cut now: what the log has committed shows no block before its data. */
import { MAPPED, typeOf } from '../model/extents.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, cells, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const stale = (cell: number, o: Observer) => o.foreignAfterCrash(cell);

/** Is there a cell of which the journal says that it lies on disk? */
const logged = (cell: number, o: Observer) =>
  o.placeOf(cell) < o.s.inode[o.fileOf(cell)]!.logged_size &&
  typeOf(o.s.extent[o.extentOf(cell)]!.logged) === MAPPED;

export const noStaleDataAfterCrash: Property = {
  name: 'no-stale-data-after-crash',
  short: 'crash',
  promise: 'after a crash a read returns what was written to the file, or zero',
  premise: (o) => firstIndex(o.s.cell.length, logged, o) >= 0,
  violated: anywhere([cells, stale]),
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, stale, o);
    return {
      expected: 'bytes of the file, or zero',
      found: `after a crash now a read returns ${o.cells.name(o.afterCrash(cell))}`,
      where: `${o.cellName(cell)}, ${o.extentName(o.extentOf(cell))}, MAPPED in the journal`,
      meets: `power fails; mount; ${o.reads(cell, o.afterCrash(cell))}`,
    };
  },
};
