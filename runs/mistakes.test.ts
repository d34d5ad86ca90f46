/**
 * Each promise has a mutant that it catches, alone or first; bugs that kernels had are caught by
 * the promise that their catalogue names; and the sound design holds at the same bounds.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { HISTORICAL } from '../model/designs/historical.ts';
import { PROPERTIES } from '../properties/all.ts';
import { breaches } from '../properties/breaches.ts';
import { bugStories, kills } from './kills.ts';
import { BUGS, MADE, tried } from './mistakes.ts';
import type { Mistake, Tried } from './mistakes.ts';

const made = MADE.map(tried);
const bugs = BUGS.map(tried);

/** Steps to the first breach of each promise that is broken. */
const stepsOf = ({ broken }: Tried): ReadonlyMap<string, number> =>
  new Map(broken.map(({ name, trace }) => [name, trace!.length]));

/** The sound design, at the bounds of the mistake: what it breaks. */
function brokenByBase({ mutant: { base, setup } }: Mistake): string[] {
  const { limit, steps } = breaches(base, setup);
  expect(limit).toBeUndefined();
  return [...steps.keys()];
}

it('no search of them has met a limit', () => {
  const open = [...made, ...bugs].filter(({ outcome }) => outcome.result.limit !== undefined);
  expect(open.map(({ mistake }) => mistake.name)).toEqual([]);
});

describe('each promise is broken by a mutant that it catches, alone or first', () => {
  it.each(made.map((one) => ({ ...one, name: one.mistake.name })))('$name', (one) => {
    const { kills: promise, with: tied } = one.mistake.mutant;
    const found = stepsOf(one);
    const steps = found.get(promise);
    expect(steps, `caught by ${[...found].join('; ') || 'nothing'}`).toBeDefined();
    const sooner = [...found].filter(([name, n]) => name !== promise && n <= steps!);
    expect(sooner, `${promise} after ${steps} steps`).toEqual(tied.map((name) => [name, steps]));
  });

  it.each(MADE)('what $name was made from holds where it does not', (mistake) => {
    expect(brokenByBase(mistake)).toEqual([]);
  });

  it('names are unique', () => {
    const names = [...MADE, ...BUGS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('every promise is the only one to notice some mutant', () => {
    const alone = new Set(
      made.flatMap(({ broken }) => (broken.length === 1 ? [broken[0]!.name] : [])),
    );
    // ALLOCATE without a reservation makes the counters wrong in that very step: there is no other
    // way.
    const not = PROPERTIES.map(({ name }) => name).filter((name) => !alone.has(name));
    expect(not).toEqual(['allocated-was-reserved']);
    expect(MADE.some(({ mutant }) => mutant.kills === 'allocated-was-reserved')).toBe(true);
  });
});

describe('bugs that kernels had', () => {
  it.each(bugs.map((one) => ({ ...one, name: one.mistake.name, says: one.mistake.says })))(
    '$name: $says',
    (one) => {
      expect([...stepsOf(one).keys()]).toContain(one.mistake.mutant.kills);
      expect(brokenByBase(one.mistake)).toEqual([]);
    },
  );

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

describe('npm run golden rewrites', () => {
  const written = (name: string) =>
    readFileSync(new URL(`../properties/${name}`, import.meta.url), 'utf8');

  it('which promise notices which mistake', () => {
    expect(kills(made, bugs)).toBe(written('kills.txt'));
  });

  it('the stories of bugs', () => {
    expect(bugStories(bugs)).toBe(written('bugs.txt'));
  });
});
