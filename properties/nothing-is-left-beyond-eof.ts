/**
 * At rest no file has blocks beyond its end, and no space is reserved for any, but what was
 * fallocated there or the filesystem declares as its preallocation.
 */
import { HOLE } from '../model/extents.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, extents, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const isBeyond = (extent: number, o: Observer) =>
  !o.belowEof(extent) &&
  o.type(extent) !== HOLE &&
  !o.isPreallocated(extent) &&
  !o.isHalfTruncated(extent);

export const nothingIsLeftBeyondEof: Property = {
  name: 'nothing-is-left-beyond-eof',
  short: 'eof',
  promise: 'at rest a file has no blocks beyond its end, but by preallocation',
  premise: (o) => o.atRest() && firstIndex(o.calls.length, (i) => o.hasReturned(i), o) >= 0,
  violated: anywhere([extents, (extent, o) => isBeyond(extent, o) && o.atRest()]),
  explain: (o) => {
    const extent = firstIndex(o.s.extent.length, isBeyond, o);
    return {
      expected: 'what a failed write has allocated beyond EOF is trimmed',
      found: `${o.typeName(extent)}, and everybody is at rest`,
      where: o.extentName(extent),
      meets: `fstat(): st_blocks counts it; st_size = ${o.s.inode[o.fileOfExtent(extent)]!.i_size}`,
    };
  },
};
