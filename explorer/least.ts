/**
 * Of all shortest traces to a broken promise the least: fewest faults, then fewest things touched,
 * then fewest changes of task, then the first in the order of tasks and answers. What it is does
 * not depend on the order in which the search came to its states.
 */
import { TASKS_MAX } from '../machine/action.ts';
import type { Machine } from '../machine/machine.ts';
import type { Search } from './search.ts';

/** What the machine's steps cost besides; that is for those to say who know what a state means. */
export interface Costs {
  /** How many faults have happened on the way to this state. */
  readonly faults: (state: Int32Array) => number;
  /** What a step touches, as a mask. */
  readonly touched: (from: Int32Array, to: Int32Array) => number;
}

/** A way to a state, by its last task and by all that it has touched: of such the least. */
interface Way {
  readonly state: number;
  readonly task: number;
  readonly touched: number;
  readonly changes: number;
  readonly from: Way | undefined;
  readonly action: number;
  /** Its place among the ways of its length, in the order of their actions. */
  rank: number;
}

/** States that are as near as the breach, or nearer: where there are more, none is looked for. */
const STATES_MAX = 1_000_000;
/** So many are looked at before the time is. */
const LOOKED = 1024;

/**
 * The same trace, where the property is not broken by a state at the end of it; undefined where too
 * many states are as near, or there is no time left.
 */
export function leastTrace(
  search: Search,
  property: number,
  trace: readonly number[],
  costs: Costs,
  hurry = () => false,
): readonly number[] | undefined {
  if (trace.length === 0) return trace;
  const { machine } = search;
  const levels = levelsOf(search, trace.length);
  if (levels.at(-1)! > STATES_MAX) return undefined;
  const ends = endsOf(search, property, levels);
  const fewest = Math.min(...ends.map((end) => costs.faults(search.state(end))));
  const targets = ends.filter((end) => costs.faults(search.state(end)) === fewest);
  const useful = usefulStates(search, levels, targets, hurry);
  if (useful === undefined) return undefined;
  let ways: Way[] = [
    { state: 0, task: -1, touched: 0, changes: 0, from: undefined, action: 0, rank: 0 },
  ];
  for (let step = 0; step < trace.length; step++) {
    ways = ranked(leastOf(extended(machine, search, ways, { useful, costs })));
  }
  const [first] = ways.toSorted(
    (a, b) => bits(a.touched) - bits(b.touched) || a.changes - b.changes || a.rank - b.rank,
  );
  return first === undefined ? trace : actionsOf(first);
}

/** The number of the first state of each level, and the end of the last, or of those looked at. */
function levelsOf(search: Search, last: number): number[] {
  const levels = [0];
  const count = Math.min(search.states, STATES_MAX + 1);
  const depths = new Int32Array(count);
  for (let n = 1; n < count; n++) {
    const depth = depths[search.parent(n)]! + 1;
    depths[n] = depth;
    if (depth === levels.length) levels.push(n);
    if (depth > last) return levels;
  }
  return [...levels, count];
}

/** The states of the last level that break the promise. */
function endsOf(search: Search, property: number, levels: readonly number[]): number[] {
  const found: number[] = [];
  for (let n = levels.at(-2)!; n < levels.at(-1)!; n++) {
    if (search.breaks(n, property)) found.push(n);
  }
  return found;
}

/** States on a shortest way to one of the targets: a step leads from each to the level below. */
function usefulStates(
  search: Search,
  levels: readonly number[],
  targets: readonly number[],
  hurry: () => boolean,
): Uint8Array | undefined {
  const useful = new Uint8Array(levels.at(-1)!);
  for (const target of targets) useful[target] = 1;
  for (let level = levels.length - 3; level >= 0; level--) {
    const [first, end] = [levels[level]!, levels[level + 1]!];
    for (let n = first; n < end; n++) {
      if (n % LOOKED === 0 && hurry()) return undefined;
      search.ask(search.machine, n, {
        successor(_, to) {
          if (useful[n] === 1) return;
          const number = search.find(to);
          if (number >= end && useful[number] === 1) useful[n] = 1;
        },
      });
    }
  }
  return useful;
}

function extended(
  machine: Machine,
  search: Search,
  ways: readonly Way[],
  { useful, costs }: { readonly useful: Uint8Array; readonly costs: Costs },
): Way[] {
  const found: Way[] = [];
  for (const way of ways) {
    const from = search.state(way.state);
    search.ask(machine, way.state, {
      successor(action, to) {
        const state = search.find(to);
        if (state <= way.state || useful[state] !== 1) return;
        const task = action % TASKS_MAX;
        found.push({
          state,
          task,
          touched: way.touched | costs.touched(from, to),
          changes: way.changes + (task === way.task ? 0 : 1),
          from: way,
          action,
          rank: 0,
        });
      },
    });
  }
  return found;
}

/** In the order of all their actions. */
const inOrder = (a: Way, b: Way): number =>
  (a.from?.rank ?? 0) - (b.from?.rank ?? 0) || a.action - b.action;

/** Of those that can be told apart by nothing that is still to come, the least. */
function leastOf(ways: readonly Way[]): Way[] {
  const least = new Map<string, Way>();
  for (const way of ways) {
    const key = `${way.state} ${way.task} ${way.touched}`;
    const known = least.get(key);
    if (known === undefined || (way.changes - known.changes || inOrder(way, known)) < 0) {
      least.set(key, way);
    }
  }
  return [...least.values()];
}

function ranked(ways: Way[]): Way[] {
  const sorted = ways.toSorted(inOrder);
  sorted.forEach((way, rank) => (way.rank = rank));
  return sorted;
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
}

function actionsOf(last: Way): number[] {
  const actions: number[] = [];
  for (let way: Way | undefined = last; way?.from !== undefined; way = way.from) {
    actions.push(way.action);
  }
  return actions.toReversed();
}
