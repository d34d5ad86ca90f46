/** Nobody holds two page locks of one file at a time: whoever takes them in another order hangs. */
import type { Observer } from '../model/observe.ts';
import type { Property } from './property.ts';

/** A task that holds more than one page lock, or -1. */
function nester(o: Observer): number {
  let once = 0;
  for (let i = 0; i < o.s.page.length; i++) {
    const owner = o.s.page[i]!.locked_by;
    if (owner === 0) continue;
    if ((once >>> owner) & 1) return owner - 1;
    once |= 1 << owner;
  }
  return -1;
}

export const noNestedPageLocks: Property = {
  name: 'no-nested-page-locks',
  short: 'nest',
  promise: 'no task holds two page locks',
  premise: (o) => o.s.page.some((page) => page.locked_by !== 0),
  violated: (o) => nester(o) >= 0,
  explain: (o) => {
    const task = nester(o);
    const pages = o.s.page.flatMap((page, i) => (page.locked_by === task + 1 ? [i] : []));
    return {
      expected: 'one page lock at a time',
      found: `${pages.length} page locks held at once`,
      where: `${o.tasks[task]}: pages ${pages.join(', ')}`,
    };
  },
};
