/**
 * Compact mode: of a state no more is kept for good than a fingerprint, so that one that has the
 * fingerprint of another is taken for it and left out, with all that is found by way of it alone.
 *
 * The chance of that. Assumed is what is said of `share` in core/core.ts: that two states which
 * differ have the same fingerprint of b bits with a chance of 2^-b. Up to the first state that is
 * left out a search does just what an exact one does: so it has n states, and leaves one out, only
 * if two of the first n + 1 states of the exact search have the same fingerprint. These are states
 * that the design and the order of the search fix, so that the chance of it is at most the sum over
 * all pairs, n (n + 1) / 2 of them. That n is what was counted does no harm: a search that has
 * left out very much, and so counts little, has done that among few states.
 */
import type { Machine } from '../machine/machine.ts';
import type { StateTable } from './table.ts';

export const FINGERPRINT_BITS = 64;

/** The chance that a search which came to so many states has left out any is below that. */
export const omission = (states: number, bits = FINGERPRINT_BITS): number =>
  Math.min(1, (states * (states + 1)) / 2 ** (bits + 1));

/**
 * The actions that lead to a state: forward from the first one, from each ancestor to the successor
 * that has the number of the next. So no step of it hangs on chance.
 */
export function forward(machine: Machine, table: StateTable, number: number): number[] {
  const way: number[] = [];
  for (let n = number; n > 0; n = table.parent(n)) way.push(n);
  let state = machine.initial();
  return way.toReversed().map((next, i) => {
    const step = stepTo(machine, state, (to) => table.find(to) === next);
    if (step === undefined) {
      throw new Error(
        `compact mode: step ${i + 1} of a trace could not be found again: two states may have ` +
          'the same fingerprint, or the design keeps state outside the model; leave --compact out',
      );
    }
    state = step.to;
    return step.action;
  });
}

function stepTo(machine: Machine, from: Int32Array, is: (to: Int32Array) => boolean) {
  let found: { readonly action: number; readonly to: Int32Array } | undefined;
  machine.successors(from, 0, {
    successor(action, to) {
      if (found === undefined && is(to)) found = { action, to: to.slice() };
    },
  });
  return found;
}
