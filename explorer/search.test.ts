import { describe, expect, test } from 'vitest';
import type { Machine } from '../machine/machine.ts';
import { counter, toy } from '../machine/toy.ts';
import { Search, explore } from './search.ts';
import type { Limits, Result } from './search.ts';
import { StateTable } from './table.ts';

const ROOM = { states: 100_000, depth: 10_000 };

/** What a result says, its counts of coverage included. */
const said = ({ coverage, ...rest }: Result) => ({
  ...rest,
  rows: coverage.rows(),
  answers: coverage.answers(),
});
const verdicts = (result: Result) => result.properties.map(({ verdict }) => verdict);
const below = (max: number) => ({ small: { broken: (n: number) => n >= max } });

describe('search: verdicts', () => {
  test('every state of a chain, and its depth', () => {
    expect(said(explore(toy([counter(10)], below(11)), ROOM))).toMatchObject({
      states: 12,
      transitions: 11,
      depth: 11,
      limit: undefined,
      properties: [{ name: 'small', verdict: 'holds' }],
    });
  });

  test('two counters: the interleavings of both', () => {
    const { states, transitions, depth } = explore(toy([counter(3), counter(3)]), ROOM);
    // The number is what both watch, so a state is the number and which of them has noticed its
    // end.
    expect({ states, transitions, depth }).toEqual({ states: 7, transitions: 10, depth: 5 });
  });

  test('the first broken state is reached by a shortest trace, which replays', () => {
    const slow = counter(9);
    const leap = { wait: () => 'leap', leap: (k: { add(n: number): void }) => (k.add(7), 'done') };
    const system = toy([slow, leap], below(8));
    const [small] = explore(system, ROOM).properties;
    expect(small?.verdict).toBe('violated');
    expect(small?.trace).toHaveLength(3);
    let state = system.initial();
    for (const action of small?.trace ?? []) state = system.step(state, action)!.state;
    expect(system.struct.print(state)).toContain('number = 8\n');
  });

  test('a violation in the first state has a trace of no steps', () => {
    const [small] = explore(toy([counter(3)], below(0)), ROOM).properties;
    expect(small).toEqual({ name: 'small', verdict: 'violated', trace: [] });
  });

  test('each property has its own verdict, and one that is broken does not end the search', () => {
    const result = explore(
      toy([counter(20)], {
        'below-five': { broken: (n) => n >= 5 },
        'below-ten': { broken: (n) => n >= 10 },
        'below-thirty': { broken: (n) => n >= 30 },
        'of-the-fortieth': { broken: () => false, premise: (n) => n === 40 },
        'of-the-twentieth': { broken: () => false, premise: (n) => n === 20 },
      }),
      ROOM,
    );
    expect(verdicts(result)).toEqual(['violated', 'violated', 'holds', 'vacuous', 'holds']);
    const steps = result.properties.map(({ trace }) => trace?.length);
    expect(steps).toEqual([5, 10, undefined, undefined, undefined]);
    expect(result.states).toBe(22);
  });
});

