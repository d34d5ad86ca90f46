/**
 * A reduced search, made to begin at once, says what one of all states does: of every design, and
 * of every mistake of the kill matrix. Larger spaces are looked at by `npm run full:deep`.
 */
import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { conclude, prepare, searched } from './check.ts';
import { compared, ofDesigns, ofMutants } from './reduced-same.ts';
import type { Asked } from './reduced-same.ts';
import { explain } from './why.ts';

/** A reduced search begins after so many states. */
const FROM = 64;
/** Of a design the first scenarios that have no more states; and so many of them. */
const SMALL = 3000;
const OF_EACH = 3;
/** The largest of the kill matrix has fewer. */
const LARGE = 100_000;

let moved = 0;
let fewer = 0;

function differences(asked: Asked, states: number): readonly string[] | undefined {
  const found = compared(asked, states, FROM);
  if (found?.reduced !== undefined) {
    moved++;
    if (found.reduced < found.full) fewer++;
  }
  return found?.differences;
}

it.each(DESIGNS.map((design, i) => [design.name, i] as const))('%s', (name, i) => {
  const all = ofDesigns.filter(({ design }) => design.name === name);
  // Each begins with another scenario.
  const from = (i * OF_EACH) % all.length;
  const found: (readonly string[])[] = [];
  for (const asked of [...all.slice(from), ...all.slice(0, from)]) {
    const said = found.length < OF_EACH ? differences(asked, SMALL) : undefined;
    if (said !== undefined) found.push(said);
  }
  expect(found).toEqual(Array.from({ length: OF_EACH }, () => []));
});

it.each(ofMutants.map((asked) => [asked.scenario.name, asked] as const))('%s', (_, asked) => {
  expect(differences(asked, LARGE)).toEqual([]);
});

it('in many of them rows moved alone', () => {
  expect(moved).toBeGreaterThan(50);
  expect(fewer).toBe(moved);
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
