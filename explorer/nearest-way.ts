/** The shortest way from any state to the nearest step that somebody looks for. */
import type { Machine, Sink } from '../machine/machine.ts';

/**
 * A step of a way: was it what is looked for? It is asked once for each, in the order of the
 * search.
 */
export type Wanted = (from: Int32Array, to: Int32Array) => boolean;

/** Actions from `start`; undefined where there is no such step within so many states. */
export function nearestWay(
  machine: Machine,
  start: Int32Array,
  wanted: Wanted,
  states_max: number,
): number[] | undefined {
  const seen = new Set([keyOf(start)]);
  const found: { state: Int32Array; from: number; action: number }[] = [
    { state: start, from: -1, action: 0 },
  ];
  const wayTo = (number: number): number[] => {
    const actions: number[] = [];
    for (let n = number; n > 0; n = found[n]!.from) actions.push(found[n]!.action);
    return actions.toReversed();
  };
  for (let from = 0; from < found.length && found.length < states_max; from++) {
    const next: { action: number; to: Int32Array }[] = [];
    const sink: Sink = {
      successor: (action, to) => void next.push({ action, to: to.slice() }),
    };
    const { state } = found[from]!;
    machine.successors(state, 0, sink);
    for (const { action, to } of next) {
      const known = seen.has(keyOf(to));
      if (!known) {
        seen.add(keyOf(to));
        found.push({ state: to, from, action });
      }
      if (wanted(state, to)) return [...wayTo(from), action];
    }
  }
  return undefined;
}

const keyOf = (state: Int32Array): string => String.fromCharCode(...new Uint16Array(state.buffer));
