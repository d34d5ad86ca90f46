/** A dirty block below EOF has a block on disk, or space reserved for one: writeback cannot fail for it. */
import type { Observer } from '../model/observe.ts';
import { HOLE } from '../model/state.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const isDirty = (fb: number, o: Observer) => o.block(fb).dirty === 1 && o.belowEof(fb);

const homeless = (fb: number, o: Observer) =>
  isDirty(fb, o) && o.s.extent[fb]!.type === HOLE && !o.isReservedFor(fb);

export const dirtyHasSomewhereToGo: Property = {
  name: 'dirty-has-somewhere-to-go',
  short: 'dirty',
  promise: 'dirty data below EOF has a block, or a reservation',
  premise: (o) => firstIndex(o.s.extent.length, isDirty, o) >= 0,
  violated: (o) => firstIndex(o.s.extent.length, homeless, o) >= 0,
  explain: (o) => ({
    expected: 'DELALLOC, UNWRITTEN or MAPPED, or a reservation of a running call',
    found: 'dirty over a HOLE, and nothing reserved',
    where: `file block ${firstIndex(o.s.extent.length, homeless, o)}`,
  }),
};
