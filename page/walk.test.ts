/** What a page shows, without one: the same steps, ways on and verdicts as the machine has. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { PROPERTIES } from '../properties/all.ts';
import { check, prepare } from '../runs/check.ts';
import { Stepper } from '../runs/stepper.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import type { PageData } from './data.ts';
import { fragmentOf, parseFragment } from './fragment.ts';
import { brokenPage } from './gather.ts';
import { sha256 } from './sha256.ts';
import { Walk } from './walk.ts';

test('SHA-256 is what everybody else has', () => {
  for (let length = 0; length < 200; length++) {
    const text = String.fromCharCode(...Array.from({ length }, (_, i) => 33 + 7 * i + length));
    expect(sha256(text, 64)).toBe(createHash('sha256').update(text).digest('hex'));
  }
});

test('a fragment names a step, and what was taken from there; nothing else is one', () => {
  const names = ['#step-0', '#step-12', '#step-12/3', '#step-12/3.1.22'];
  expect(names.map((name) => fragmentOf(parseFragment(name)!))).toEqual(names);
  for (const name of ['', '#', '#step-', '#step--1', '#step-1/', '#step-1/2.', '#h-state']) {
    expect(parseFragment(name)).toBeUndefined();
  }
});

const known = new Map<string, ReturnType<typeof found>>();

/** A counterexample of a promise, and what a page of it is given. */
function broken(...asked: Parameters<typeof found>) {
  const key = asked.join();
  const made = known.get(key) ?? found(...asked);
  known.set(key, made);
  return made;
}

function found(name: string, scenario: string, property: string) {
  const design = DESIGNS.find((one) => one.name === name)!;
  const run = prepare(
    design,
    SCENARIOS.find((one) => one.name === scenario)!,
  );
  const outcome = check(run);
  const { trace, loop } = outcome.result.properties.find((one) => one.name === property)!;
  const traced = { trace: trace!, ...(loop !== undefined && { loop }) };
  const { data } = brokenPage(run, { property, traced, because: [], explored: '', text: '' });
  return { run, design, data, actions: trace! };
}

/** As a page has it. */
const walkOf = (data: PageData, design: Design): Walk =>
  new Walk(JSON.parse(JSON.stringify(data)) as PageData, design, PROPERTIES);

const CASES = [
  ['recvfile', 'receive-is-short', 'return-value-is-true'],
  ['multipage-rfc/unlocked,unwritten,redirties', 'throttled-before-allocate', 'every-call-ends'],
  ['page-at-a-time/xfs-2013', 'reclaim-meets-a-locked-page', 'no-stale-data-after-crash'],
] as const;

const names = (all: readonly { readonly name: string }[]) => all.map((one) => one.name);

test.each(CASES)('%s, %s: %s', (name, scenario, property) => {
  const { run, design, data, actions } = broken(name, scenario, property);
  const walk = walkOf(data, design);
  expect(walk.recorded.differs).toBeUndefined();
  const stepper = new Stepper(run);
  for (const [at, action] of [...actions, undefined].entries()) {
    walk.goTo(at);
    const last = at === actions.length && data.loop > 0 ? [property] : [];
    expect(names(walk.brokenAt(at))).toEqual([...names(stepper.broken()), ...last]);
    // Whatever else can happen, in whatever order the two ask for it.
    const others = walk.ways.map(({ task, row, said }) => `${walk.taskName(task)} ${row}: ${said}`);
    const options = stepper
      .options()
      .map(({ told }) => `${told.task} ${told.step.label}: ${told.step.said}`);
    expect(others.toSorted()).toEqual(options.toSorted());
    if (action !== undefined) stepper.take(action);
  }
  expect(names(walk.brokenAt(actions.length))).toContain(property);
});

test('off the trace and back', () => {
  const { design, data } = broken(...CASES[0]);
  const walk = walkOf(data, design);
  const all = walk.path.length;
  walk.goTo(3);
  const recorded = walk.path[3]!.choice;
  const other = walk.ways.findIndex((_, i) => i + 1 !== recorded) + 1;
  expect(walk.take(99)).toBe(false);
  expect(walk.take(recorded)).toBe(true);
  expect([walk.at, walk.fork, walk.path.length, walk.branched]).toEqual([4, all, all, false]);
  walk.goTo(3);
  walk.take(other);
  walk.take(1);
  expect([walk.at, walk.fork, walk.path.length, walk.branched]).toEqual([5, 3, 5, true]);
  expect(walk.fragment).toEqual({ step: 3, choices: [other, 1] });
  // A step back keeps what lies ahead; what was recorded is found again.
  walk.goTo(4);
  expect([walk.fragment.choices, walk.path.length]).toEqual([[other], 5]);
  walk.goTo(3);
  walk.take(recorded);
  expect([walk.at, walk.path.length, walk.branched]).toEqual([4, all, false]);
  expect(walk.restore({ step: 3, choices: [other, 1] })).toBe(true);
  expect(walk.restore({ step: 3, choices: [99] })).toBe(false);
  expect(walk.fragment).toEqual({ step: 3, choices: [other, 1] });
  walk.back();
  expect([walk.at, walk.path.length]).toEqual([3, all]);
});
