/** A read never returns what some earlier owner left in a block, or memory never initialised. */
import { UNKNOWN, isForeign } from '../model/observe.ts';
import type { Observer } from '../model/observe.ts';
import { cellName } from '../model/state.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const stale = (cell: number, o: Observer) => isForeign(o.visible(cell));

export const noStaleData: Property = {
  name: 'no-stale-data',
  short: 'stale',
  promise: 'a read returns what was written to the file, or zero',
  premise: (o) => o.s.i_size > 0 && o.visible(o.s.i_size - 1) !== UNKNOWN,
  violated: (o) => firstIndex(o.s.i_size, stale, o) >= 0,
  explain: (o) => {
    const cell = firstIndex(o.s.i_size, stale, o);
    return {
      expected: 'bytes of the file, or zero',
      found: `a read now returns ${cellName(o.visible(cell))}`,
      where: `cell ${cell}, file block ${o.fileBlock(cell)}`,
    };
  },
};
