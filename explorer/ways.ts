/**
 * All the rows by which a promise comes to be broken: of each the nearest trace. A row is at fault
 * where it leads from a state from which some way on would still have ended with the promise kept,
 * to one from which none does.
 */
import { decode } from '../machine/action.ts';
import { IN_MASK, allOf } from '../machine/machine.ts';
import type { Search } from './search.ts';

export interface WayToBreak {
  /** Number of the promise. */
  readonly property: number;
  /** The row at fault, as `task.label`, and the state in which it ran. */
  readonly row: string;
  readonly from: number;
  /** To a state in which the promise is broken. */
  readonly trace: readonly number[];
}

/** Of more states the steps between them are not kept: the row of the last step stands for it. */
const STATES_MAX = 300_000;

/** Steps between states: those of state n begin at first[n]. */
interface Steps {
  readonly first: Int32Array;
  readonly to: Int32Array;
}

/**
 * `count`: the first promises of the machine. `over`: has all that was begun come to its end in the
 * state that is looked at?
 */
export function waysToBreak(search: Search, count: number, over: () => boolean): WayToBreak[] {
  const { states, limit } = search;
  const broken = brokenIn(search, count);
  const whole = limit === undefined && states <= STATES_MAX;
  const steps = whole ? stepsOf(search) : undefined;
  const ends = whole ? endsOf(search, over) : undefined;
  return Array.from({ length: count }, (_, property) => property).flatMap((property) => {
    const isBroken = (n: number): boolean =>
      ((broken[Math.floor(property / IN_MASK)]![n]! >>> (property % IN_MASK)) & 1) === 1;
    if (!any(states, isBroken)) return [];
    if (steps === undefined || ends === undefined) return byLastRow(search, property, isBroken);
    const kept = keptFrom(states, backwards(steps, states), ends, isBroken);
    // Where it was inevitable from the start, no row has made it so.
    if (kept[0] === 0) return byLastRow(search, property, isBroken);
    return byFault(search, property, { steps, kept, isBroken });
  });
}

function any(states: number, is: (n: number) => boolean): boolean {
  for (let n = 0; n < states; n++) if (is(n)) return true;
  return false;
}

/** Masks of the promises that each state breaks. */
function brokenIn(search: Search, count: number): Int32Array[] {
  const parts = Array.from(
    { length: Math.ceil(count / IN_MASK) },
    () => new Int32Array(search.states),
  );
  for (let n = 0; n < search.states; n++) {
    search.look(n);
    parts.forEach((part, i) => {
      part[n] = search.machine.violations(allOf(count, i * IN_MASK), i * IN_MASK);
    });
  }
  return parts;
}

function endsOf(search: Search, over: () => boolean): Uint8Array {
  return Uint8Array.from({ length: search.states }, (_, n) => {
    search.look(n);
    return over() ? 1 : 0;
  });
}

function stepsOf(search: Search): Steps {
  const first = new Int32Array(search.states + 1);
  const to: number[] = [];
  for (let n = 0; n < search.states; n++) {
    search.ask(search.machine, n, { successor: (_, next) => void to.push(search.find(next)) });
    first[n + 1] = to.length;
  }
  return { first, to: Int32Array.from(to) };
}

function backwards({ first, to }: Steps, states: number): Steps {
  const begins = new Int32Array(states + 1);
  for (const n of to) begins[n + 1]!++;
  for (let n = 0; n < states; n++) begins[n + 1]! += begins[n]!;
  const from = new Int32Array(to.length);
  const next = begins.slice();
  for (let n = 0; n < states; n++) {
    for (let i = first[n]!; i < first[n + 1]!; i++) from[next[to[i]!]!++] = n;
  }
  return { first: begins, to: from };
}

/** From which states some way on ends with the promise kept: found from those ends. */
function keptFrom(
  states: number,
  back: Steps,
  ends: Uint8Array,
  isBroken: (n: number) => boolean,
): Uint8Array {
  const kept = new Uint8Array(states);
  const left: number[] = [];
  const take = (n: number): void => {
    if (kept[n] === 1 || isBroken(n)) return;
    kept[n] = 1;
    left.push(n);
  };
  for (let n = 0; n < states; n++) if (ends[n] === 1) take(n);
  for (let n = left.pop(); n !== undefined; n = left.pop()) {
    for (let i = back.first[n]!; i < back.first[n + 1]!; i++) take(back.to[i]!);
  }
  return kept;
}

function byFault(
  search: Search,
  property: number,
  found: {
    readonly steps: Steps;
    readonly kept: Uint8Array;
    readonly isBroken: (n: number) => boolean;
  },
): WayToBreak[] {
  const { steps, kept, isBroken } = found;
  const ways = new Map<string, WayToBreak>();
  for (let from = 0; from < search.states; from++) {
    if (kept[from] === 0) continue;
    for (const { action, to } of waysOn(search, from, (n) => kept[n] === 0)) {
      const row = search.machine.row(search.state(from), decode(action).task)!;
      if (ways.has(row)) continue;
      const trace = [...search.trace(from), action, ...toBreach(search, steps, to, isBroken)];
      ways.set(row, { property, row, from, trace });
    }
  }
  return [...ways.values()];
}

function waysOn(search: Search, from: number, wanted: (n: number) => boolean) {
  const found: { readonly action: number; readonly to: number }[] = [];
  search.ask(search.machine, from, {
    successor(action, next) {
      const to = search.find(next);
      if (wanted(to)) found.push({ action, to });
    },
  });
  return found;
}

/** The shortest way on to a state that breaks the promise; there is one from every such state. */
function toBreach(
  search: Search,
  { first, to }: Steps,
  start: number,
  isBroken: (n: number) => boolean,
): number[] {
  const parents = new Map([[start, -1]]);
  let end: number | undefined;
  for (const n of parents.keys()) {
    if (isBroken(n)) {
      end = n;
      break;
    }
    for (let i = first[n]!; i < first[n + 1]!; i++) {
      if (!parents.has(to[i]!)) parents.set(to[i]!, n);
    }
  }
  const actions: number[] = [];
  for (let n = end ?? start; n !== start; n = parents.get(n)!) {
    const [step] = waysOn(search, parents.get(n)!, (one) => one === n);
    actions.push(step!.action);
  }
  return actions.toReversed();
}

/** By the step from a state that keeps it to one that does not. */
function byLastRow(
  search: Search,
  property: number,
  isBroken: (n: number) => boolean,
): WayToBreak[] {
  const found = new Map<string, WayToBreak>();
  for (let n = 0; n < search.states; n++) {
    if (!isBroken(n) || (n > 0 && isBroken(search.parent(n)))) continue;
    const row = n === 0 ? 'the initial state' : rowLeft(search, n);
    if (found.has(row)) continue;
    found.set(row, { property, row, from: Math.max(0, search.parent(n)), trace: search.trace(n) });
  }
  return [...found.values()];
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
