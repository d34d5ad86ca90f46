/** What must be noticed: if one of these is not, nothing that holds means anything. */
import { describe, expect, it } from 'vitest';
import { RUNNING } from '../model/core.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { PROPERTIES } from '../properties/all.ts';
import { noDeadlock } from '../properties/no-deadlock.ts';
import type { StateProperty } from '../properties/property.ts';
import type { Design } from '../model/design.ts';
import { check, prepare } from './check.ts';
import { readRecord } from './recorded.ts';
import { soundDesigns } from './rows/base.ts';
import { isAsked } from './scenario.ts';

const SOUND = soundDesigns(readRecord());
const LIMITS = { states: 100_000, depth: 1000 };

const canary = (
  name: string,
  does: Pick<StateProperty, 'premise' | 'violated'>,
): StateProperty => ({
  name,
  short: 'canary',
  promise: 'nothing',
  explain: () => ({ expected: '', found: '', where: '' }),
  ...does,
});

/** Asked in all scenarios, and left as soon as one thing is broken. */
const asked = (design: Design) => SCENARIOS.filter((scenario) => isAsked(scenario, design));

it('there are sound designs', () => {
  expect(SOUND.length).toBeGreaterThan(0);
});

describe.each(SOUND)('$name', (design) => {
  it('a promise that is always broken is broken in no step', () => {
    const always = canary('always-broken', { premise: () => true, violated: () => true });
    for (const scenario of asked(design)) {
      const run = prepare(design, scenario, {}, [always]);
      const { verdict, result } = check(run, {
        ...LIMITS,
        until_broken: { of: 1, all: true },
      });
      expect([verdict, result.properties[0]!.trace], scenario.name).toEqual(['violated', []]);
    }
  });

  it('a promise that is broken as soon as a call has begun is broken in one step', () => {
    const [scenario] = asked(design);
    const moved = canary('no-call-begins', {
      premise: () => true,
      violated: (o) => o.s.call.some(({ state }) => state === RUNNING),
    });
    const { result } = check(prepare(design, scenario!, {}, [moved]), LIMITS);
    expect(result.properties[0]!.trace).toHaveLength(1);
  });

  it('a design that always deadlocks is caught by no-deadlock', () => {
    // Whoever has i_rwsem takes it again.
    const rows = { ...design.rows, lock_inode: hangs };
    for (const scenario of asked(design)) {
      const run = prepare({ ...design, rows }, scenario, {}, [noDeadlock]);
      const { verdict, result } = check(run, { ...LIMITS, until_broken: { of: 1, all: true } });
      expect([verdict, result.properties[0]!.verdict], scenario.name).toEqual([
        'violated',
        'violated',
      ]);
    }
  });

  it('a promise whose premise never holds is vacuous', () => {
    const [scenario] = asked(design);
    const never = canary('never-asked', { premise: () => false, violated: () => false });
    const { verdict, result } = check(prepare(design, scenario!, {}, [never]), LIMITS);
    expect([verdict, result.properties[0]!.verdict]).toEqual(['vacuous', 'vacuous']);
  });

  it('with all promises at once, the canary alone is broken', () => {
    const [scenario] = asked(design);
    const always = canary('always-broken', { premise: () => true, violated: () => true });
    const { result } = check(prepare(design, scenario!, {}, [...PROPERTIES, always]), LIMITS);
    const broken = result.properties.filter((one) => one.verdict === 'violated');
    expect(broken.map(({ name }) => name)).toEqual(['always-broken']);
  });
});

const hangs: Design['rows'][string] = (k) => {
  k.inode_lock();
  return 'lock_inode';
};
