/**
 * Cycles among lock orders. One is reported though no run deadlocks: each of its orders was seen in
 * some run, and tasks that took them at the same time could wait for each other for ever. As
 * lockdep has it, what else the tasks hold that might keep them apart is not looked at.
 */
import type { Order } from './orders.ts';

/**
 * As the orders along them: of each class that is on a cycle a shortest one, and of each that is
 * nested what makes it no order. A class that is never wanted exclusively makes nobody wait; a
 * shared hold of any other does, since down_read() stands in line behind who wants it for himself.
 */
export function cycles<O extends Order>(
  orders: readonly O[],
  exclusive: ReadonlySet<string>,
): readonly (readonly O[])[] {
  const waiting = orders.filter(({ from, to }) => exclusive.has(from) && exclusive.has(to));
  return [...nested(waiting), ...among(waiting)];
}

/** In one class: in both directions; the same again; or where one is as good as another. */
function nested<O extends Order>(orders: readonly O[]): (readonly O[])[] {
  const own = orders.filter(({ within }) => within !== undefined);
  const alone = own.filter(({ within }) => within === 'same' || within === 'alike');
  const up = own.filter(({ within }) => within === 'ascending');
  const crossed = up.flatMap((one) => {
    const down = own.find(({ from, within }) => from === one.from && within === 'descending');
    return down === undefined ? [] : [[one, down]];
  });
  return [...oneAClass(alone.map((one) => [one])), ...oneAClass(crossed)];
}

function oneAClass<O extends Order>(found: readonly (readonly O[])[]): (readonly O[])[] {
  return found.filter(([one], i) => found.findIndex(([first]) => first!.from === one!.from) === i);
}

/** A shortest one through each class that is on any; one through several is told once. */
function among<O extends Order>(orders: readonly O[]): (readonly O[])[] {
  const between = orders.filter(({ from, to }) => from !== to);
  const found = new Map<string, readonly O[]>();
  for (const one of new Set(between.map(({ from }) => from))) {
    const last = lastTo(between, one);
    if (!last.has(one)) continue;
    const cycle = backFrom(last, one);
    const classes = cycle.map(({ from }) => from).toSorted();
    if (!found.has(classes.join('|'))) found.set(classes.join('|'), cycle);
  }
  return [...found.values()];
}

/** For each class that can be reached from `start` the last order of a shortest way to it. */
function lastTo<O extends Order>(orders: readonly O[], start: string): Map<string, O> {
  const last = new Map<string, O>();
  const queue = [start];
  for (const one of queue) {
    for (const order of orders) {
      if (order.from !== one || last.has(order.to)) continue;
      last.set(order.to, order);
      queue.push(order.to);
    }
  }
  return last;
}

/** From `start` back to itself. */
function backFrom<O extends Order>(last: ReadonlyMap<string, O>, start: string): O[] {
  const path: O[] = [];
  let at = start;
  do {
    const order = last.get(at)!;
    path.unshift(order);
    at = order.from;
  } while (at !== start);
  return path;
}
