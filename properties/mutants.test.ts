import { describe, expect, it } from 'vitest';
import type { Design } from '../model/design.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import type { Setup } from '../model/system.ts';
import { PROPERTIES } from './all.ts';
import { breaches } from './breaches.ts';

const known = new Map<string, ReadonlyMap<string, number>>();

/** Steps to the first breach of each promise that is broken. */
function broken(design: Design, setup: Setup): ReadonlyMap<string, number> {
  const { limit, steps } = breaches(design, setup);
  expect(limit).toBeUndefined();
  known.set(design.name, steps);
  return steps;
}

describe('each promise is broken by a mutant that it catches, alone or first', () => {
  it.each(MUTANTS)('$design.name: $kills', ({ design, kills, with: tied, setup }) => {
    const found = broken(design, setup);
    const steps = found.get(kills);
    expect(steps, `caught by ${[...found].join('; ') || 'nothing'}`).toBeDefined();
    const sooner = [...found].filter(([name, n]) => name !== kills && n <= steps!);
    expect(sooner, `${kills} after ${steps} steps`).toEqual(tied.map((name) => [name, steps]));
  });

  it.each(MUTANTS)('$base.name holds where $design.name does not', ({ base, setup }) => {
    expect([...broken(base, setup)]).toEqual([]);
  });

  it('names are unique', () => {
    const names = MUTANTS.map(({ design }) => design.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('every promise is the only one to notice some mutant, and every mutant is noticed', () => {
    const all = MUTANTS.map(({ design, setup }) => known.get(design.name) ?? broken(design, setup));
    expect(all.filter((found) => found.size === 0)).toEqual([]);
    const alone = new Set(
      all.filter(({ size }) => size === 1).flatMap((found) => [...found.keys()]),
    );
    // ALLOCATE without a reservation makes the counters wrong in that very step: there is no other
    // way.
    const not = PROPERTIES.map(({ name }) => name).filter((name) => !alone.has(name));
    expect(not).toEqual(['allocated-was-reserved']);
    expect(MUTANTS.some(({ kills }) => kills === 'allocated-was-reserved')).toBe(true);
  });
});
