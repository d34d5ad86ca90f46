/**
 * Every call that has begun returns: no loop keeps it from that for ever. explorer/progress.ts says
 * what such a loop is. A call whose peer is silent owes nothing: if it goes on to ask, it needs the
 * peer for ever. A call that waits and is never let go breaks no-deadlock; this promise only where
 * it waits for somebody who goes round.
 * kernel.md, P19: a retry that spins without help is a breach; and a throttled writer pauses until
 * pages are clean (balance_dirty_pages()), so that somebody else must be able to clean them.
 */
import { STALLED } from '../model/socket.ts';
import type { Observer } from '../model/observe.ts';
import type { ProgressProperty } from './property.ts';

const PROMISE = 'every call that has begun returns';

const isOwed = (o: Observer, call: number): boolean =>
  o.isRunning(call) && o.s.call[call]!.connection !== STALLED;

export const everyCallEnds: ProgressProperty = {
  name: 'every-call-ends',
  short: 'ends',
  promise: PROMISE,
  premise: (o) => {
    for (let call = 0; call < o.calls.length; call++) if (o.hasBegun(call)) return true;
    return false;
  },
  owing: (o) => {
    let mask = 0;
    for (let call = 0; call < o.calls.length; call++) if (isOwed(o, call)) mask |= 1 << call;
    return mask;
  },
  explain: (o) => {
    const owed = o.calls.flatMap((_, call) => (isOwed(o, call) ? [o.callName(call)] : []));
    return {
      expected: PROMISE,
      found: `${owed.join(', ')} may go on for ever`,
      where: 'in the steps that repeat: nobody is left out of them who could always move',
      meets: 'the call does not return',
    };
  },
};
