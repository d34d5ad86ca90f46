import { describe, expect, test } from 'vitest';
import { StateTable, isOutOfMemory } from './table.ts';

/** A sequence that repeats itself in part, without chance: words of few bits make duplicates. */
function sequence(length: number, words: number, bits: number): Int32Array[] {
  let x = 12345;
  return Array.from({ length }, () =>
    Int32Array.from({ length: words }, () => {
      x = (Math.imul(x, 1103515245) + 12345) | 0;
      return x >> (32 - bits);
    }),
  );
}

/** The first words of all states. */
const all = (table: StateTable) => Array.from({ length: table.count }, (_, n) => table.state(n)[0]);

describe('StateTable', () => {
  test.each([
    { words: 1, bits: 15, capacity: 70_000 },
    { words: 2, bits: 8, capacity: 2 ** 17 },
    { words: 3, bits: 32, capacity: 200_001 },
    { words: 5, bits: 3, capacity: 60_000 },
  ])('agrees with a Map: $words words of $bits bits', ({ words, bits, capacity }) => {
    const [first, ...rest] = sequence(60_000, words, bits);
    const table = new StateTable(first!, capacity);
    const known = new Map([[first!.join(), 0]]);
    const parents = [-1];
    rest.forEach((state, i) => {
      table.add(state, i);
      if (i % 100 === 0) table.flushFull();
      if (!known.has(state.join())) {
        known.set(state.join(), known.size);
        parents.push(i);
      }
    });
    table.flush();
    expect(table.count).toBe(known.size);
    expect(table.full).toBe(false);
    for (const [state, number] of known) {
      expect(table.state(number).join()).toBe(state);
      expect(table.find(table.state(number))).toBe(number);
    }
    for (const state of sequence(70_000, words, 32).slice(60_000)) {
      expect(table.find(state)).toBe(known.get(state.join()) ?? -1);
    }
    expect(parents.map((_, n) => table.parent(n))).toEqual(parents);
  });

  test('agrees with a Set where searches run over the end of a small table', () => {
    for (let n = 0; n < 300; n++) {
      const states = Array.from({ length: 800 }, (_, i) => n * 500 + (i % 790));
      const table = new StateTable(Int32Array.of(states[0]!), 790);
      for (const state of states) table.add(Int32Array.of(state), 0);
      table.flush();
      expect([table.count, table.full]).toEqual([790, false]);
      expect(all(table)).toEqual(states.slice(0, 790));
    }
  });

  test('states that differ in one bit only, any one, are different', () => {
    const table = new StateTable(Int32Array.of(0, 0), 65);
    const bits = Array.from({ length: 64 }, (_, i) =>
      Int32Array.of(i < 32 ? 1 << i : 0, i < 32 ? 0 : 1 << (i - 32)),
    );
    for (const state of [...bits, ...bits]) table.add(state, 0);
    table.flush();
    expect(table.count).toBe(65);
    expect(table.full).toBe(false);
  });

  test('a state of zeros is as good as any: nothing counts as seen that was not', () => {
    const table = new StateTable(Int32Array.of(7, 7), 10);
    for (const state of [Int32Array.of(0, 0), Int32Array.of(7, 7)]) table.add(state, 0);
    table.flush();
    expect(table.count).toBe(2);
    expect([...table.state(1)]).toEqual([0, 0]);
  });

  test('is full only when a new state finds no room', () => {
    const table = new StateTable(Int32Array.of(1), 3);
    for (const word of [2, 3, 2, 1, 3]) table.add(Int32Array.of(word), 0);
    table.flush();
    expect([table.count, table.full]).toEqual([3, false]);
    table.add(Int32Array.of(4), 0);
    table.flush();
    expect([table.count, table.full]).toEqual([3, true]);
    expect(all(table)).toEqual([1, 2, 3]);
  });
});

test('what was looked up is forgotten, and its memory is used again', () => {
  const { core } = new StateTable(Int32Array.of(0, 0), 10);
  const read = core.allocate(8);
  const words = () => new Int32Array(core.memory.buffer);
  core.lookup_init(0, 1, 2);
  words()[read >>> 2] = -1;
  const see = (n: number) => (words()[core.seen.value >>> 2] = n);
  const enterAll = (learned: number) => {
    for (let n = 0; n < 40_000; n++) {
      see(n);
      if (core.lookup_find(0, 0) === 0) core.lookup_enter(0, 0, read, learned);
    }
  };
  enterAll(5);
  const bytes = core.lookup_bytes(0);
  const size = core.memory.buffer.byteLength;
  see(39_999);
  expect(words()[(core.lookup_find(0, 0) >>> 2) + 2]).toBe(5);
  for (let times = 0; times < 20; times++) {
    core.lookup_forget(0);
    expect(core.lookup_find(0, 0)).toBe(0);
    enterAll(7);
    expect(core.lookup_bytes(0)).toBe(bytes);
  }
  see(39_999);
  expect(words()[(core.lookup_find(0, 0) >>> 2) + 2]).toBe(7);
  expect(core.memory.buffer.byteLength).toBe(size);
});

test('where there is no more memory that is said, and nothing is written', () => {
  const table = new StateTable(Int32Array.of(1), 10);
  const thrown = (act: () => void) => {
    try {
      act();
      return undefined;
    } catch (error) {
      return isOutOfMemory(error);
    }
  };
  expect(thrown(() => [1, 2].forEach(() => table.core.allocate(2 ** 32 - 2 ** 21)))).toBe(true);
  expect(thrown(() => new Int32Array(2 ** 40))).toBe(false);
  expect(table.state(0)).toEqual(Int32Array.of(1));
  expect(table.count).toBe(1);
});
