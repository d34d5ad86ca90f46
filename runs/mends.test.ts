/** Reasons are true: with those mends the breach is gone; and what is said to be needed is. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '../evidence/record.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { iomapDesign } from '../model/designs/iomap.ts';
import { WITHOUT, multipage } from '../model/designs/multipage.ts';
import { errorName } from '../model/errno.ts';
import { xfsIomap } from '../model/filesystems/iomap.ts';
import { geometry } from '../model/geometry.ts';
import type { Property } from '../properties/property.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { DEFAULT_LIMITS, check, prepare, searchOf } from './check.ts';
import { mendable, reasons, stillBroken, subsets, withMends } from './mends.ts';
import { isAsked } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const file = new URL('../scenarios/recorded.json', import.meta.url);
// Written by write-golden.ts, which says what is in it.
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
const designOf = (name: string): Design => DESIGNS.find((design) => design.name === name)!;
const scenarioOf = (name: string) => SCENARIOS.find((scenario) => scenario.name === name)!;

/** Every breach on record, with its reason. */
const breaches = Object.entries(recorded).flatMap(([scenario, results]) =>
  results.flatMap(({ designs, because }) =>
    designs.flatMap((design) =>
      Object.entries(because).map(([property, flaws]) => ({ scenario, design, property, flaws })),
    ),
  ),
);

const isMendable = ({ design, flaws }: (typeof breaches)[number]): boolean =>
  flaws.length > 0 && flaws.every((name) => mendable(designOf(design)).includes(name));

/** Breaches of one design in one scenario that have the same reason. */
function groups(): Map<string, typeof breaches> {
  const found = new Map<string, typeof breaches>();
  for (const breach of breaches.filter(isMendable)) {
    const key = `${breach.design} in ${breach.scenario}, with ${breach.flaws.join(' + ')}`;
    found.set(key, [...(found.get(key) ?? []), breach]);
  }
  return found;
}

describe('reasons', () => {
  it('every breach has one: a set of mends, or a flaw that another design does without', () => {
    const without = breaches.filter((breach) => {
      const flaws = designOf(breach.design).flaws.map(({ name }) => name);
      return breach.flaws.length === 0 || !breach.flaws.every((name) => flaws.includes(name));
    });
    expect(without).toEqual([]);
  });

  it('every flaw is the reason of something', () => {
    const used = new Set(breaches.flatMap(({ flaws }) => flaws));
    const flaws = new Set(DESIGNS.flatMap((design) => design.flaws.map(({ name }) => name)));
    expect([...flaws].filter((name) => !used.has(name))).toEqual([]);
  });

  // Some: all of them are found anew by `npm run golden`.
  const some = [...groups()].filter((_, i) => i % 40 === 0);
  it.each(some)('%s: no more of it', (_key, [first, ...rest]) => {
    const { design, scenario, flaws: mends } = first!;
    const promises = [first!, ...rest].map(({ property }) => property);
    const asking = { mends, promises };
    expect(stillBroken(designOf(design), scenarioOf(scenario), asking)).toEqual([]);
  });

  it('a set of two has no smaller one that does', () => {
    const [breach] = breaches.filter((one) => isMendable(one) && one.flaws.length === 2);
    const { design, scenario, property, flaws } = breach!;
    for (const mends of subsets(flaws, 1)) {
      const asking = { mends, promises: [property] };
      expect(stillBroken(designOf(design), scenarioOf(scenario), asking)).toEqual([property]);
    }
  });

  it('whoever is in a hurry is told of none, nor where a mend cannot be decided', () => {
    const [breach] = breaches.filter((one) => isMendable(one) && one.flaws.length === 1);
    const { design, scenario, flaws } = breach!;
    const outcome = check(prepare(designOf(design), scenarioOf(scenario)));
    const named = (hurry?: () => boolean) => reasons(outcome, hurry).map((one) => one.flaws);
    expect(named()).toContainEqual(flaws);
    expect(named(() => true).flat()).toEqual([]);
  });

  it('a flaw that cannot be mended names a design that is there, and does without', () => {
    for (const { flaws } of DESIGNS) {
      for (const { instead } of flaws) {
        if (instead !== undefined) expect(designOf(instead.design)).toBeDefined();
      }
    }
  });

  it('without a mend a design has the rows that were posted', () => {
    for (const design of DESIGNS.filter((one) => one.mended !== undefined)) {
      expect(Object.keys(withMends(design, []).rows)).toEqual(Object.keys(design.rows));
    }
  });
});

