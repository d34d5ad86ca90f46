import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from './all.ts';
import { prepare } from './check.ts';

/** Bytes that `work` leaves on the heap, at best: what ran before may be collected meanwhile. */
async function garbage(work: () => void): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 3 && least > BYTES_MAX; i++) least = Math.min(least, await left(work));
  return least;
}

/** Bytes left on the heap; Infinity if garbage was collected meanwhile. */
async function left(work: () => void): Promise<number> {
  let collected = false;
  const observer = new PerformanceObserver(() => {
    collected = true;
  });
  observer.observe({ entryTypes: ['gc'] });
  const before = process.memoryUsage().heapUsed;
  work();
  const bytes = process.memoryUsage().heapUsed - before;
  // What the observer saw is handed over when the loop comes round.
  await setTimeout(10);
  observer.disconnect();
  return collected ? Infinity : bytes;
}

const asked = SCENARIOS.find((scenario) => scenario.name === 'everything-fails-once')!;
const STEPS = 500_000;
/** The smallest object takes 12 bytes or more; what is compiled meanwhile takes some room, too. */
const BYTES_MAX = 4 * STEPS;

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
  const pass = () => {
    for (const state of states) {
      system.successors(state, 0, sink);
      system.violations(all);
    }
  };
  pass();
  const passSteps = taken;
  return (steps) => {
    for (let n = 0; n < steps; n += passSteps) pass();
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
  expect(await garbage(() => work(STEPS))).toBeLessThan(BYTES_MAX);
});

it('one object a step would be noticed', async () => {
  let last: object | undefined;
  const work = stepper('page-at-a-time', () => {
    last = { before: last === undefined };
  });
  work(STEPS / 2);
  expect(await garbage(() => work(STEPS))).toBeGreaterThan(2 * BYTES_MAX);
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
