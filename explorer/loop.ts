/** The loop of a counterexample: found in its component, and held to what makes it one. */
import { TASKS_MAX, decode } from '../machine/action.ts';
import type { Machine } from '../machine/machine.ts';
import { lost } from './progress.ts';
import { same } from './table.ts';
import type { StateTable } from './table.ts';

interface Way {
  readonly action: number;
  readonly task: number;
  readonly to: number;
}

/** A state of the component: driven steps that stay in it, and the mask of who can move. */
interface Place {
  readonly ways: readonly Way[];
  readonly able: number;
}

/**
 * Actions of a fair loop from `start` back to it, through states that are `inside`: a component of
 * which it is known that there is one. It goes to the nearest place where a task steps that has not
 * yet, or cannot move, until none is left; then the shortest way home.
 */
export function loopFrom(
  machine: Machine,
  table: StateTable,
  start: number,
  inside: (state: number) => boolean,
): number[] {
  const places = new Map<number, Place>();
  const placeOf = (state: number): Place => {
    const known = places.get(state);
    if (known !== undefined) return known;
    const found: Way[] = [];
    machine.successors(table.piece(state), table.place(state), {
      successor(action, to) {
        const task = action & (TASKS_MAX - 1);
        const number = table.find(to);
        if (number < 0) throw lost(machine, table.state(state), task);
        found.push({ action, task, to: number });
      },
    });
    const driven = machine.driven();
    const ways = found.filter(({ task, to }) => (driven >>> task) & 1 && inside(to));
    const able = found.reduce((mask, { task }) => mask | (1 << task), 0) & driven;
    const place = { ways, able };
    places.set(state, place);
    return place;
  };

  const actions: number[] = [];
  let at = start;
  /** Who could move all the time so far, and has taken no step. */
  let due = placeOf(start).able;
  do {
    const wanted = ({ task, to }: Way) =>
      due === 0 ? to === start : ((1 << task) & due) !== 0 || (due & ~placeOf(to).able) !== 0;
    for (const { action, task, to } of nearest(at, placeOf, wanted)) {
      actions.push(action);
      due &= placeOf(to).able & ~(1 << task);
      at = to;
    }
  } while (due !== 0 || at !== start);
  return actions;
}

/** The shortest path from a state that ends with a way that is wanted. */
function nearest(
  from: number,
  placeOf: (state: number) => Place,
  wanted: (way: Way) => boolean,
): Way[] {
  const cameBy = new Map<number, { readonly state: number; readonly way: Way } | undefined>([
    [from, undefined],
  ]);
  for (const [state] of cameBy) {
    for (const way of placeOf(state).ways) {
      if (wanted(way)) {
        const path = [way];
        for (let back = cameBy.get(state); back; back = cameBy.get(back.state)) path.push(back.way);
        return path.toReversed();
      }
      if (!cameBy.has(way.to)) cameBy.set(way.to, { state, way });
    }
  }
  throw new Error('a component without the loop that it was found for');
}

/**
 * Do these actions lead from a state back to it, by driven steps alone, with something owed all the
 * time, and no driven task left out that could move all the time?
 */
export function isFairLoop(
  machine: Machine,
  start: Int32Array,
  actions: readonly number[],
): boolean {
  let state = start;
  let able = -1;
  let owed = -1;
  let steps = 0;
  for (const action of actions) {
    owed &= machine.owing(state, 0);
    let tasks = 0;
    machine.successors(state, 0, {
      successor: (way) => void (tasks |= 1 << (way & (TASKS_MAX - 1))),
    });
    const driven = machine.driven();
    able &= tasks & driven;
    const by = 1 << decode(action).task;
    const next = machine.step(state, action);
    if (next === undefined || (driven & by) === 0) return false;
    steps |= by;
    state = next.state;
  }
  const closed = actions.length > 0 && same(start, state);
  return closed && owed !== 0 && (able & ~steps) === 0;
}
