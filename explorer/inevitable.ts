/**
 * From which step of a trace its end could not be avoided any more: from no state after it is there
 * a way to an end that keeps the promise.
 */
import { isBroken } from '../machine/machine.ts';
import type { Machine } from '../machine/machine.ts';
import { StateTable } from './table.ts';

export interface Kept {
  /** The number of the promise. */
  readonly property: number;
  /** Has all that was begun come to its end in the state whose successors were just given? */
  readonly over: () => boolean;
  /** Is there no time left? */
  readonly hurry?: () => boolean;
}

/**
 * The number of the step, counted from 1; 0 where it is so from the start, and undefined where that
 * cannot be told within so many states, or there is no time left.
 */
export function inevitableFrom(
  machine: Machine,
  trace: readonly number[],
  kept: Kept,
  states_max: number,
): number | undefined {
  const states = statesOf(machine, trace);
  /** States from which there is no such way: they have been looked at, and none was found. */
  const hopeless = new StateTable(states.at(-1)!, states_max);
  for (let i = states.length - 2; i >= 0; i--) {
    const can = canBeKept(machine, states[i]!, kept, hopeless);
    if (can === undefined) return undefined;
    if (can) return i + 1;
  }
  return 0;
}

/** The states on a trace. */
function statesOf(machine: Machine, trace: readonly number[]): Int32Array[] {
  const states = [machine.initial()];
  for (const action of trace) states.push(machine.step(states.at(-1)!, action)!.state);
  return states;
}

/** So many states are looked at before the time is. */
const LOOKED = 1024;

/** Depth first: most runs end soon, whichever way they take. */
function canBeKept(
  machine: Machine,
  from: Int32Array,
  { property, over, hurry = () => false }: Kept,
  hopeless: StateTable,
): boolean | undefined {
  const left: Int32Array[] = [];
  const isNew = (state: Int32Array): boolean => {
    const { count } = hopeless;
    hopeless.add(state, 0);
    hopeless.flush();
    return hopeless.count > count;
  };
  if (isNew(from)) left.push(from);
  for (let looked = 1; left.length > 0; looked++) {
    if (hopeless.full || (looked % LOOKED === 0 && hurry())) return undefined;
    const next: Int32Array[] = [];
    machine.successors(left.pop()!, 0, {
      successor: (_, to) => void next.push(to.slice()),
    });
    if (isBroken(machine, property)) continue;
    if (over()) return true;
    // The first way on, in which all goes well, is looked at first.
    left.push(...next.filter(isNew).toReversed());
  }
  return hopeless.full ? undefined : false;
}
