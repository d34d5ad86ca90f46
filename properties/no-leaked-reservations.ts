/**
 * The free-space counters equal the ledger, always: what is reserved is claimed by a running call
 * or by a delayed allocation, and at rest a delayed allocation has data to be written.
 */
import type { Observer } from '../model/observe.ts';
import { BUSY, FREE } from '../model/space.ts';
import { anywhere, extents, firstIndex, once } from './property.ts';
import type { Property } from './property.ts';

/** Blocks that nobody owns; those that are free only after a commit, where they count so. */
function unowned(o: Observer): number {
  let blocks = 0;
  for (let b = 0; b < o.s.disk.length; b++) {
    const { owner } = o.s.disk[b]!;
    if (owner === FREE || (owner === BUSY && o.fs.counts_busy)) blocks++;
  }
  return blocks;
}

/** Where truncate() has failed it may have left some beyond EOF. */
const forgotten = (extent: number, o: Observer) =>
  o.isDelayed(extent) && !o.block(extent).dirty && !o.isHalfTruncated(extent);

export const noLeakedReservations: Property = {
  name: 'no-leaked-reservations',
  short: 'resv',
  promise: 'every reserved block is reserved by a running call or for dirty data',
  premise: (o) => o.claims() > 0 || o.s.reserved !== 0 || o.s.free < o.s.disk.length,
  violated: anywhere(
    [once, (_, o) => o.s.reserved !== o.claims()],
    [once, (_, o) => o.s.free + o.s.reserved !== unowned(o)],
    [extents, (extent, o) => forgotten(extent, o) && o.s.reserved > 0 && o.atRest()],
  ),
  explain: (o) => {
    const { s } = o;
    const truth = o.claims();
    const counters = `free ${s.free}, reserved ${s.reserved}, of ${unowned(o)} without an owner`;
    if (s.reserved !== truth) {
      return {
        expected: `${truth} reserved: so many are claimed by running calls and delalloc`,
        found: `${s.reserved} reserved`,
        where: counters,
        meets: `statfs(): f_bavail = ${s.free}, of ${unowned(o) - truth} that nobody has`,
      };
    }
    if (s.free + s.reserved !== unowned(o)) {
      return {
        expected: 'free + reserved = blocks without an owner',
        found: counters,
        where: 'counters',
        meets: `statfs(): f_bavail = ${s.free}, of ${unowned(o) - s.reserved} that nobody has`,
      };
    }
    return {
      expected: 'delalloc only under dirty pages',
      found: 'a clean page',
      where: o.extentName(firstIndex(s.extent.length, forgotten, o)),
      meets: `statfs(): f_bavail = ${s.free}; what is reserved is never given back`,
    };
  },
};