describe('a flaw that no rows can mend', () => {
  const scenarios = ['nested-page-locks-and-kmaps', 'receive-stalls-under-locks', 'signal'];

  it.each(scenarios)('is the reason of what the end of the trace shows: recvfile in %s', (name) => {
    const outcome = check(prepare(designOf('recvfile'), scenarioOf(name)));
    const on_record = recorded[name]!.find(({ designs }) => designs.includes('recvfile'))!;
    const found = reasons(outcome).map(({ property, flaws }) => [property, flaws]);
    expect(Object.fromEntries(found)).toEqual(on_record.because);
    expect(found.flat(2)).toContain('nests-page-locks');
  });
});

describe('one mend, in the company of rows as posted', () => {
  const posted = designOf('multipage-rfc/unlocked,unwritten,redirties');
  /** These change who allocates, and when; so they may break something else before. */
  const others = [
    'allocates-after-the-copy',
    'reserves-all-or-nothing',
    'blocks-are-mapped-before-their-data',
  ];
  const copying = ['short-copy-after-reserve', 'enospc-on-a-growing-file'];
  const receiving = ['receive-is-short', 'receive-stalls-under-locks', 'enospc-on-a-growing-file'];
  const cases = [
    { design: posted, scenarios: copying },
    ...['recvfile', 'recvfile/delalloc'].map((name) => ({
      design: designOf(name),
      scenarios: receiving,
    })),
  ].flatMap(({ design, scenarios }) =>
    mendable(design)
      .filter((mend) => !others.includes(mend))
      .map((mend) => ({ design, name: design.name, mend, scenarios: scenarios.map(scenarioOf) })),
  );

  /** Promises that are broken, and in how many steps. */
  const broken = (design: Design, scenario: Scenario, mends: readonly string[]) => {
    const { properties } = check(prepare(withMends(design, mends), scenario)).result;
    return new Map(properties.flatMap(({ name, trace }) => (trace ? [[name, trace.length]] : [])));
  };

  /** As it was posted, asked once. */
  const asPosted = new Map<string, ReturnType<typeof broken>>();

  it.each(cases)('$name, $mend: nothing breaks that did not before, nor sooner', (one) => {
    for (const scenario of one.scenarios) {
      const key = `${one.name} in ${scenario.name}`;
      const before = asPosted.get(key) ?? broken(one.design, scenario, []);
      asPosted.set(key, before);
      for (const [promise, steps] of broken(one.design, scenario, [one.mend])) {
        expect(steps, promise).toBeGreaterThanOrEqual(before.get(promise) ?? Infinity);
      }
    }
  });

  it('commits-what-never-came: where all has come there is nothing to trim', () => {
    const mended = withMends(designOf('recvfile'), ['commits-what-never-came']);
    const rows = (name: string) => check(prepare(mended, scenarioOf(name))).unreached.rows;
    expect(rows('crash-after-allocate')).toContain('writer1.trim_pages');
    expect(rows('receive-is-short')).not.toContain('writer1.trim_pages');
  });

  it('unreserve-only-on-failure: where ALLOCATE fails, nothing is returned as written', () => {
    const returned = new Set<string>();
    const looks: Property = {
      name: 'looks',
      short: 'looks',
      promise: 'none: it looks at what the call returns',
      premise: () => true,
      violated: (o) => {
        const { ret, err } = o.s.call[0]!;
        if (o.hasReturned(0)) returned.add(ret > 0 ? `${ret}` : errorName(err));
        return false;
      },
      explain: () => ({ expected: '', found: '', where: '' }),
    };
    const scenario = scenarioOf('allocate-fails-after-the-copy');
    check(prepare(withMends(posted, ['unreserve-only-on-failure']), scenario, {}, [looks]));
    expect([...returned].toSorted()).toEqual(['-EIO', '4']);
  });

  it('mapping-is-not-revalidated: what was copied before the map has changed is allocated', () => {
    // The last block is converted while the call is in the hole before it.
    const scenario: Scenario = {
      ...scenarioOf('mapping-changes-after-read'),
      geometry: geometry({ pages: 3 }),
      files: () => [{ i_size: 6, blocks: '..u' }],
      writers: () => [[{ pos: 1, count: 3 }]],
      must: [],
    };
    const both = ['unreserve-only-on-failure', 'mapping-is-not-revalidated'];
    expect(broken(posted, scenario, both)).toEqual(new Map());
  });
});

