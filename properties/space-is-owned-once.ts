/** A block of the device has one owner: a file block, the neighbour, or nobody; I/O goes to no other. */
import type { Observer } from '../model/observe.ts';
import { FILE } from '../model/state.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

/** File blocks that map to the device block. */
function owners(b: number, o: Observer): number {
  let count = 0;
  for (let fb = 0; fb < o.s.extent.length; fb++) if (o.s.extent[fb]!.blkno === b + 1) count++;
  return count;
}

const misowned = (b: number, o: Observer) => owners(b, o) !== (o.s.disk[b]!.owner === FILE ? 1 : 0);

const straysInto = (fb: number, o: Observer) => {
  const { io } = o.block(fb);
  return io !== 0 && o.s.extent[fb]!.blkno !== io;
};

const isMapped = (fb: number, o: Observer) => o.s.extent[fb]!.blkno !== 0;

export const spaceIsOwnedOnce: Property = {
  name: 'space-is-owned-once',
  short: 'owner',
  promise: 'a block on disk has one owner, and only its owner writes to it',
  premise: (o) => firstIndex(o.s.extent.length, isMapped, o) >= 0,
  violated: (o) =>
    firstIndex(o.s.disk.length, misowned, o) >= 0 ||
    firstIndex(o.s.extent.length, straysInto, o) >= 0,
  explain: (o) => {
    const b = firstIndex(o.s.disk.length, misowned, o);
    if (b >= 0) {
      const owner = ['nobody', 'the file', 'another file', 'nobody until the commit'][
        o.s.disk[b]!.owner
      ];
      return {
        expected: `one owner: ${owner}, to the allocator`,
        found: `${owners(b, o)} file blocks map to it`,
        where: `block ${b} of the device`,
      };
    }
    const fb = firstIndex(o.s.extent.length, straysInto, o);
    return {
      expected: 'I/O to the block that the extent map names',
      found: `I/O in flight to block ${o.block(fb).io - 1}`,
      where: `file block ${fb}`,
    };
  },
};
