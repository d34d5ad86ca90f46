/**
 * Whoever has begun can end. A task can go on if it can take a step that changes something, or if
 * one of those it waits for can; whoever cannot, and has not ended, waits for ever.
 */
import type { Observer } from '../model/observe.ts';
import type { Property } from './property.ts';

/** Unfinished tasks that can never go on, as a mask. */
export function stuck(o: Observer): number {
  const { waits } = o;
  if (waits.waiting === 0) return 0;
  let live = waits.moves;
  for (let grown = true; grown;) {
    grown = false;
    for (let task = 0; task < o.tasks.length; task++) {
      if ((live >>> task) & 1 || !((waits.waiting >>> task) & 1)) continue;
      if ((waits.waitsFor[task]! & live) !== 0) {
        live |= 1 << task;
        grown = true;
      }
    }
  }
  const hung = waits.waiting & ~live;
  return hung === 0 ? 0 : waits.unfinished(hung);
}

const named = (o: Observer, mask: number) =>
  o.tasks.filter((_, task) => (mask >>> task) & 1).join(', ');

export const noDeadlock: Property = {
  name: 'no-deadlock',
  short: 'deadlock',
  promise: 'every task that has begun can end',
  premise: (o) => o.waits.unfinished() !== 0,
  violated: (o) => stuck(o) !== 0,
  explain: (o) => {
    const mask = stuck(o);
    return {
      expected: 'every task that has begun can end',
      found: `${named(o, mask)} can never go on`,
      where: o.tasks
        .flatMap((name, task) =>
          (mask >>> task) & 1 ? [`${name} waits for ${named(o, o.waits.waitsFor[task]!)}`] : [],
        )
        .join('; '),
      meets: `${named(o, mask)} hang: "blocked for more than 120 seconds"`,
    };
  },
};
