import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from './all.ts';
import { prepare } from './check.ts';

/** Collections of garbage while `work` runs. */
async function collections(work: () => void): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  work();
  // Entries are handed over when the loop comes round.
  await setTimeout(10);
  observer.disconnect();
  return count;
}

const asked = SCENARIOS.find((scenario) => scenario.name === 'everything-fails-once')!;
const STEPS = 500_000;
/** One object a step would be collected half a dozen times. */
const COLLECTIONS_MAX = 2;

/** Takes steps from a thousand states, over and over, with all promises asked after each. */
function stepper(name: string, onStep: () => void): (steps: number) => void {
  const { system } = prepare(
    DESIGNS.find((design) => design.name === name)!,
    asked,
  );
  const states = sample(system.initial(), (state, each) =>
    system.successors(state, 0, { successor: (_, to) => each(to) }),
  );
  const all = 2 ** system.properties.length - 1;
  let taken = 0;
  const sink = {
    successor: () => {
      taken++;
      onStep();
    },
  };
  return (steps) => {
    for (taken = 0; taken < steps;) {
      for (const state of states) {
        system.successors(state, 0, sink);
        system.violations(all);
      }
    }
  };
}

it.each([
  'page-at-a-time',
  'page-at-a-time/delalloc',
  'recvfile',
  'multipage-rfc/unlocked,unwritten,allocates',
  'multipage-rfc/locked,mapped,skips',
])('%s: steps and promises leave no garbage', async (name) => {
  const work = stepper(name, () => undefined);
  work(STEPS / 2); // Compiles.
  expect(await collections(() => work(STEPS))).toBeLessThanOrEqual(COLLECTIONS_MAX);
});

it('one object a step would be noticed', async () => {
  let last: object | undefined;
  const work = stepper('page-at-a-time', () => {
    last = { before: last === undefined };
  });
  work(STEPS / 2);
  expect(await collections(() => work(STEPS))).toBeGreaterThan(COLLECTIONS_MAX);
});

/** The first thousand states, breadth first. */
function sample(
  initial: Int32Array,
  successors: (state: Int32Array, each: (to: Int32Array) => void) => void,
): Int32Array[] {
  const seen = new Map([[initial.join(), initial]]);
  for (const state of seen.values()) {
    successors(state, (to) => {
      const key = to.join();
      if (!seen.has(key) && seen.size < 1000) seen.set(key, to.slice());
    });
  }
  return [...seen.values()];
}
