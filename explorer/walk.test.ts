import { describe, expect, it } from 'vitest';
import { NUMBER_MAX, counter, toy } from '../machine/toy.ts';
import type { Toy } from '../machine/toy.ts';
import { RandomWalk } from './walk.ts';

const below = (max: number) => ({ small: { broken: (n: number) => n >= max } });

describe('where it goes', () => {
  it('begins again at the end of a run, and after so many steps', () => {
    const ends = new RandomWalk(toy([counter(4)]), { seed: 1 });
    ends.walk(50);
    expect([ends.steps, ends.restarts]).toEqual([50, 9]);
    const long = new RandomWalk(toy([counter(NUMBER_MAX)]), { seed: 1, length: 20 });
    long.walk(50);
    expect([long.steps, long.restarts]).toEqual([50, 2]);
  });

  it('there is no step where nothing can change', () => {
    const turns = { turn: () => 'turn' };
    const walk = new RandomWalk(toy([turns]), { seed: 1 });
    walk.walk(50);
    expect([walk.steps, walk.restarts]).toEqual([0, 0]);
  });

  it('the same seed gives the same walk, however it is cut; another gives another', () => {
    const tasks = [counter(50), counter(50), counter(50)];
    const taken = (seed: number, parts: readonly number[]) => {
      const walk = new RandomWalk(toy(tasks, below(30)), { seed });
      for (const part of parts) walk.walk(part);
      expect(walk.steps).toBe(1000);
      return JSON.stringify([walk.restarts, [...walk.state], walk.broken]);
    };
    expect(taken(3, [1000])).toBe(taken(3, [1, 500, 499]));
    expect(new Set([3, 4, 5, 6, 7].map((seed) => taken(seed, [1000]))).size).toBe(5);
  });

  it('tasks are as likely as each other, then the ways of one that change something', () => {
    const once = { add: (k: Toy) => (k.add(1), 'done') };
    const dies = {
      // Of its four ways the first changes nothing.
      ask: (k: Toy, f: { local: number }) => {
        f.local = k.ask([1, 4])[0]!;
        return f.local === 0 ? 'ask' : 'end';
      },
      end: () => 'done',
    };
    const counts = new Map<string, number>();
    const runs = 4000;
    for (let seed = 0; seed < runs; seed++) {
      const walk = new RandomWalk(toy([once, dies]), { seed, length: 1 });
      walk.walk(1);
      const key = walk.state.join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [most, ...others] = [...counts.values()].toSorted((a, b) => b - a);
    expect(others).toHaveLength(3);
    const deviation = (share: number) => 5 * Math.sqrt(runs * share * (1 - share));
    expect(Math.abs(most! - runs / 2)).toBeLessThan(deviation(1 / 2));
    for (const times of others) {
      expect(Math.abs(times - runs / 6)).toBeLessThan(deviation(1 / 6));
    }
  });
});

describe('what it finds', () => {
  it('a promise is told once, with the actions that lead there', () => {
    const slow = counter(9);
    const leap = { wait: () => 'leap', leap: (k: Toy) => (k.add(7), 'done') };
    const made = () => toy([slow, leap], { ...below(8), tiny: { broken: (n) => n >= 2 } });
    const walk = new RandomWalk(made(), { seed: 1 });
    walk.walk(1000);
    expect(walk.broken.map(({ property }) => property).toSorted()).toEqual(['small', 'tiny']);
    for (const { property, trace } of walk.broken) {
      const system = made();
      let state = system.initial();
      const broken = (): boolean => {
        system.look(state);
        return (system.violations(-1) & (1 << system.properties.indexOf(property))) !== 0;
      };
      for (const action of trace) {
        expect(broken()).toBe(false);
        state = system.step(state, action)!.state;
      }
      expect(broken()).toBe(true);
    }
  });

  it('what is broken in the first state has no actions', () => {
    const walk = new RandomWalk(toy([counter(3)], below(0)), { seed: 1 });
    expect(walk.broken).toEqual([{ property: 'small', trace: [] }]);
  });

  it('more promises than a mask holds', () => {
    const many = Object.fromEntries(
      Array.from({ length: 70 }, (_, i) => [`below-${i}`, { broken: (n: number) => n >= i + 1 }]),
    );
    for (const plain of [false, true]) {
      const walk = new RandomWalk(toy([counter(65)], many), { seed: 1, plain });
      walk.walk(100);
      expect(walk.broken.map(({ trace }) => trace.length)).toEqual(
        Array.from({ length: 65 }, (_, i) => i + 1),
      );
    }
  });

  it('refuses a row that does something else later', () => {
    let runs = 0;
    const late = { add: (k: Toy) => (k.add(++runs > 20 ? 2 : 1), 'done') };
    const walk = new RandomWalk(toy([late, late, late]), { seed: 1 });
    expect(() => walk.walk(100_000)).toThrow(/^row task\d\.add: gives other successors when/);
  });
});
