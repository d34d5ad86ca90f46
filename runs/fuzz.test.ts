import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { Driven, Walk, sequences } from '../properties/commands.ts';
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

it('hardly a command is drawn in vain: where its task cannot go on, another does', () => {
  const driven = drivenBy(
    prepare(design('page-at-a-time/delalloc'), scenario('everything-fails-once')),
  );
  let [drawn, ran] = [0, 0];
  const after = () => void ran++;
  fc.check(
    fc.property(sequences(driven, 300, { own: true, after }), ([calls, commands]) => {
      drawn += [...commands].length;
      const walk = new Walk(driven, calls, Infinity);
      fc.modelRun(() => ({ model: walk, real: walk }), commands);
    }),
    { seed: 1, numRuns: 20 },
  );
  // What begins a call that is no more to be made is left.
  expect(ran / drawn).toBeGreaterThan(0.8);
});

describe('what rows and promises do is played back, and nothing else comes of it', () => {
  /** All that a sequence shows after each of its commands; and what all of them have come to. */
  const taken = (run: Run, plain: boolean, own: boolean) => {
    const { design: of, setup, properties, scenario: asked } = run;
    const driven = new Driven(of, setup, properties, asked.must, { plain });
    const seen: string[] = [];
    const after = (walk: Walk) => {
      const { actions, state, enabled, begun } = walk;
      seen.push(JSON.stringify([actions.at(-1), [...state], enabled, begun, walk.broken()]));
    };
    fc.check(
      fc.property(sequences(driven, 300, { own, after }), ([calls, commands]) => {
        const walk = new Walk(driven, calls, Infinity);
        fc.modelRun(() => ({ model: walk, real: walk }), commands);
      }),
      { seed: 3, numRuns: 20 },
    );
    const results = [1, 2].map((seed) => fuzz(driven, { seed, runs: 40, own_calls: own }));
    const { happened, happened_in_call, stages } = driven;
    return {
      seen,
      results,
      happened: [...happened].toSorted(),
      in_call: [...happened_in_call].toSorted(),
      used: stages.map(({ used }) => [...used].toSorted()),
      // Of what could be asked it counts alone whether it was.
      answers: stages
        .map(({ system: { coverage } }) => coverage.answers().filter(({ times }) => times > 0))
        .map((answers) => answers.map(({ name, in_design }) => [name, in_design > 0])),
    };
  };

  it.each([
    ['page-at-a-time/delalloc', 'everything-fails-once'],
    ['recvfile', 'receive-is-short'],
    ['multipage-rfc/unlocked,unwritten,redirties', 'two-writers'],
    ['page-at-a-time/6.18-ext4', 'power-fails-and-comes-back'],
    ['iomap', 'truncate-beside-a-write'],
    ['recvfile/delalloc', 'receive-stalls-under-locks'],
  ])('%s: %s', (name, asked) => {
    const run = prepare(design(name), scenario(asked));
    const own = run.scenario.own_calls ?? false;
    const played = taken(run, false, own);
    const plain = taken(run, true, own);
    expect(played.seen.length).toBeGreaterThan(500);
    plain.seen.forEach((line, i) => {
      if (line !== played.seen[i]) expect(played.seen[i]).toBe(line);
    });
    expect(played).toEqual(plain);
  });
});

it('two runs may take turns', () => {
  const run = prepare(design('page-at-a-time'), scenario('everything-fails-once'));
  const driven = drivenBy(run);
  const alone = new Walk(driven, run.setup.writers, Infinity);
  const states = [];
  alone.begin(0);
  for (let n = 0; n < 10; n++) {
    alone.step(0, 0);
    states.push(alone.state);
  }
  const [one, other] = [1, 2].map(() => new Walk(driven, run.setup.writers, Infinity));
  for (const walk of [one!, other!]) walk.begin(0);
  for (const state of states) {
    one!.step(0, 0);
    expect(one!.state).toEqual(state);
    other!.take(other!.enabled[0]!);
    expect(other!.state).toEqual(state);
  }
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