/** Does the design break anything in any scenario that is not large? Ends with the first breach. */
function breaksSomething(design: Design): boolean {
  const asked = SCENARIOS.filter((scenario) => !scenario.large && isAsked(scenario, design));
  return asked.some((scenario) => {
    const run = prepare(design, scenario);
    const until_broken = { of: run.properties.length, all: false };
    const search = searchOf(run, { ...DEFAULT_LIMITS, until_broken });
    while (search.slice());
    return search.result().properties.some(({ verdict }) => verdict === 'violated');
  });
}

describe('where all flaws have mends', () => {
  const mendables = DESIGNS.filter(
    (design) => design.flaws.length > 0 && mendable(design).length === design.flaws.length,
  );
  const scenario = scenarioOf('disk-write-fails');

  it.each(mendables)(
    '$name with all of them breaks nothing when a write to disk fails',
    (design) => {
      const { verdict, result } = check(prepare(withMends(design, mendable(design)), scenario));
      expect([verdict, result.properties.filter(({ trace }) => trace)]).toEqual(['holds', []]);
    },
  );
});

describe('what a design that holds needs', () => {
  it.each(WITHOUT)('multipage breaks unless $assumption', ({ design }) => {
    expect(breaksSomething(design)).toBe(true);
  });

  it('iomap breaks without the check under the page lock', () => {
    expect(breaksSomething(iomapDesign('iomap-unchecked', xfsIomap, { check: true }))).toBe(true);
  });

  it('iomap breaks without taking back what was not written', () => {
    const design = iomapDesign('iomap-keeps', xfsIomap, { taking_back: true });
    expect(breaksSomething(design)).toBe(true);
  });

  it('multipage is multipage-rfc with all mends: the same rows', () => {
    const posted = designOf('multipage-rfc/unlocked,unwritten,redirties');
    const all = withMends(posted, mendable(posted));
    expect(Object.keys(all.rows)).toEqual(Object.keys(multipage.rows));
  });
});

describe('the README prints what mend prints', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, block = ''] = /<!-- golden: mend -->\n\n```text\n([\s\S]*?)\n```/.exec(text) ?? [];
  const design = designOf('multipage-rfc/unlocked,unwritten,redirties');
  const sets = [...block.matchAll(/^ {2}(\w[\w-]+(?:,\s+\w[\w-]+)+)$/gm)].map(([, names]) =>
    names!.split(/,\s+/),
  );

  it('names sets of flaws', () => {
    expect(sets.length).toBeGreaterThan(0);
    for (const name of sets.flat()) expect(mendable(design)).toContain(name);
  });

  // Of each the command has asked all scenarios.
  it.each(sets.slice(0, 1).map((mends) => ({ mends })))('$mends: everything holds', ({ mends }) => {
    expect(breaksSomething(withMends(design, mends))).toBe(false);
  });

  it('the first of them breaks with any one taken out', () => {
    for (const one of sets[0]!) {
      const rest = sets[0]!.filter((other) => other !== one);
      expect(breaksSomething(withMends(design, rest)), one).toBe(true);
    }
  });
});
