/** Every byte of an uptodate block in the page cache was initialised, and is the file's. */
import type { Observer } from '../model/observe.ts';
import { hasForeign, showCells } from '../model/state.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const isUptodate = (fb: number, o: Observer) => o.block(fb).uptodate === 1;
const untrue = (fb: number, o: Observer) => isUptodate(fb, o) && hasForeign(o.block(fb).cells);

export const uptodateMeansIt: Property = {
  name: 'uptodate-means-it',
  short: 'uptodate',
  promise: 'an uptodate block in the page cache holds bytes of the file, or zero',
  premise: (o) => firstIndex(o.s.extent.length, isUptodate, o) >= 0,
  violated: (o) => firstIndex(o.s.extent.length, untrue, o) >= 0,
  explain: (o) => {
    const fb = firstIndex(o.s.extent.length, untrue, o);
    return {
      expected: 'bytes of the file, or zero',
      found: `uptodate, with ${showCells(o.geometry.block_cells)(o.block(fb).cells)}`,
      where: `page cache of file block ${fb}`,
    };
  },
};
