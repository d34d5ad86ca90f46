/** All the steps by which a promise goes from kept to broken: the nearest of each row. */
import { IN_MASK, allOf } from '../machine/machine.ts';
import { decode } from '../machine/action.ts';
import type { Search } from './search.ts';

export interface WayToBreak {
  /** Number of the promise. */
  readonly property: number;
  /** The row of the last step, and the state in which it ran: it may have a label of several. */
  readonly row: string;
  readonly from: number;
  readonly trace: readonly number[];
}

/** `count`: the first promises of the machine. Of each promise and row the nearest such step. */
export function waysToBreak(search: Search, count: number): WayToBreak[] {
  const { machine } = search;
  const parts = Math.ceil(count / IN_MASK);
  const broken = Array.from({ length: parts }, () => new Int32Array(search.states));
  const found = new Map<string, WayToBreak>();
  for (let n = 0; n < search.states; n++) {
    search.look(n);
    for (let part = 0; part < parts; part++) {
      broken[part]![n] = machine.violations(allOf(count, part * IN_MASK), part * IN_MASK);
    }
    for (let part = 0; part < parts; part++) {
      const before = n === 0 ? 0 : broken[part]![search.parent(n)]!;
      const fresh = broken[part]![n]! & ~before;
      for (let i = 0; fresh >>> i !== 0; i++) {
        if ((fresh >>> i) & 1) note(search, found, part * IN_MASK + i, n);
      }
    }
  }
  return [...found.values()];
}

function note(search: Search, found: Map<string, WayToBreak>, property: number, n: number): void {
  const row = n === 0 ? 'the initial state' : rowLeft(search, n);
  const key = `${property} ${row}`;
  if (found.has(key)) return;
  found.set(key, { property, row, from: search.parent(n), trace: search.trace(n) });
}

/** The row of the step by which a state was first reached. */
function rowLeft(search: Search, n: number): string {
  const { machine } = search;
  const [from, to] = [search.state(search.parent(n)), search.state(n)];
  for (let task = 0; ; task++) {
    const row = machine.row(from, task);
    if (row === undefined) break;
    if (row !== machine.row(to, task)) return row;
  }
  // A row that is run again: which one, only the step itself tells.
  return machine.row(from, decode(search.trace(n).at(-1)!).task)!;
}
