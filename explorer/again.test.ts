import { describe, expect, test } from 'vitest';
import { counter, toy } from '../machine/toy.ts';
import type { Toy } from '../machine/toy.ts';
import { again } from './again.ts';
import { Search } from './search.ts';

const ROOM = { states: 10_000, depth: 10_000 };
type Rows = Parameters<typeof toy>[0][number];
type Promises = NonNullable<Parameters<typeof toy>[1]>;

/** Searches, and asks again, with a counter beside the rows that makes for states. */
function asked(rows: Rows, promises: Promises = {}, limits = ROOM): void {
  const machine = () => toy([rows, counter(300)], promises);
  const search = new Search(machine(), limits);
  while (search.slice());
  again(search, machine());
}

const steps = (step: (k: Toy) => number): Rows => ({
  add(k) {
    if (k.number >= 600) return 'done';
    k.add(step(k));
    return 'add';
  },
});

const REFUSED = 'row task0.add: gives other successors when asked again: it keeps state outside';

describe('again', () => {
  test('a machine that depends on its state alone passes, wherever its search ended', () => {
    const small = { small: { broken: (n: number) => n >= 8, premise: (n: number) => n > 3 } };
    const asks = { ask: (k: Toy) => (k.ask([0, 2], [1, 3])[1] === 0 ? 'ask' : 'done') };
    for (const states of [1, 2, 100, ROOM.states]) {
      for (const rows of [steps(() => 1), asks]) asked(rows, small, { ...ROOM, states });
    }
  });

  test('a search cut short is asked about the states that it had expanded', () => {
    let runs = 0;
    const rows = steps(() => (runs++ === 0 ? 2 : 1));
    const search = new Search(toy([rows]), ROOM);
    again(search, toy([rows]));
    runs = 0;
    search.slice();
    expect(() => again(search, toy([rows]))).toThrow(REFUSED);
  });

  test.each([1, 2, 3, 10, 50, 150])('what changes for good after run %i is noticed', (run) => {
    let runs = 0;
    expect(() => asked(steps(() => (runs++ < run ? 1 : 2)))).toThrow(REFUSED);
  });

  test('only the first run was another', () => {
    let runs = 0;
    expect(() => asked(steps(() => (runs++ < 1 ? 2 : 1)))).toThrow(REFUSED);
  });

  test('another number of ways to go on', () => {
    let runs = 0;
    const rows = { ask: (k: Toy) => (k.ask([0, ++runs === 1 ? 1 : 2]), 'done') };
    expect(() => asked(rows)).toThrow('row task0.ask: gives other successors when asked again');
  });

  test('a second machine is not the first', () => {
    let made = 0;
    const machine = () => {
      const number = ++made;
      return toy([steps(() => number)]);
    };
    const search = new Search(machine(), ROOM);
    while (search.slice());
    expect(() => again(search, machine())).toThrow(REFUSED);
  });

  test('what is done only while a trace is written', () => {
    expect(() => asked(steps((k) => (k.tracing ? 2 : 1)))).toThrow(
      'row task0.add: gives other successors when a trace is written',
    );
  });

  test('a property that keeps something', () => {
    let looks = 0;
    const fickle = { broken: () => false, premise: () => looks++ % 2 === 0 };
    const good = { broken: () => false };
    expect(() => asked(counter(20), { good, fickle })).toThrow(
      'property fickle: says something else when asked again',
    );
  });
});
