/**
 * What was taken from a socket is in the file, or the caller is told that it is gone: otherwise
 * user space cannot find its place in the stream again.
 */
import type { Observer } from '../model/observe.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const consumed = (call: number, o: Observer) => o.hasReturned(call) && o.s.call[call]!.consumed > 0;

const unaccounted = (call: number, o: Observer) => {
  const { consumed: taken, ret, discarded } = o.s.call[call]!;
  return o.writes(call) && o.hasReturned(call) && taken !== ret + discarded;
};

export const streamIsAccounted: Property = {
  name: 'stream-is-accounted',
  short: 'stream',
  promise: 'consumed from the socket = committed + reported discarded',
  asks: (design) => design.socket,
  premise: (o) => firstIndex(o.calls.length, consumed, o) >= 0,
  violated: (o) => o.socket && firstIndex(o.calls.length, unaccounted, o) >= 0,
  explain: (o) => {
    const call = firstIndex(o.calls.length, unaccounted, o);
    const { consumed: taken, ret, discarded } = o.s.call[call]!;
    return {
      expected: `${taken} cells accounted for: so many were taken from the socket`,
      found: `${ret} returned as written, ${discarded} reported as discarded`,
      where: o.callName(call),
      meets: `recvfile() = ${ret}; ${taken - ret - discarded} cells of the stream are gone`,
    };
  },
};
