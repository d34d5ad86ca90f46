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
  readonly verdict: 'holds' | 'violated' | 'vacuous' | 'incomplete';
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
  const seen = new Seen();
  const broken = new Map<string, number>();
  const asked = new Set<string>();
  const places: Place[] = [];
  let transitions = 0;
  const initial = interpreter.initial();
  seen.numberOf(initial, numbersOf(initial), 0);
  for (let at = 0; at < seen.count && seen.count <= most; at++) {
    const state = seen.take(at);
    const depth = seen.depths[at]!;
    const ways = interpreter.steps(state, false);
    transitions += ways.length;
    const edges = ways.map(({ task, state: to, values }) => ({
      task,
      to: seen.numberOf(to, values, depth + 1),
    }));
    for (const { name } of interpreter.broken(state)) {
      if (!broken.has(name)) broken.set(name, depth);
    }
    for (const { name } of interpreter.asked(state)) asked.add(name);
    places.push(placeOf(interpreter, state, edges));
  }
  const limit = limitOf(interpreter, seen.count, most);
  const loop = limit === undefined ? nearest(places, seen.depths) : undefined;
  const promises = interpreter.properties.map((property) => {
    const steps = isOfProgress(property) ? loop : broken.get(property.name);
    return [property.name, found(steps, limit !== undefined, asked.has(property.name))] as const;
  });
  const depth = seen.depths.at(-1)!;
  return { states: seen.count, transitions, depth, limit, promises: new Map(promises) };
}

/** The states that were found, by number, in the order in which they were. */
class Seen {
  readonly depths: number[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #queue: Plain[] = [];

  get count(): number {
    return this.depths.length;
  }

  numberOf(state: Plain, values: readonly number[], depth: number): number {
    const key = keyOf(values);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.count);
    this.#queue.push(state);
    return this.depths.push(depth) - 1;
  }

  /** Once: later its key and its number stand for it. */
  take(number: number): Plain {
    const state = this.#queue[number]!;
    this.#queue[number] = {};
    return state;
  }
}

function limitOf({ beyond }: Interpreter, states: number, most: number): Explored['limit'] {
  if (states > most) return 'states';
  return beyond === undefined ? undefined : 'range';
}

function found(steps: number | undefined, isOpen: boolean, wasAsked: boolean): Found {
  if (steps !== undefined) return { verdict: 'violated', steps };
  if (isOpen) return { verdict: 'incomplete' };
  return { verdict: wasAsked ? 'holds' : 'vacuous' };
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
