/** Nobody holds two page locks at a time: whoever takes them in another order hangs. */
import type { Observer } from '../model/observe.ts';
import { anywhere, firstIndex, pages } from './property.ts';
import type { Property } from './property.ts';

/** Is this page locked by somebody who has locked an earlier one, too? */
const nested = (page: number, o: Observer) => {
  const owner = o.s.page[page]!.locked_by;
  if (owner === 0) return false;
  for (let i = 0; i < page; i++) if (o.s.page[i]!.locked_by === owner) return true;
  return false;
};
const locked = (page: number, o: Observer) => o.s.page[page]!.locked_by !== 0;

export const noNestedPageLocks: Property = {
  name: 'no-nested-page-locks',
  short: 'nest',
  promise: 'no task holds two page locks',
  premise: (o) => firstIndex(o.s.page.length, locked, o) >= 0,
  violated: anywhere([pages, nested]),
  explain: (o) => {
    const owner = o.s.page[firstIndex(o.s.page.length, nested, o)]!.locked_by;
    const locked_pages = o.s.page.flatMap((page, i) => (page.locked_by === owner ? [i] : []));
    return {
      expected: 'one page lock at a time',
      found: `${locked_pages.length} page locks held at once`,
      where: `${o.tasks[owner - 1]}: pages ${locked_pages.join(', ')}`,
      meets: 'nothing yet: who locks them in the other order deadlocks',
    };
  },
};
