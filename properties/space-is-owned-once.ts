/** A block of the device has one owner: a file block, the neighbour, or nobody. */
import type { Observer } from '../model/observe.ts';
import { FILE } from '../model/state.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const OWNERS = ['nobody', 'the file', 'another file', 'nobody until the commit'];

/** File blocks that map to the device block. */
function owners(b: number, o: Observer): number {
  let count = 0;
  for (let fb = 0; fb < o.s.extent.length; fb++) if (o.s.extent[fb]!.blkno === b + 1) count++;
  return count;
}

const misowned = (b: number, o: Observer) => owners(b, o) !== (o.s.disk[b]!.owner === FILE ? 1 : 0);

const isMapped = (fb: number, o: Observer) => o.s.extent[fb]!.blkno !== 0;

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
    };
  },
};
