import { describe, expect, it } from 'vitest';
import type { Design } from '../model/design.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import type { Setup } from '../model/system.ts';
import { PROPERTIES } from './all.ts';
import { breaches } from './breaches.ts';

/** Steps to the first breach of each promise that is broken. */
function broken(design: Design, setup: Setup): ReadonlyMap<string, number> {
  const { limit, steps } = breaches(design, setup);
  expect(limit).toBeUndefined();
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

  it('every promise has a mutant that it catches first, and every mutant a promise', () => {
    // ALLOCATE without a reservation makes the counters wrong in that very step: there is no other
    // way.
    const alone = MUTANTS.filter(
      (m) => m.with.length === 0 || m.kills === 'allocated-was-reserved',
    );
    const caught = new Set(alone.map((mutant) => mutant.kills));
    expect([...caught].toSorted()).toEqual(PROPERTIES.map((property) => property.name).toSorted());
  });
});
