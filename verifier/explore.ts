/**
 * A naive explorer: a map of states, breadth first, and no tricks. It says how many states there
 * are, how many steps lead from them, how deep they lie, and how near the nearest breach of each
 * promise is. For the one promise that no state breaks, that what has begun ends, it keeps every
 * step, and looks for loops when all states are known; see loops.ts.
 */
import { isOfProgress } from '../properties/property.ts';
import type { Interpreter } from './interpreter.ts';
import { fairLoops } from './loops.ts';
import type { Place } from './loops.ts';
import { keyOf, numbersOf } from './plain.ts';
import type { Plain } from './plain.ts';

export interface Found {
  readonly verdict: 'holds' | 'violated' | 'vacuous';
  /** Steps to the nearest state that breaks the promise, or that lies on a loop which does. */
  readonly steps?: number;
}

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** Why nothing can be said to hold: there are more states, or a counter has left its range. */
  readonly limit: 'states' | 'range' | undefined;
  readonly promises: ReadonlyMap<string, Found>;
}

/** Explores all states, but at most so many. */
export function explore(interpreter: Interpreter, most: number): Explored {
  const seen = new Map<string, number>();
  const depths: number[] = [];
  const places: Place[] = [];
  const queue: Plain[] = [];
  const broken = new Map<string, number>();
  const asked = new Set<string>();
  const keepsSteps = interpreter.properties.some(isOfProgress);
  let transitions = 0;
  const numberOf = (state: Plain, values: readonly number[], depth: number): number => {
    const key = keyOf(values);
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, depths.length);
    queue.push(state);
    return depths.push(depth) - 1;
  };
  const initial = interpreter.initial();
  numberOf(initial, numbersOf(initial), 0);
  for (let at = 0; at < queue.length && seen.size <= most; at++) {
    const state = queue[at]!;
    const depth = depths[at]!;
    const ways = interpreter.steps(state, false);
    const edges = ways.map(({ task, state: to, values }) => ({
      task,
      to: numberOf(to, values, depth + 1),
    }));
    transitions += ways.length;
    for (const { name } of interpreter.broken(state)) {
      if (!broken.has(name)) broken.set(name, depth);
    }
    for (const { name } of interpreter.asked(state)) asked.add(name);
    if (keepsSteps) places.push(placeOf(interpreter, state, edges));
    // It is not needed again: its key and its number stand for it.
    queue[at] = {};
  }
  const limit = seen.size > most ? 'states' : interpreter.beyond && 'range';
  return {
    states: seen.size,
    transitions,
    depth: depths.at(-1)!,
    limit: limit === 'states' || limit === 'range' ? limit : undefined,
    promises: new Map(
      interpreter.properties.map((property) => {
        const { name } = property;
        const steps =
          isOfProgress(property) && limit === undefined
            ? nearest(places, depths)
            : broken.get(name);
        const verdict = steps !== undefined ? 'violated' : asked.has(name) ? 'holds' : 'vacuous';
        return [name, { verdict, ...(steps === undefined ? {} : { steps }) }];
      }),
    ),
  };
}

/** What matters of a state to who looks for loops: driven steps, and what is owed. */
function placeOf(
  interpreter: Interpreter,
  state: Plain,
  edges: readonly { readonly task: number; readonly to: number }[],
): Place {
  const driven = interpreter.driven(state);
  const own = edges.filter(({ task }) => (driven >>> task) & 1);
  return { owing: interpreter.owing(state), edges: own };
}

/** The depth of the nearest state on a loop that goes on for ever. */
function nearest(places: readonly Place[], depths: readonly number[]): number | undefined {
  const states = fairLoops(places).flat();
  return states.length === 0
    ? undefined
    : states.reduce((least, state) => Math.min(least, depths[state]!), Infinity);
}
