/**
 * What rows and promises were seen to do is played back: a search must come to the same, state by
 * state, as when every row runs and every promise is asked.
 */
import { describe, expect, it, vi } from 'vitest';
import { Lookup } from '../machine/lookup.ts';
import type { Machine } from '../machine/machine.ts';
import { positionIn } from '../machine/position.ts';
import type { How, Position } from '../machine/position.ts';
import { DesignError } from '../machine/rows.ts';
import type { Spec } from '../machine/struct.ts';
import type { System } from '../machine/system.ts';
import type { Turn } from '../machine/turn.ts';
import { counter, toy } from '../machine/toy.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { prepare } from './check.ts';
import { Random } from '../explorer/random.ts';
import { Search } from '../explorer/search.ts';
import { RandomWalk } from '../explorer/walk.ts';

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

/** Each design in some scenarios, so that each scenario is met too. */
const some = [...DESIGNS, ...MUTANTS.map(({ design }) => design)].flatMap((design, d) =>
  SCENARIOS.filter((scenario, s) => (s + 7 * d) % 23 === 0 && !scenario.large)
    .filter(({ asks }) => asks?.can(design) ?? true)
    .map((scenario) => ({ design, scenario })),
);

describe('played back, the same as plain', () => {
  it('a task that only counts, and one that waits', () => {
    expectTheSame(() => toy([counter(9), counter(5)]));
  });

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

/** What can be done where a run stands, and which promises are broken; or the rule that is. */
function standing(position: Position, { tasks, properties }: System<Spec, Turn>) {
  try {
    const { moves } = position;
    const actions = tasks.map((_, task) =>
      Array.from({ length: position.ways(task) }, (_way, way) => position.action(task, way)),
    );
    const any = position.ask();
    return { moves, actions, broken: properties.map((_, i) => any && position.breaks(i)) };
  } catch (error) {
    if (!(error instanceof DesignError)) throw error;
    return error.message;
  }
}

/** Random steps, the same in both. In how many states was a promise broken? */
function expectTheSameRun(made: () => System<Spec, Turn>, how: How, steps: number): number {
  const machine = made();
  const plain = positionIn(machine, 'plain');
  const other = positionIn(made(), how);
  const random = new Random(1);
  const initial = plain.state();
  let broken = 0;
  for (let n = 0; n < steps; n++) {
    const here = standing(plain, machine);
    expect(standing(other, machine)).toEqual(here);
    if (typeof here === 'string') return broken;
    expect(other.state()).toEqual(plain.state());
    if (here.broken.includes(true)) broken++;
    const able = here.actions.flatMap(({ length }, task) => (length > 0 ? [task] : []));
    if (here.moves === 0 || random.below(80) === 0) {
      for (const position of [plain, other]) position.goTo(initial);
      continue;
    }
    const task = able[random.below(able.length)]!;
    const way = random.below(here.actions[task]!.length);
    expect(other.take(task, way)).toBe(plain.take(task, way));
  }
  return broken;
}

describe('a run, step by step the same as plain', () => {
  let broken = 0;

  it.each(some)('$design.name $scenario.name', ({ design, scenario }) => {
    const made = () => prepare(design, scenario).system as unknown as System<Spec, Turn>;
    broken += expectTheSameRun(made, 'played', 400);
    broken += expectTheSameRun(made, 'asked', 100);
  });

  it('where all is forgotten now and then', () => {
    let asked = 0;
    const full = vi.spyOn(Lookup.prototype, 'full', 'get').mockImplementation(() => {
      return ++asked % 61 === 0;
    });
    const design = DESIGNS.find(({ name }) => name === 'recvfile')!;
    const scenario = SCENARIOS.find(({ name }) => name === 'everything-fails-once')!;
    const made = () => prepare(design, scenario).system as unknown as System<Spec, Turn>;
    expectTheSameRun(made, 'played', 3000);
    full.mockRestore();
    expect(asked).toBeGreaterThan(2000);
  });

  it('promises were broken in many of the states', () => {
    expect(broken).toBeGreaterThan(1000);
  });

  it('a walk: the same steps, restarts and breaches', () => {
    const walked = (plain: boolean) => {
      const design = DESIGNS.find(({ name }) => name === 'recvfile')!;
      const scenario = SCENARIOS.find(({ name }) => name === 'everything-fails-once')!;
      const walk = new RandomWalk(prepare(design, scenario).system, { seed: 5, plain });
      walk.walk(20_000);
      const { steps, restarts, broken: found, state } = walk;
      return { steps, restarts, found, state };
    };
    const played = walked(false);
    expect(played).toEqual(walked(true));
    expect(played.found.length).toBeGreaterThan(3);
  });
});
