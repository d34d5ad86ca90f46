/**
 * A machine that takes every step twice and compares: what differs depends on something that is not
 * in the state. Passing does not prove that nothing hidden is read; it shows that it was not noticed.
 */
import type { Machine } from '../machine/machine.ts';

export function twice(machine: Machine): Machine {
  const once: number[] = [];
  const again: number[] = [];
  return {
    ...facade(machine),
    successors(states, at, sink) {
      const gather = (into: number[]) => ({
        successor(action: number, to: Int32Array) {
          into.push(action, ...to);
        },
      });
      once.length = again.length = 0;
      machine.successors(states, at, gather(once));
      machine.successors(states, at, gather(again));
      if (once.length !== again.length || once.some((value, i) => value !== again[i])) {
        throw new Error(
          'a step run twice from one state did not do the same: something outside the state is read',
        );
      }
      machine.successors(states, at, sink);
    },
  };
}

function facade(machine: Machine): Machine {
  return {
    words: machine.words,
    properties: machine.properties,
    coverage: machine.coverage,
    initial: () => machine.initial(),
    successors: (states, at, sink) => machine.successors(states, at, sink),
    violations: (asked) => machine.violations(asked),
    premises: (asked) => machine.premises(asked),
  };
}
