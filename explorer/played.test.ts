/** What is played back comes to the same as what runs: of machines made for that. */
import { describe, expect, it } from 'vitest';
import type { Machine } from '../machine/machine.ts';
import { counter, toy } from '../machine/toy.ts';
import { Search } from './search.ts';
import type { Limits } from './search.ts';

const ROOM = { states: 100_000, depth: 1000 };

function searched(machine: Machine, limits: Partial<Limits> = {}): Search {
  const search = new Search(machine, { ...ROOM, ...limits });
  while (search.slice());
  return search;
}

/** All that is said, and every state with its parent. */
function accountOf(search: Search) {
  const { coverage, ...said } = search.result();
  const states = Array.from({ length: search.states }, (_, n) => [
    search.parent(n),
    ...search.state(n),
  ]);
  return { ...said, rows: coverage.rows(), answers: coverage.answers(), states };
}

function expectTheSame(made: () => Machine, limits: Partial<Limits> = {}): Search {
  const played = searched(made(), limits);
  expect(accountOf(played)).toEqual(accountOf(searched(made(), { ...limits, plain: true })));
  return played;
}

/** A step for each of nine. */
const steps: Parameters<typeof toy>[0][number] = {
  step(k, f) {
    k.ask();
    f.local++;
    return f.local === 9 ? 'done' : 'step';
  },
};

describe('played back, the same as plain', () => {
  it('tasks that only count', () => {
    expectTheSame(() => toy([counter(9), counter(5)]));
  });

  it('a promise that is broken, and one with nothing to say', () => {
    const { properties } = expectTheSame(() =>
      toy([counter(9)], {
        'below-five': { broken: (n) => n === 5 },
        never: { premise: () => false, broken: () => false },
        always: { broken: () => false },
      }),
    ).result();
    expect(properties.map(({ verdict }) => verdict)).toEqual(['violated', 'vacuous', 'holds']);
  });

  it('a row with more outcomes than are noted', () => {
    const many = () =>
      toy([
        {
          roll(k, f) {
            const [one, other] = k.ask([1, 70], [1, 70]);
            f.local = (one! * other!) % 10;
            return f.local === 0 ? 'done' : 'roll';
          },
        },
        counter(3),
      ]);
    const { transitions } = expectTheSame(many).result();
    expect(transitions).toBeGreaterThan(70 * 70 * 4);
  });

  it('states that the core does not keep', () => {
    const wide = () => toy([steps, steps, steps, counter(3)]);
    // One state is near; then some; then all.
    for (const near of [8, 800, 2 ** 20]) expectTheSame(wide, { near });
    expect(searched(wide()).states).toBeGreaterThan(1000);
  });

  it('a limit on states', () => {
    const { limit, states } = expectTheSame(() => toy([steps, steps, steps]), {
      states: 300,
    }).result();
    expect([limit, states]).toEqual(['states', 300]);
  });
});
