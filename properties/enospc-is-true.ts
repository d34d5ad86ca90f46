/** A call returns -ENOSPC with nothing written only where not one block could be had. */
import { ENOSPC } from '../model/errno.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, calls, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const returnedEnospc = (call: number, o: Observer) =>
  o.hasReturned(call) && o.s.call[call]!.err === ENOSPC;

const untrue = (call: number, o: Observer) =>
  returnedEnospc(call, o) && o.s.call[call]!.refused === 1;

export const enospcIsTrue: Property = {
  name: 'enospc-is-true',
  short: 'enospc',
  promise: '-ENOSPC with nothing written: not one block could be had',
  premise: (o) => firstIndex(o.calls.length, returnedEnospc, o) >= 0,
  violated: anywhere([calls, untrue]),
  explain: (o) => ({
    expected: 'as many bytes as there is space for, or no space at all',
    found: '-ENOSPC, though a block could be had that nobody has a claim to',
    where: o.callName(firstIndex(o.calls.length, untrue, o)),
    meets: `write() = -ENOSPC; statfs(): f_bavail = ${o.s.free}`,
  }),
};
