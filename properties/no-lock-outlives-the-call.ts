/** A task whose system call has returned holds nothing: no page lock, i_rwsem, handle, kmap. */
import { MUST_BE_FREE } from '../model/kernel.ts';
import type { WholeKernel } from '../model/kernel.ts';
import type { Observer } from '../model/observe.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

/** What each subsystem declares looks at the state alone, which the observer has. */
const asKernel = (o: Observer) => o as unknown as WholeKernel;

const holds = (thread: number, o: Observer) => {
  if (!o.betweenCalls(thread)) return false;
  for (let i = 0; i < MUST_BE_FREE.length; i++) {
    if (MUST_BE_FREE[i]!.by(asKernel(o), thread)) return true;
  }
  return false;
};

const returned = (thread: number, o: Observer) => o.betweenCalls(thread);

export const noLockOutlivesTheCall: Property = {
  name: 'no-lock-outlives-the-call',
  short: 'lock',
  promise: 'a system call that has returned holds no lock',
  premise: (o) => firstIndex(o.threads, returned, o) >= 0,
  violated: (o) => firstIndex(o.threads, holds, o) >= 0,
  explain: (o) => {
    const thread = firstIndex(o.threads, holds, o);
    const held = MUST_BE_FREE.filter(({ by }) => by(asKernel(o), thread));
    return {
      expected: 'no lock held after the return',
      found: `still held: ${held.map(({ what }) => what).join(', ')}`,
      where: `${o.tasks[thread]}, returned`,
      meets: 'whoever wants it next waits for ever',
    };
  },
};
