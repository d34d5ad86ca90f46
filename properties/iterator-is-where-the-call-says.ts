/**
 * When write() returns n the user's iterator has gone on by n: whoever goes on writes the right
 * bytes.
 */
import type { Observer } from '../model/observe.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const returned = (call: number, o: Observer) => o.writes(call) && o.hasReturned(call);

const elsewhere = (call: number, o: Observer) =>
  returned(call, o) && o.s.call[call]!.iterated !== o.s.call[call]!.ret;

export const iteratorIsWhereTheCallSays: Property = {
  name: 'iterator-is-where-the-call-says',
  short: 'iter',
  promise: 'write() returns n: the iterator has gone on by n',
  asks: (design) => !design.socket,
  premise: (o) => firstIndex(o.calls.length, returned, o) >= 0,
  violated: (o) => !o.socket && firstIndex(o.calls.length, elsewhere, o) >= 0,
  explain: (o) => {
    const call = firstIndex(o.calls.length, elsewhere, o);
    const { ret, iterated } = o.s.call[call]!;
    return {
      expected: `the iterator at ${ret}, as was returned`,
      found: `the iterator at ${iterated}`,
      where: o.callName(call),
      meets: `write() = ${ret}; what the caller writes next is taken from ${iterated}`,
    };
  },
};
