/** A compact search comes to all that an exact one does, but for loops. */
import { describe, expect, it } from 'vitest';
import { isBroken } from '../machine/machine.ts';
import type { Design } from '../model/design.ts';
import { PROPERTIES } from '../properties/all.ts';
import { isOfProgress } from '../properties/property.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import type { Outcome, Run } from './check.ts';
import type { Scenario } from './scenario.ts';

const LIMITS = { states: 60_000, depth: 10_000 };

/** All that is said, but for loops; and that the trace of each promise breaks it. */
function saidOf(run: Run, { verdict, result, unreached }: Outcome) {
  const { coverage, omission: _, properties, ...counts } = result;
  properties.forEach(({ trace, name }) => {
    if (trace === undefined) return;
    let state = run.system.initial();
    for (const action of trace) state = run.system.step(state, action)!.state;
    run.system.look(state);
    expect([name, run.system.properties.filter((_one, i) => isBroken(run.system, i))]).toEqual([
      name,
      expect.arrayContaining([name]),
    ]);
  });
  return {
    ...counts,
    verdict,
    unreached,
    properties,
    rows: coverage.rows(),
    answers: coverage.answers(),
  };
}

const ASKED = PROPERTIES.filter((property) => !isOfProgress(property));
const prepared = (design: Design, scenario: Scenario): Run => prepare(design, scenario, {}, ASKED);

/** Each design in some scenarios, so that each scenario is met too. */
const some = DESIGNS.flatMap((design, d) =>
  SCENARIOS.filter((scenario, s) => (s + 7 * d) % 13 === 0 && !scenario.large)
    .filter(({ asks }) => asks?.can(design) ?? true)
    .map((scenario) => ({ design, scenario })),
);

let spaces = 0;
let broken = 0;
let largest = 0;

describe('compact, the same as exact', () => {
  it.each(some)('$design.name $scenario.name', ({ design, scenario }) => {
    const [one, other] = [prepared(design, scenario), prepared(design, scenario)];
    const exact = check(one, LIMITS);
    const compact = check(other, { ...LIMITS, compact: true });
    expect(saidOf(other, compact)).toEqual(saidOf(one, exact));
    expect(compact.result.omission).toBeLessThan(1e-9);
    spaces++;
    broken += exact.verdict === 'violated' ? 1 : 0;
    largest = Math.max(largest, exact.result.states);
  });

  it('some dozens of spaces, broken promises among them, large ones too', () => {
    expect(spaces).toBeGreaterThan(50);
    expect(broken).toBeGreaterThan(20);
    expect(largest).toBeGreaterThan(20_000);
  });
});

describe('with few bits of a fingerprint', () => {
  const design = DESIGNS.find(({ name }) => name === 'page-at-a-time/delalloc')!;
  const scenario = SCENARIOS.find(({ name }) => name === 'everything-fails-once')!;
  const searched = (more: object) =>
    check(prepared(design, scenario), { states: 1_000_000, depth: 10_000, ...more }).result;

  it('states are left out, and that they may be is said', () => {
    const exact = searched({});
    const { states, omission, limit } = searched({ compact: true, fingerprint_bits: 24 });
    // So many pairs of states are expected to have the same.
    const pairs = exact.states ** 2 / 2 ** 25;
    expect(limit).toBeUndefined();
    expect(exact.states - states).toBeGreaterThan(pairs / 2);
    expect(exact.states - states).toBeLessThan(4 * pairs + 10);
    expect(omission).toBeGreaterThan(0.9);
  });
});
