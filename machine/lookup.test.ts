import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOUND, Lookup } from './lookup.ts';

const WORDS = 3;

/** A reader as a function of what it reads: the second word counts only where the first is odd. */
function read([a, b, c]: Int32Array): { readonly said: number; readonly bits: Int32Array } {
  const odd = (a! & 1) === 1;
  return {
    said: odd ? 1000 + (b! & 0xff) : c! & 0xf0,
    bits: Int32Array.of(1, odd ? 0xff : 0, odd ? 0 : 0xf0),
  };
}

describe('Lookup', () => {
  it('finds what was entered under the bits that were read, and nothing else', () => {
    const lookup = new Lookup(2, WORDS);
    const state = fc.tuple(fc.nat(3), fc.nat(700), fc.nat(700)).map((w) => Int32Array.from(w));
    let learned = 0;
    fc.assert(
      fc.property(fc.array(state, { maxLength: 300 }), (states) => {
        for (const seen of states) {
          const { said, bits } = read(seen);
          let record = lookup.find(1, seen);
          if (record === 0) {
            learned++;
            record = lookup.enter(1, seen, bits, Int32Array.of(said, 7), 2);
          }
          expect(lookup.pool[lookup.added(1, record)]).toBe(said);
          expect(lookup.find(1, seen)).toBe(record);
          expect(lookup.find(0, seen)).toBe(0);
        }
      }),
      { numRuns: 50, seed: 1 },
    );
    // All values of the bits that are read at all, and a few of before both ways were known.
    expect(learned).toBeLessThanOrEqual(2 * 256 * 16 + 40);
    expect(learned).toBeGreaterThan(100);
  });

  it('forgets what was entered under a smaller footprint', () => {
    const lookup = new Lookup(1, 1);
    const enter = (value: number, bits: number, said: number) =>
      lookup.enter(0, Int32Array.of(value), Int32Array.of(bits), Int32Array.of(said), 1);
    lookup.find(0, Int32Array.of(5));
    enter(5, 1, 10);
    expect(lookup.find(0, Int32Array.of(7))).not.toBe(0);
    lookup.find(0, Int32Array.of(4));
    enter(4, 2, 20);
    for (const value of [5, 7]) expect(lookup.find(0, Int32Array.of(value))).toBe(0);
    expect(lookup.find(0, Int32Array.of(8 + 4))).not.toBe(0);
  });

  it('keeps apart readers that read the same, and counts', () => {
    const lookup = new Lookup(2, 1);
    const seen = Int32Array.of(3);
    for (const reader of [0, 1]) {
      lookup.find(reader, seen);
      lookup.enter(reader, seen, Int32Array.of(-1), Int32Array.of(reader), 1);
    }
    for (const reader of [0, 1]) {
      const record = lookup.find(reader, seen);
      expect(lookup.pool[lookup.added(reader, record)]).toBe(reader);
      expect(lookup.pool[record + FOUND]).toBe(0);
    }
    lookup.forget();
    expect(lookup.find(0, seen)).toBe(0);
  });
});
