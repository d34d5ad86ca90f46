import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { Driven } from '../properties/commands.ts';
import { fuzz } from '../properties/fuzz.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { prepare } from './check.ts';
import type { Run } from './check.ts';
import type { Recorded } from '../evidence/record.ts';

const scenario = (name: string) => SCENARIOS.find((s) => s.name === name)!;
const design = (name: string) => DESIGNS.find((d) => d.name === name)!;

/** As it was written from dist/: from here the file is elsewhere. */
const RECORD = new URL('../scenarios/recorded.json', import.meta.url);
const recorded = JSON.parse(readFileSync(RECORD, 'utf8')) as Recorded;

const drivenBy = ({ design: own, setup, properties }: Run) => new Driven(own, setup, properties);

const RATIO_MAX = 1.5;

/** Three seeds are tried for a sequence that is short enough: one may be out of luck. */
function shrunk(run: Run, property: string, enough: number): number {
  let best = Infinity;
  for (let seed = 1; seed <= 3 && best > enough; seed++) {
    const { failure } = fuzz(drivenBy(run), { seed, runs: 1000, property, own_calls: true });
    best = Math.min(best, failure?.actions.length ?? Infinity);
  }
  return best;
}

describe('random sequences, shrunk, are at most 1.5 times as long as the shortest trace', () => {
  // scenarios.test.ts holds what is on record against a search. Of every design that breaks
  // something the first promise that it breaks, and each for a reason that no other has.
  const seen = new Set<string>();
  const breaches = recorded['everything-fails-once']!.flatMap(({ designs, broken, because }) =>
    designs.flatMap((name) =>
      Object.entries(broken).flatMap(([property, shortest], i) => {
        const reason = `${property}: ${because[property]!.join(' + ')}`;
        if (i > 0 && seen.has(reason)) return [];
        seen.add(reason);
        return { name, property, shortest };
      }),
    ),
  );

  it('there are some, of many promises', () => {
    const designs = new Set(breaches.map(({ name }) => name));
    expect(designs.size).toBeGreaterThan(30);
    const promises = new Set(breaches.map(({ property }) => property));
    expect(promises.size).toBeGreaterThan(8);
  });

  it.each(breaches)('$name: $property', ({ name, property, shortest }) => {
    const run = prepare(design(name), scenario('everything-fails-once'));
    const steps = shrunk(run, property, RATIO_MAX * shortest);
    // Both lengths, as evidence of the comparison.
    process.stdout.write(`${name}: ${property}: shrunk ${steps}, shortest ${shortest}\n`);
    expect(steps).toBeGreaterThanOrEqual(shortest);
    expect(steps / shortest).toBeLessThanOrEqual(RATIO_MAX);
  });
});

describe('at the sizes of the mail', () => {
  const asked = scenario('enospc-on-the-17th-page');

  it('32 pages of a recvfile, ENOSPC at the 17th: stale data is found', () => {
    const run = prepare(design('recvfile'), asked);
    const { failure } = fuzz(drivenBy(run), {
      seed: 1,
      runs: 100,
      property: 'no-stale-data',
      own_calls: true,
    });
    const said = [];
    let state = run.system.initial();
    for (const action of failure!.actions) {
      const step = run.system.step(state, action)!;
      said.push(step.said);
      state = step.state;
    }
    expect(said).toContain('get_block(32..34) = -ENOSPC');
    expect(said.filter((text) => text.startsWith('kmap('))).toHaveLength(16);
  });

  it('32 pages, one at a time: sampled, none broken', () => {
    const run = prepare(design('page-at-a-time'), asked);
    const { failure, runs, steps } = fuzz(drivenBy(run), { seed: 1, runs: 50, own_calls: true });
    expect(failure).toBeUndefined();
    expect(runs).toBe(50);
    // 170 steps lead to the end of the call; a sequence may be shorter.
    expect(steps).toBeGreaterThan(50 * 80);
  });
});

it('the same seed gives the same result', () => {
  const run = () => drivenBy(prepare(design('recvfile'), scenario('receive-is-short')));
  expect(fuzz(run(), { seed: 7, runs: 100 })).toEqual(fuzz(run(), { seed: 7, runs: 100 }));
});

it('notes what has happened in any of the runs, and which faults calls have met', () => {
  const asked = { ...scenario('everything-fails-once'), faults: ['read-eio', 'signal'] };
  const happenings = (faults: readonly string[]) => {
    const run = prepare(design('page-at-a-time/delalloc'), { ...asked, faults });
    // Blocks that are not in the cache: the reader reads them, and the call overwrites them.
    const setup = { ...run.setup, writers: [[{ pos: 0, count: 3 }]] };
    const driven = new Driven(run.design, setup, run.properties, [
      { what: 'it returns', happened: (o) => o.hasReturned(0) },
      { what: 'it never does', happened: () => false },
      { what: 'nothing to look at' },
    ]);
    fuzz(driven, { seed: 1, runs: 200, own_calls: true });
    return [[...driven.happened].toSorted(), [...driven.happened_in_call].toSorted()];
  };
  expect(happenings(['read-eio'])).toEqual([['it returns', 'read-eio'], []]);
  expect(happenings(['signal'])).toEqual([['it returns', 'signal'], ['signal']]);
});
