import { describe, expect, test } from 'vitest';
import { counter, toy } from '../machine/toy.ts';
import { explore } from './search.ts';
import { twice } from './twice.ts';

const ROOM = { states: 1000, depth: 1000 };
const promises = { small: { broken: (n: number) => n >= 8 } };
const HIDDEN = 'something outside the state is read';

describe('twice', () => {
  test('a good machine gives what it gave without', () => {
    const machine = () => toy([counter(10), counter(5)], promises);
    const { coverage: _, ...plain } = explore(machine(), ROOM);
    const { coverage: __, ...doubled } = explore(twice(machine()), ROOM);
    expect(doubled).toEqual(plain);
  });

  test('a row that counts outside the state is found', () => {
    let secret = 0;
    const machine = toy([{ first: (k) => (k.add(secret++ % 3), 'first') }]);
    expect(() => explore(twice(machine), ROOM)).toThrow(HIDDEN);
  });

  test('so is one that only has fewer ways to go on the second time', () => {
    let runs = 0;
    const machine = toy([{ first: (k) => (k.ask([0, ++runs === 1 ? 1 : 2]), 'done') }]);
    expect(() => explore(twice(machine), ROOM)).toThrow(HIDDEN);
  });
});
