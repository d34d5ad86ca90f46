/** Every byte of an uptodate block in the page cache was initialised, and is the file's. */
import type { Observer } from '../model/observe.ts';
import { anywhere, extents, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const isUptodate = (extent: number, o: Observer) => o.block(extent).uptodate === 1;
const untrue = (extent: number, o: Observer) =>
  isUptodate(extent, o) && o.cells.hasForeign(o.block(extent).cells);

export const uptodateMeansIt: Property = {
  name: 'uptodate-means-it',
  short: 'uptodate',
  promise: 'an uptodate block in the page cache holds bytes of the file, or zero',
  premise: (o) => firstIndex(o.s.extent.length, isUptodate, o) >= 0,
  violated: anywhere([extents, untrue]),
  explain: (o) => {
    const extent = firstIndex(o.s.extent.length, untrue, o);
    return {
      expected: 'bytes of the file, or zero',
      found: `uptodate, with ${o.cells.show(o.block(extent).cells)}`,
      where: `page cache of ${o.extentName(extent)}`,
      meets: 'read(), or a load through a mapping, returns it without I/O',
    };
  },
};
