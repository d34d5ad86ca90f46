/** Would the traces notice a mistake in the models? */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { iomapOf618 } from '../model/designs/iomap.ts';
import { HISTORICAL } from '../model/designs/historical.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import { HIDDEN } from './not-told-apart.ts';
import { GROUPS, allToldApart, firstTold, mutantsText } from './told-apart.ts';
import type { FirstTold } from './told-apart.ts';
import { row } from './variation.ts';

// One that tells it is enough here. `npm run golden` counts them; that nothing tells one it alone
// has looked for.
const FIRST = new URL('../traces/first-told.json', import.meta.url);
const first_told = JSON.parse(readFileSync(FIRST, 'utf8')) as FirstTold;
const groups = GROUPS.map((group) => allToldApart(group, first_told));
const all = groups.flat();

test.each(all)(
  '$variation.name: the traces tell it from the sound model, or it is said why not',
  (one) => {
    expect(one.apart.some(({ told }) => told > 0)).toBe(one.variation.unseen === undefined);
  },
);

it('there are as many for each filesystem as there are rows that could be wrong', () => {
  const timesTold = (fs: string): number =>
    all.filter(({ apart }) => apart.some((one) => one.fs === fs && one.told > 0)).length;
  for (const fs of ['xfs', 'ext4', 'ext4d']) expect(timesTold(fs)).toBeGreaterThanOrEqual(30);
});

it('what is known is of these variations, and no other', () => {
  expect(firstTold(all)).toEqual(first_told);
});

it('so says the table (npm run golden rewrites it)', () => {
  const file = new URL('../traces/mutants.txt', import.meta.url);
  const tellingOf = (text: string): readonly string[] =>
    [...text.matchAll(/^([a-z\d.-]+) +([-.]|\d+) +([-.]|\d+) +([-.]|\d+)(?= |$)/gm)].map(
      ([, name, ...numbers]) => `${name} ${numbers.join(' ').replaceAll(/\d+/g, 'told')}`,
    );
  const written = tellingOf(readFileSync(file, 'utf8'));
  expect(written).toHaveLength(all.length);
  expect(written).toEqual(tellingOf(mutantsText(groups)));
});

describe('mutants of other designs, and bugs that kernels had', () => {
  const also = all.flatMap(({ variation }) => variation.also ?? []);
  const hidden = HIDDEN.flatMap(({ what }) => what);
  const mutants = MUTANTS.map(({ design }) => design.name.replace('mutant/', ''));
  // The others are outside of the model as a whole.
  const bugs = HISTORICAL.filter(({ outside }) => outside === undefined).map(({ id }) => id);

  test.each([...mutants, ...bugs])('%s is among the variations, or cannot be seen', (name) => {
    expect([also.includes(name), hidden.includes(name)].filter(Boolean)).toHaveLength(1);
  });

  it('and no other name is', () => {
    const known = new Set([...mutants, ...bugs]);
    expect(also.filter((name) => !known.has(name))).toEqual([]);
  });
});

it('a row that is not there cannot be varied', () => {
  expect(() => row('no-such-row', () => 'done')(iomapOf618)).toThrow(/has no row no-such-row/);
});
