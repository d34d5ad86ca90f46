/** A read never returns what some earlier owner left in a block, or memory never initialised. */
import { isForeign } from '../model/cells.ts';
import { UNKNOWN } from '../model/observe.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, cells, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const stale = (cell: number, o: Observer) => isForeign(o.visible(cell));
const readable = (cell: number, o: Observer) =>
  o.placeOf(cell) < o.s.inode[o.fileOf(cell)]!.i_size && o.visible(cell) !== UNKNOWN;

export const noStaleData: Property = {
  name: 'no-stale-data',
  short: 'stale',
  promise: 'a read returns what was written to the file, or zero',
  premise: (o) => firstIndex(o.s.cell.length, readable, o) >= 0,
  violated: anywhere([cells, stale]),
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, stale, o);
    return {
      expected: 'bytes of the file, or zero',
      found: `a read now returns ${o.cells.name(o.visible(cell))}`,
      where: `${o.cellName(cell)}, ${o.extentName(o.extentOf(cell))}`,
      meets: o.reads(cell, o.visible(cell)),
    };
  },
};
