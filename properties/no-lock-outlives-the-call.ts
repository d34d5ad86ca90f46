/** A system call that has returned holds nothing: no page lock, i_rwsem, mapping lock, handle, kmap. */
import type { Observer } from '../model/observe.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const holdsPage = (index: number, o: Observer) => {
  const owner = o.s.page[index]!.locked_by - 1;
  return owner >= 0 && owner < o.writers.length && !o.isRunning(owner);
};

const holds = (writer: number, o: Observer) => {
  if (o.isRunning(writer)) return false;
  const { handle, kmaps } = o.s.call[writer]!;
  return handle > 0 || kmaps > 0 || o.s.i_rwsem === writer + 1 || o.s.ilock === writer + 1;
};

const anyReturned = (writer: number, o: Observer) => !o.isRunning(writer);

export const noLockOutlivesTheCall: Property = {
  name: 'no-lock-outlives-the-call',
  short: 'lock',
  promise: 'a system call that has returned holds no lock',
  premise: (o) => firstIndex(o.writers.length, anyReturned, o) >= 0,
  violated: (o) =>
    firstIndex(o.writers.length, holds, o) >= 0 || firstIndex(o.s.page.length, holdsPage, o) >= 0,
  explain: (o) => {
    const page = firstIndex(o.s.page.length, holdsPage, o);
    const writer =
      page >= 0 ? o.s.page[page]!.locked_by - 1 : firstIndex(o.writers.length, holds, o);
    const { handle, kmaps } = o.s.call[writer]!;
    const held = [
      ...(page >= 0 ? [`PG_locked of page ${page}`] : []),
      ...(o.s.i_rwsem === writer + 1 ? ['i_rwsem'] : []),
      ...(o.s.ilock === writer + 1 ? ['the lock that ->iomap(READ) took'] : []),
      ...(handle > 0 ? ['a journal handle'] : []),
      ...(kmaps > 0 ? [`${kmaps} kmap slots`] : []),
    ];
    return {
      expected: 'no lock held after the return',
      found: `still held: ${held.join(', ')}`,
      where: `writer${writer + 1}, returned`,
    };
  },
};
