/**
 * A block that is being written is written to where the extent map has it, which stays so until
 * the I/O has ended.
 */
import { blockAt } from '../model/extents.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, extents, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const isInIo = (extent: number, o: Observer) => o.block(extent).io !== 0;

function goesAstray(extent: number, o: Observer): boolean {
  const { io } = o.block(extent);
  return io !== 0 && blockAt(o.s.extent[extent]!.map) !== io - 1;
}

export const ioGoesToItsBlock: Property = {
  name: 'io-goes-to-its-block',
  short: 'io',
  promise: 'writeback writes to the block that the extent map has, and that is not freed meanwhile',
  premise: (o) => firstIndex(o.s.extent.length, isInIo, o) >= 0,
  violated: anywhere([extents, goesAstray]),
  explain: (o) => {
    const extent = firstIndex(o.s.extent.length, goesAstray, o);
    const b = o.block(extent).io - 1;
    return {
      expected: `the extent map has it: ${o.typeName(extent)}`,
      found: `block ${b} of the device is being written`,
      where: o.extentName(extent),
      meets: 'whoever gets the block next reads what is written to it now',
    };
  },
};
