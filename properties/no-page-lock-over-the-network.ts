/**
 * Nobody sleeps for a remote peer while holding a page lock: readers, reclaim and sync would wait
 * too.
 */
import type { Observer } from '../model/observe.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

/** Is the thread asleep until the peer sends something? */
const waitsForPeer = (thread: number, o: Observer) =>
  ((o.waits.waiting >>> thread) & 1) === 1 && ((o.waits.waitsFor[thread]! >>> o.peer) & 1) === 1;

const sleepsLocked = (page: number, o: Observer) => {
  const owner = o.s.page[page]!.locked_by - 1;
  return owner >= 0 && owner < o.threads && waitsForPeer(owner, o);
};

export const noPageLockOverTheNetwork: Property = {
  name: 'no-page-lock-over-the-network',
  short: 'net',
  promise: 'no page lock is held while waiting for the network',
  asks: (design) => design.socket,
  premise: (o) => o.peer >= 0 && firstIndex(o.threads, waitsForPeer, o) >= 0,
  violated: (o) => o.peer >= 0 && firstIndex(o.s.page.length, sleepsLocked, o) >= 0,
  explain: (o) => {
    const owner = o.s.page[firstIndex(o.s.page.length, sleepsLocked, o)]!.locked_by;
    const pages = o.s.page.flatMap((page, i) => (page.locked_by === owner ? [i] : []));
    const named = `${pages.length > 1 ? 'pages' : 'page'} ${pages.join(', ')}`;
    return {
      expected: 'no page locked while waiting for the network',
      found: `${named} locked, for as long as the peer likes, or 8 s`,
      where: `${o.tasks[owner - 1]}, in kernel_recvmsg()`,
      meets: `read() of ${named} does not return before that`,
    };
  },
};
