/** What a compact search may do that an exact one does not, and what it must not. */
import { describe, expect, test } from 'vitest';
import { counter, toy } from '../machine/toy.ts';
import { omission } from './compact.ts';
import { Expander } from './expander.ts';
import { Search, explore } from './search.ts';
import { StateTable } from './table.ts';
import { Window } from './window.ts';

const ROOM = { states: 200_000, depth: 10_000 };
const COMPACT = { ...ROOM, compact: true };

/** Tasks that each count alone: 11^5 states, in levels of up to 10,000. */
const wide = () =>
  toy(
    Array.from({ length: 5 }, () => ({
      count(_: unknown, own: { local: number }) {
        if (own.local === 9) return 'done';
        own.local++;
        return 'count';
      },
    })),
  );

describe('the chance of an omission', () => {
  test('is that of any two among so many states and one more', () => {
    expect(omission(1, 2)).toBe(1 / 4);
    expect(omission(2, 3)).toBe(3 / 8);
    expect(omission(2 ** 20)).toBeCloseTo(2 ** -25, 12);
    expect(omission(1000, 4)).toBe(1);
  });

  /** Words of few values, as those of states; with each seed others. */
  const states = (n: number, seed: number) =>
    Array.from({ length: n }, (_, i) => Int32Array.of(i & 15, (i >> 4) & 15, i >> 8)).map((words) =>
      words.map((word) => word + 2 ** 14 * seed),
    );

  /** In how many of so many tables is a state left out, and what is said of that? */
  function measured(tables: number, n: number, bits: number) {
    let omitted = 0;
    let said = 0;
    for (let seed = 0; seed < tables; seed++) {
      const [first, ...rest] = states(n, seed);
      const table = new StateTable(first!, n, n, {}, 2 ** 20, bits);
      for (const state of rest) table.add(state, 0);
      table.flush();
      if (table.count < n) omitted++;
      said += omission(table.count, bits);
    }
    return { rate: omitted / tables, said: said / tables };
  }

  // Alike states have collisions in bunches: so they are somewhat seldomer than is said.
  test.each([
    { n: 200, bits: 16 },
    { n: 300, bits: 18 },
    { n: 400, bits: 20 },
  ])('$n states, $bits bits: there are omissions, seldomer than is said', ({ n, bits }) => {
    const { rate, said } = measured(400, n, bits);
    expect(rate).toBeLessThan(said);
    expect(rate).toBeGreaterThan(said / 3);
  });

  test('with 64 bits none of a million states is left out', () => {
    const [first, ...rest] = states(1_000_000, 5);
    const table = new StateTable(first!, 1_000_000, 4, {}, undefined, 64);
    for (const state of rest) table.add(state, 0);
    table.flush();
    expect(table.count).toBe(1_000_000);
  });
});

describe('a trace', () => {
  const machine = (end: number) =>
    toy([counter(300), counter(300), counter(300)], { below: { broken: (n) => n >= end } });

  test('is that of an exact search', () => {
    const { properties, omission: chance, states } = explore(machine(200), COMPACT);
    expect(properties).toEqual(explore(machine(200), ROOM).properties);
    expect(properties[0]!.trace).toHaveLength(200);
    expect(chance).toBe(omission(states));
    expect(explore(machine(200), ROOM)).not.toHaveProperty('omission');
  });

  test('is never wrong where fingerprints are few: it breaks the promise, or there is none', () => {
    const ends = { none: 0, broken: 0, unseen: 0 };
    for (let end = 1; end < 120; end++) {
      const system = machine(end);
      const search = new Search(system, { ...COMPACT, fingerprint_bits: 10 });
      while (search.slice());
      let trace: readonly number[] | undefined;
      try {
        trace = search.result().properties[0]!.trace;
      } catch (error) {
        expect((error as Error).message).toMatch(/^compact mode: /);
        ends.none++;
        continue;
      }
      if (trace === undefined) {
        ends.unseen++;
        continue;
      }
      ends.broken++;
      let state = system.initial();
      for (const action of trace) state = system.step(state, action)!.state;
      system.look(state);
      expect(system.violations(1)).toBe(1);
    }
    expect(ends.broken).toBeGreaterThan(10);
    expect(ends.unseen).toBeGreaterThan(10);
  });
});

describe('whole states', () => {
  test('are kept for two levels or so, and their memory is used again', () => {
    const expander = Expander.of(wide(), 200_000, { fingerprint: 64 })!;
    const { table } = expander;
    let most = 0;
    for (let from = 0; ;) {
      if (from === table.count) table.flush();
      if (from === table.count) break;
      from = expander.expand(from, Math.min(table.count, from + 500));
      const kept = StateTable.bytes(table.words, table.count, true);
      most = Math.max(most, table.bytes - kept);
    }
    const chunk = 4096 * 4 * table.words;
    expect(table.count).toBeGreaterThan(5 * 4096);
    expect(most).toBeGreaterThanOrEqual(chunk);
    expect(most).toBeLessThan((4 * table.words * table.count) / 2);
  });

  test('a chunk comes back as it was, until it is given up; then its array is taken', () => {
    const window = new Window(1);
    const heap = new Int32Array(2 * 4096).map((_, i) => i);
    window.keep(0, heap, 0);
    window.keep(1, heap, 4096);
    const to = new Int32Array(3 * 4096);
    window.bring(0, to, 4096);
    expect([to[0], to[4096 + 17], to[2 * 4096]]).toEqual([0, 17, 0]);
    window.giveUp(1);
    expect(() => window.bring(0, to, 0)).toThrow('chunk 0 of the states is no longer kept');
    window.keep(2, heap, 0);
    expect(window.bytes).toBe(2 * 4 * 4096);
    window.bring(1, to, 0);
    expect(to[0]).toBe(4096);
  });

  test('with what is kept for good they may take so much memory, and no more', () => {
    const { limit, states } = explore(wide(), { ...COMPACT, bytes: 2 ** 21 });
    expect(limit).toBe('memory');
    expect(states).toBeGreaterThan(4096);
    expect(explore(wide(), { ...COMPACT, bytes: 2 ** 23 }).limit).toBeUndefined();
  });

  test('are there of no other state than those that are asked again', () => {
    const search = new Search(wide(), COMPACT);
    while (search.slice());
    const exact = new Search(wide(), ROOM);
    while (exact.slice());
    expect(search.sample.count).toBeGreaterThan(100);
    for (let n = 0; n < search.sample.count; n++) {
      const number = search.sample.number(n);
      expect(search.state(number)).toEqual(exact.state(number));
    }
    expect(() => search.state(search.states - 1)).toThrow(
      /^in compact mode state \d+ is not kept$/,
    );
  });
});

test('fingerprints that lie outside of the module are as good', () => {
  const { coverage, ...exact } = explore(wide(), ROOM);
  const { coverage: counts, omission: _, ...said } = explore(wide(), { ...COMPACT, near: 4096 });
  expect(said).toEqual(exact);
  expect(counts.rows()).toEqual(coverage.rows());
});

test('a promise that loops can break is refused', () => {
  const made = toy([counter(9)], { ends: { owing: (n) => (n < 9 ? 1 : 0) } });
  expect(() => new Search(made, COMPACT)).toThrow('no loops are looked for');
});

test('a machine whose rows leave no trail is refused', () => {
  expect(() => new Search(toy([counter(9)]), { ...COMPACT, plain: true })).toThrow(
    'in compact mode rows are played back',
  );
});
