/**
 * A dirty block below EOF has a block on disk, or space reserved for one: writeback cannot fail for
 * it. A reservation of a call serves as many blocks as it has.
 */
import { HOLE } from '../model/extents.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, firstIndex, inodes } from './property.ts';
import type { Property } from './property.ts';

const isDirty = (extent: number, o: Observer) => o.block(extent).dirty === 1 && o.belowEof(extent);

const homeless = (extent: number, o: Observer) => isDirty(extent, o) && o.type(extent) === HOLE;

/** Dirty blocks over holes of a file, and blocks that its running calls have claims to. */
function uncovered(file: number, o: Observer): number {
  let blocks = 0;
  for (let i = 0; i < o.s.extent.length; i++) {
    if (o.fileOfExtent(i) === file && homeless(i, o)) blocks++;
  }
  for (let i = 0; i < o.calls.length; i++) {
    if (o.calls[i]!.file === file && o.s.call[i]!.claims > 0) blocks -= o.s.call[i]!.claims;
  }
  return blocks;
}

const isUncovered = (file: number, o: Observer) => uncovered(file, o) > 0;

export const dirtyHasSomewhereToGo: Property = {
  name: 'dirty-has-somewhere-to-go',
  short: 'dirty',
  promise: 'dirty data below EOF has a block, or a reservation',
  premise: (o) => firstIndex(o.s.extent.length, isDirty, o) >= 0,
  violated: anywhere([inodes, isUncovered]),
  explain: (o) => {
    const file = firstIndex(o.s.inode.length, isUncovered, o);
    return {
      expected: 'DELALLOC, UNWRITTEN or MAPPED, or a reservation of a running call',
      found: `dirty over a HOLE, and nothing reserved, for ${uncovered(file, o)} of the blocks`,
      where: o.extentName(
        firstIndex(o.s.extent.length, (i) => homeless(i, o) && o.fileOfExtent(i) === file, o),
      ),
      meets: 'write() has succeeded; that it cannot be written to disk is seen by writeback',
    };
  },
};
