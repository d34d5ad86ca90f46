/** ->iomap(ALLOCATE) "must have first been reserved": no block is allocated for more than was. */
import type { Design } from '../model/design.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, calls, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const overdrawn = (call: number, o: Observer) => o.s.call[call]!.overdrawn === 1;
const hasReserved = (call: number, o: Observer) => o.s.call[call]!.claims > 0;

/** Is there an ALLOCATE at all that takes from a reservation of the call? */
const allocates = ({ filesystem: { patch } }: Design) => patch !== undefined && !patch.delays;

export const allocatedWasReserved: Property = {
  name: 'allocated-was-reserved',
  short: 'alloc',
  promise: 'what ALLOCATE allocates was reserved: ALLOCATED <= RESERVED',
  asks: allocates,
  premise: (o) => firstIndex(o.calls.length, hasReserved, o) >= 0,
  violated: anywhere([calls, overdrawn]),
  explain: (o) => ({
    expected: 'a reservation for every block that is allocated',
    found: `a block allocated without one; reserved ${o.s.reserved}, free ${o.s.free}`,
    where: o.callName(firstIndex(o.calls.length, overdrawn, o)),
    meets: 'another write() that has reserved its space finds none',
  }),
};
