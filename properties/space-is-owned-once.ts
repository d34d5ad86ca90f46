/** A block of the device has one owner: a file block, the neighbour, or nobody. */
import { blockAt } from '../model/extents.ts';
import type { Observer } from '../model/observe.ts';
import { FILE } from '../model/space.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const OWNERS = ['nobody', 'the file', 'another file', 'nobody until the commit'];

/** File blocks that map to the device block. */
function owners(b: number, o: Observer): number {
  let count = 0;
  for (let i = 0; i < o.s.extent.length; i++) if (blockAt(o.s.extent[i]!.map) === b) count++;
  return count;
}

const misowned = (b: number, o: Observer) => owners(b, o) !== (o.s.disk[b]!.owner === FILE ? 1 : 0);

const isMapped = (extent: number, o: Observer) => blockAt(o.s.extent[extent]!.map) >= 0;

export const spaceIsOwnedOnce: Property = {
  name: 'space-is-owned-once',
  short: 'owner',
  promise: 'a block on disk has one owner',
  premise: (o) => firstIndex(o.s.extent.length, isMapped, o) >= 0,
  violated: (o) => firstIndex(o.s.disk.length, misowned, o) >= 0,
  explain: (o) => {
    const b = firstIndex(o.s.disk.length, misowned, o);
    const { owner } = o.s.disk[b]!;
    return {
      expected: `to the allocator its owner is ${OWNERS[owner]}`,
      found: `${owners(b, o)} file blocks map to it`,
      where: `block ${b} of the device`,
      meets: 'what is written to one place of a file is read at another',
    };
  },
};
