/** Bugs that kernels had are caught by the promise that their catalogue names. */
import { describe, expect, it } from 'vitest';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { HISTORICAL } from '../model/designs/historical.ts';
import type { Setup } from '../model/system.ts';
import { breaches } from './breaches.ts';

function broken(design: Design, setup: Setup): string[] {
  const { limit, steps } = breaches(design, setup);
  expect(limit).toBeUndefined();
  return [...steps.keys()];
}

describe('bugs that kernels had', () => {
  const mutants = HISTORICAL.flatMap(({ id, says, mutant }) =>
    mutant ? [{ id, says, ...mutant }] : [],
  );

  it.each(mutants)('$id: $says: $kills', ({ design, base, kills, setup }) => {
    expect(broken(design, setup)).toContain(kills);
    expect(broken(base, setup)).toEqual([]);
  });

  it('each is a mutant, or in a design, or has the reason why it is neither', () => {
    for (const { id, mutant, design, outside } of HISTORICAL) {
      expect(
        [mutant, design, outside].filter((way) => way !== undefined),
        id,
      ).toHaveLength(1);
      if (design !== undefined) expect(DESIGNS.map(({ name }) => name)).toContain(design);
    }
    const ids = HISTORICAL.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted());
  });
});
