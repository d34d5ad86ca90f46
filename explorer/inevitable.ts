/**
 * From which step of a trace its end could not be avoided any more: from no state after it is there
 * a way to an end that keeps the promise.
 */
import type { Search } from './search.ts';

/** Looks at a state of the search, whose successors were just given. */
export type Judge = (state: number) => boolean;

/**
 * The number of the step, counted from 1; 0 where it is so from the start, and undefined where that
 * cannot be told: not all states were seen. `over`: has all that was begun come to its end there?
 */
export function inevitableFrom(
  search: Search,
  property: number,
  trace: readonly number[],
  over: Judge,
): number | undefined {
  if (search.limit !== undefined) return undefined;
  /** States from which there is no such way: they have been looked at, and none was found. */
  const hopeless = new Uint8Array(search.states);
  const states = statesOf(search, trace);
  hopeless[states.at(-1)!] = 1;
  for (let i = states.length - 2; i >= 0; i--) {
    if (canBeKept(search, property, states[i]!, { over, hopeless })) return i + 1;
  }
  return 0;
}

/** Numbers of the states on a trace. */
function statesOf(search: Search, trace: readonly number[]): number[] {
  const states = [0];
  for (const action of trace) {
    const step = search.machine.step(search.state(states.at(-1)!), action);
    states.push(search.find(step!.state));
  }
  return states;
}

/** Depth first: most runs end soon, whichever way they take. */
function canBeKept(
  search: Search,
  property: number,
  from: number,
  { over, hopeless }: { readonly over: Judge; readonly hopeless: Uint8Array },
): boolean {
  const left = [from];
  while (left.length > 0) {
    const state = left.pop()!;
    if (hopeless[state] === 1) continue;
    hopeless[state] = 1;
    const next: number[] = [];
    search.ask(search.machine, state, {
      successor: (_, to) => void next.push(search.find(to)),
    });
    if (search.isBroken(property)) continue;
    if (over(state)) return true;
    // The first way on, in which all goes well, is looked at first.
    left.push(...next.toReversed());
  }
  return false;
}
