/**
 * A reduced search, made to begin at once, says what one of all states does. Larger spaces are
 * looked at by `npm run full:deep`.
 */
import { describe, expect, it } from 'vitest';
import { conclude, prepare, searched } from './check.ts';
import { compared, ofDesigns, ofMutants } from './reduced-same.ts';
import type { Asked } from './reduced-same.ts';
import { explain } from './why.ts';

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

/**
 * With rows that move alone from so early on, some breaches are known by then, and others are found
 * later, in all states.
 */
const EARLY = 2048;
const BROKEN = [
  ['recvfile', 'receive-stalls-under-locks'],
  ['recvfile/delalloc', 'receive-stalls-under-locks'],
  ['page-at-a-time', 'short-copy-then-error'],
] as const;

describe('what is said of a breach', () => {
  it.each(BROKEN)('%s in %s', (design, scenario) => {
    const named = ofDesigns.find(
      (one) => one.design.name === design && one.scenario.name === scenario,
    )!;
    const said = [{}, { reduced_from: EARLY }].map((more) => {
      const run = prepare(named.design, named.scenario);
      const search = searched(run, { states: 200_000, depth: 10_000, ...more });
      const { result } = conclude(run, search);
      return result.properties.map(({ name, verdict, trace, loop }) => {
        if (trace === undefined) return { name, verdict };
        const traced = { trace, ...(loop !== undefined && { loop }) };
        const keeps = () => false;
        return explain({ run, search, property: name, traced, designs: [], keeps });
      });
    });
    expect(said[1]).toEqual(said[0]);
  });
});
