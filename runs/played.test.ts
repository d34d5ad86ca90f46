/**
 * What rows and promises were seen to do is played back: a search must come to the same, state by
 * state, as when every row runs and every promise is asked.
 */
import { describe, expect, it } from 'vitest';
import type { Machine } from '../machine/machine.ts';
import { DesignError } from '../machine/rows.ts';
import { counter, toy } from '../machine/toy.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { prepare } from './check.ts';
import { Search } from '../explorer/search.ts';

const LIMITS = { states: 60_000, depth: 10_000 };

/** The search, and the rule that a row broke, where one did. */
function searched(machine: Machine, plain: boolean) {
  const search = new Search(machine, { ...LIMITS, plain });
  try {
    while (search.slice());
  } catch (error) {
    if (!(error instanceof DesignError)) throw error;
    return { search, wrong: error.message };
  }
  return { search, wrong: undefined };
}

/** Both ways: all that is said, and every state with its parent. */
function expectTheSame(made: () => Machine): Search {
  const { search: plain, wrong } = searched(made(), true);
  const { search: played, wrong: also } = searched(made(), false);
  expect(also).toBe(wrong);
  expect([plain.plays, played.plays]).toEqual([false, true]);
  const { coverage: counts, ...said } = played.result();
  const { coverage, ...expected } = plain.result();
  expect(said).toEqual(expected);
  if (wrong === undefined) {
    expect(counts.rows()).toEqual(coverage.rows());
    expect(counts.answers()).toEqual(coverage.answers());
  }
  for (let n = 0; n < plain.states; n++) {
    if (plain.parent(n) !== played.parent(n)) expect(played.parent(n)).toBe(plain.parent(n));
    const one = plain.state(n);
    if (!played.state(n).every((word, i) => word === one[i])) expect(played.state(n)).toEqual(one);
  }
  return played;
}

describe('played back, the same as plain', () => {
  it('a task that only counts, and one that waits', () => {
    expectTheSame(() => toy([counter(9), counter(5)]));
  });

  /** Each design in some scenarios, so that each scenario is met too. */
  const some = [...DESIGNS, ...MUTANTS.map(({ design }) => design)].flatMap((design, d) =>
    SCENARIOS.filter((scenario, s) => (s + 7 * d) % 23 === 0 && !scenario.large)
      .filter(({ asks }) => asks?.can(design) ?? true)
      .map((scenario) => ({ design, scenario })),
  );

  it.each(some)('$design.name $scenario.name', ({ design, scenario }) => {
    expectTheSame(() => prepare(design, scenario).system);
  });

  it('a promise that looks at who waits, which is in no state', () => {
    const design = DESIGNS.find(({ name }) => name === 'recvfile/delalloc')!;
    const scenario = SCENARIOS.find(({ name }) => name === 'receive-stalls-under-locks')!;
    const { properties } = expectTheSame(() => prepare(design, scenario).system).result();
    const net = properties.find(({ name }) => name === 'no-page-lock-over-the-network');
    expect(net?.verdict).toBe('violated');
  });
});