describe('search: limits', () => {
  const run = (limits: Partial<Limits>) =>
    explore(toy([counter(10)], below(11)), { ...ROOM, ...limits });

  test('a limit on states that is too small by one gives incomplete', () => {
    expect(run({ states: 12 })).toMatchObject({ limit: undefined, states: 12 });
    expect(verdicts(run({ states: 12 }))).toEqual(['holds']);
    expect(run({ states: 11 })).toMatchObject({ limit: 'states', states: 11 });
    expect(verdicts(run({ states: 11 }))).toEqual(['incomplete']);
  });

  test('a limit on memory that has room for one too few gives incomplete', () => {
    const { words } = toy([counter(10)]);
    const within = (states: number) => run({ bytes: StateTable.bytes(words, states) });
    expect(within(12)).toMatchObject({ limit: undefined, states: 12 });
    expect(within(11)).toMatchObject({ limit: 'memory', states: 11 });
    expect(verdicts(within(11))).toEqual(['incomplete']);
    expect(run({ bytes: 1 })).toMatchObject({ limit: 'memory', states: 1 });
  });

  test('a limit on depth that is too small by one gives incomplete', () => {
    expect(run({ depth: 11 })).toMatchObject({ limit: undefined, depth: 11 });
    expect(verdicts(run({ depth: 11 }))).toEqual(['holds']);
    expect(run({ depth: 10 })).toMatchObject({ limit: 'depth', depth: 10, states: 11 });
    expect(verdicts(run({ depth: 10 }))).toEqual(['incomplete']);
    expect(run({ depth: 0 })).toMatchObject({ limit: 'depth', depth: 0, states: 1 });
  });

  test('what was violated within a limit is violated, and what was not seen is not vacuous', () => {
    const machine = () =>
      toy([counter(10)], { ...below(4), late: { broken: () => false, premise: (n) => n === 10 } });
    expect(verdicts(explore(machine(), { ...ROOM, depth: 4 }))).toEqual(['violated', 'incomplete']);
    expect(verdicts(explore(machine(), { ...ROOM, depth: 3 }))).toEqual([
      'incomplete',
      'incomplete',
    ]);
  });

  test('limits never change what is found, only how much', () => {
    const machine = () => toy([counter(40), counter(30)], below(99));
    const whole = explore(machine(), ROOM);
    for (let states = 1; states <= whole.states; states++) {
      const part = explore(machine(), { ...ROOM, states });
      expect(part.states).toBe(states);
      expect(verdicts(part)).toEqual([states < whole.states ? 'incomplete' : 'holds']);
    }
  });

  test('room for no states at all is refused', () => {
    expect(() => run({ states: 0 })).toThrow('states to keep must be 1..375809638, not 0');
    expect(() => run({ states: 2.5 })).toThrow(RangeError);
  });

  test('a search cut short between two slices has not ended, wherever that is', () => {
    const search = new Search(toy([counter(5000)], below(9999)), ROOM);
    expect(search.result().limit).toBe('interrupted');
    let slices = 0;
    while (search.slice()) {
      slices++;
      expect(search.result().limit).toBe('interrupted');
      expect(verdicts(search.result())).toEqual(['incomplete']);
    }
    expect(slices).toBeGreaterThan(3);
    expect(search.result()).toMatchObject({ limit: undefined, states: 5002 });
  });
});

describe('search: determinism', () => {
  test('the same machine twice gives the same, to the last count', () => {
    const run = () => said(explore(toy([counter(50), counter(60)], below(55)), ROOM));
    expect(run()).toEqual(run());
  });

  test('coverage is that of the search: finding a trace, or looking again, does not count', () => {
    const system = toy([counter(10)], below(8));
    const result = explore(system, ROOM);
    system.look(system.initial());
    expect(result.coverage.rows()).toEqual([{ name: 'task0.count', times: 11, blocked: 0 }]);
  });

  test('a step that cannot be found again is said to be so', () => {
    let secret = 0;
    const machine = toy([{ leap: (k) => (k.add(1 + secret++), 'leap') }], below(3));
    expect(() => explore(machine, { states: 50, depth: 5 })).toThrow(
      'a step could not be found again: the machine is not deterministic',
    );
  });
});

test('no memory is a limit: what was found until then is said', () => {
  const machine = toy([counter(10)], below(3));
  let left = 8;
  const short: Machine = new Proxy(machine, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== 'function') return value;
      if (name === 'successors' && left-- === 0) {
        throw new RangeError('Array buffer allocation failed');
      }
      return value.bind(of) as unknown;
    },
  });
  const { limit, properties } = explore(short, { ...ROOM, plain: true });
  expect(limit).toBe('memory');
  expect(properties).toMatchObject([{ name: 'small', verdict: 'violated' }]);
  left = 8;
  const search = new Search(short, { ...ROOM, plain: true });
  while (search.slice());
  const { states } = search;
  // Whoever asks for more is told that there is none, and nothing holds after all.
  expect([search.slice(), search.flush(), search.slice()]).toEqual([false, false, false]);
  expect([search.states, search.limit]).toEqual([states, 'memory']);
  expect(explore(toy([counter(10)], below(3)), ROOM).limit).toBe(undefined);
});
