import { describe, expect, it, vi } from 'vitest';
import { Lookup } from './lookup.ts';
import { positionIn } from './position.ts';
import type { How, Position } from './position.ts';
import { counter, toy } from './toy.ts';
import type { Promises, Toy } from './toy.ts';

/** A number in 0..n-1 by a simple rule, so that all ways come up. */
function chance(): (n: number) => number {
  let x = 1;
  return (n) => {
    x = (x * 75 + 74) % 65537;
    return x % n;
  };
}

/** One asks; one waits; one rests; one goes round, with locals; one looks at nothing. */
const asks = {
  ask: (k: Toy) => (k.ask([0, 2], [1, 3])[0] === 1 ? 'add' : 'ask'),
  add: (k: Toy) => (k.add(1), 'ask'),
};
const waits = {
  choose: (k: Toy, f: { local: number }) => {
    f.local = k.ask([0, 2])[0] === 0 ? 3 : 7;
    return 'wait';
  },
  wait: (k: Toy, f: { local: number }) => (k.await(f.local, 1 + 4 * (k.number & 1)), 'done'),
};
const rests = { rest: (k: Toy) => (k.rest(), 'rest') };
const rounds = {
  up: (k: Toy, f: { local: number }) => {
    k.add(f.local === 9 ? 0 : 1);
    f.local = (f.local + 1) % 10;
    return f.local === 0 ? 'done' : 'up';
  },
};
const sets = { set: (k: Toy) => (k.set(5), 'set') };
const promises: Promises = {
  'nobody-waits': { waits: ({ waiting }) => waiting !== 0 },
  'nobody-for-the-third': { waits: ({ waitsFor }) => (waitsFor[1]! & 4) !== 0 },
  'below-seven': { broken: (n) => n >= 7 },
  'no-multiple-of-four': { broken: (n) => n > 0 && n % 4 === 0 },
};
const made = () => toy([asks, waits, rests, rounds, sets], promises);
const tasks = [0, 1, 2, 3, 4];

/** All that is known of a position before any promise is asked. */
const all = (position: Position) => ({
  moves: position.moves,
  state: [...position.state()],
  ways: tasks.map((task) =>
    Array.from({ length: position.ways(task) }, (_, way) => position.action(task, way)),
  ),
});

const broken = (position: Position) => [
  position.ask(),
  ...[0, 1, 2, 3].map((p) => position.breaks(p)),
];

function expectTheSame(how: How, steps: number): void {
  const plain = positionIn(made(), 'plain');
  const other = positionIn(made(), how);
  const below = chance();
  const initial = plain.state();
  for (let n = 0; n < steps; n++) {
    const here = all(plain);
    expect(all(other)).toEqual(here);
    if (below(2) === 0) expect(broken(other)).toEqual(broken(plain));
    const able = here.ways.flatMap((ways, task) => ways.map((_, way) => [task, way] as const));
    if (able.length === 0 || below(30) === 0) {
      for (const position of [plain, other]) position.goTo(initial);
      continue;
    }
    const [task, way] = able[below(able.length)]!;
    expect(other.take(task, way)).toBe(plain.take(task, way));
  }
}

describe('a run played back is the same as one in which every row runs', () => {
  it.each(['played', 'asked'] as const)('%s', (how) => {
    expectTheSame(how, 3000);
  });

  it.each([
    ['played', 9],
    ['played', 40],
    ['asked', 7],
  ] as const)('%s, where all is forgotten each %ith time', (how, times) => {
    let asked = 0;
    const full = vi.spyOn(Lookup.prototype, 'full', 'get').mockImplementation(() => {
      return ++asked % times === 0;
    });
    expectTheSame(how, 3000);
    full.mockRestore();
    expect(asked).toBeGreaterThan(5 * times);
  });

  it('several steps between two questions, and a promise that is asked no more', () => {
    for (const how of ['played', 'asked', 'plain'] as const) {
      const position = positionIn(toy([counter(20)], promises), how);
      for (let n = 0; n < 8; n++) position.take(0, 0);
      expect(broken(position)).toEqual([true, false, false, true, true]);
      position.retire(2);
      expect(broken(position)).toEqual([true, false, false, false, true]);
      position.take(0, 0);
      expect(broken(position)).toEqual([false, false, false, false, false]);
    }
  });
});

describe('what is told', () => {
  it.each(['played', 'asked'] as const)('%s: a step the 1st, 4th, 16th time', (how) => {
    const position = positionIn(toy([rounds]), how);
    const initial = position.state();
    const told: number[] = [];
    let times = 0;
    position.onStep = ({ label }) => {
      expect(label).toBe('up');
      told.push(times);
    };
    for (times = 1; times <= 64; times++) {
      position.take(0, 0);
      position.goTo(initial);
    }
    expect(told).toEqual([1, 4, 16, 64]);
  });

  it('the first time also where all was forgotten', () => {
    const full = vi.spyOn(Lookup.prototype, 'full', 'get').mockReturnValue(true);
    const two = { one: (k: Toy) => (k.set(1), 'two'), two: (k: Toy) => (k.set(2), 'done') };
    const position = positionIn(toy([two]), 'played');
    const told: string[] = [];
    position.onStep = ({ label }) => void told.push(label);
    for (let n = 0; n < 2; n++) position.take(0, 0);
    full.mockRestore();
    expect(told).toEqual(['one', 'two']);
  });

  it('plain: every step', () => {
    const position = positionIn(toy([counter(9)]), 'plain');
    let told = 0;
    position.onStep = () => void told++;
    for (let n = 0; n < 10; n++) position.take(0, 0);
    expect(told).toBe(10);
  });
});

describe('refused', () => {
  it.each(['played', 'asked'] as const)('%s: a row that does something else later', (how) => {
    let runs = 0;
    const late = { add: (k: Toy) => (k.add(++runs > 3 ? 2 : 1), 'add') };
    const position = positionIn(toy([late]), how);
    const initial = position.state();
    const often = () => {
      for (let n = 0; n < 100; n++) {
        position.take(0, 0);
        position.goTo(initial);
      }
    };
    expect(often).toThrow('row task0.add: gives other successors when asked again: it keeps');
  });

  it.each(['played', 'asked', 'plain'] as const)('%s: a wrong row, each time', (how) => {
    const wrong = { first: () => 'second', second: (k: Toy) => (k.add(1), k.add(1), 'done') };
    const position = positionIn(toy([wrong]), how);
    position.take(0, 0);
    for (let n = 0; n < 2; n++) {
      expect(() => position.ways(0)).toThrow('row task0.second: runs two commands');
      expect(() => position.ask()).toThrow('row task0.second: runs two commands');
    }
  });

  it.each(['played', 'asked'] as const)('%s: after a promise has thrown all is asked', (how) => {
    let throws = true;
    const position = positionIn(
      toy([counter(9)], {
        first: { broken: (n) => n === 1 },
        second: {
          broken: (n) => {
            if (throws && n === 1) throw new Error('it throws');
            return n === 1;
          },
        },
      }),
      how,
    );
    expect(position.ask()).toBe(false);
    position.take(0, 0);
    expect(() => position.ask()).toThrow('it throws');
    throws = false;
    expect(position.ask()).toBe(true);
    expect([position.breaks(0), position.breaks(1)]).toEqual([true, true]);
  });

  it('a machine that has no rows', () => {
    const other = { words: 1 } as unknown as Parameters<typeof positionIn>[0];
    expect(() => positionIn(other, 'played')).toThrow(TypeError);
  });
});
