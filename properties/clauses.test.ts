/**
 * Each clause of each promise, on a state made by hand that breaks just that: a clause that could
 * be left out without a test noticing is not known to work.
 */
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from './all.ts';
import type { Clause } from './by-hand.ts';
import { ByHand, HALF, SOCKET, SYNCS } from './by-hand.ts';
import { isOfProgress } from './property.ts';
import { CLAUSES_OF_DATA } from './clauses-of-data.ts';
import { CLAUSES_OF_SPACE, PATCHED } from './clauses-of-space.ts';

const CLAUSES = [...CLAUSES_OF_DATA, ...CLAUSES_OF_SPACE];

describe('a clause alone', () => {
  it.each([
    {},
    { done: true },
    { design: SOCKET },
    { design: PATCHED },
    { setup: HALF },
    { setup: SYNCS },
  ])('the state as it is breaks nothing: %j', ({ design, setup, done }: Partial<Clause>) => {
    expect(new ByHand(design, setup, done).broken()).toEqual([]);
  });

  it.each(CLAUSES)('$promise: $clause', ({ promise, change, design, setup, done }) => {
    const h = new ByHand(design, setup, done);
    change(h);
    expect(h.broken()).toEqual([promise]);
    // What is broken can be told.
    const told = PROPERTIES.find(({ name }) => name === promise)!.explain(h.o);
    for (const text of Object.values(told) as string[]) {
      expect(text).toMatch(/^[ -~]+$/);
      expect(text).not.toMatch(/undefined|NaN/);
    }
  });

  it('there is one of every promise that a state can break', () => {
    const names = new Set(CLAUSES.map(({ promise }) => promise));
    const can = PROPERTIES.filter((property) => !isOfProgress(property));
    expect(can.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
  });
});
