/**
 * A reduced search, made to begin at once, says what one of all states does. Larger spaces are
 * looked at by `npm run full:deep`.
 */
import { describe, expect, it } from 'vitest';
import { compared, ofDesigns, ofMutants } from './reduced-same.ts';
import type { Asked } from './reduced-same.ts';

/** Of each design and of each scenario some. */
const some = ofDesigns.filter((_, i) => i % 17 === 0);
const STATES = 3000;
const FROM = 64;

const told = ({ design, scenario }: Asked): string => `${design.name} ${scenario.name}`;

describe.each([
  ['designs', some],
  ['mutants', ofMutants],
])('%s', (_, all) => {
  let moved = 0;
  let fewer = 0;

  it.each(all.map((asked) => [told(asked), asked] as const))('%s', (_name, asked) => {
    const found = compared(asked, STATES, FROM);
    expect(found?.differences ?? []).toEqual([]);
    if (found?.reduced === undefined) return;
    moved++;
    if (found.reduced < found.full) fewer++;
  });

  it('in many of them rows moved alone', () => {
    expect(moved).toBeGreaterThan(15);
    expect(fewer).toBe(moved);
  });
});
