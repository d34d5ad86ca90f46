/** At bounds where a question cannot be asked the answer is `vacuous`, and nothing falls over. */
import { describe, expect, it } from 'vitest';
import { impossible } from '../evidence/possible.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import { isAsked, setupOf } from './scenario.ts';
import type { Bounds, Scenario } from './scenario.ts';

const designOf = (name: string): Design => DESIGNS.find((one) => one.name === name)!;
const scenarioOf = (name: string): Scenario => SCENARIOS.find((one) => one.name === name)!;

const VOID: readonly (readonly [design: string, scenario: string, bounds: Bounds])[] = [
  ['page-at-a-time', 'enospc-on-the-17th-page', { pages: 2 }],
  ['page-at-a-time', 'enospc-on-the-17th-page', { blocks: 1 }],
  ['multipage', 'enospc-on-the-17th-page', { blocks: 1 }],
  ['page-at-a-time', 'everything-fails-once', { faults_max: 0 }],
  ['multipage', 'blocks-smaller-than-a-page', { faults_max: 0 }],
  ['multipage', 'blocks-smaller-than-a-page', { page_blocks: 1 }],
  ['recvfile-safe', 'nested-page-locks-and-kmaps', { kmap_slots: 9 }],
  ['page-at-a-time', 'write-across-a-mapping-boundary', { blocks: 1 }],
  ['page-at-a-time', 'write-across-a-mapping-boundary', { pages: 1 }],
  ['page-at-a-time', 'mapping-ends-inside-a-page', { blocks: 1 }],
  ['page-at-a-time', 'mapping-ends-inside-a-page', { page_blocks: 1 }],
  ['page-at-a-time', 'one-call-after-the-other', { page_blocks: 4, blocks: 1 }],
  ['page-at-a-time', 'two-writers', { page_blocks: 4 }],
  ['multipage', 'segments-shorter-than-the-write', { blocks: 1 }],
  ['multipage', 'segments-shorter-than-the-write', { segment_pages: 32 }],
  ['multipage', 'throttled-before-allocate', { dirty_limit: 32 }],
  ['page-at-a-time/delalloc', 'signal', { faults_max: 0 }],
];

describe('vacuous', () => {
  it.each(VOID)('%s in %s, with %o', (design, scenario, bounds) => {
    const { verdict, unreached } = check(prepare(designOf(design), scenarioOf(scenario), bounds));
    expect(verdict).toBe('vacuous');
    expect(unreached.must.length).toBeGreaterThan(0);
  });

  it('a deadlock that needs few slots is not said to hold where there are many', () => {
    const asked = scenarioOf('nested-page-locks-and-kmaps');
    const { result, unreached } = check(prepare(designOf('recvfile'), asked, { kmap_slots: 9 }));
    expect(result.properties.find(({ name }) => name === 'no-deadlock')!.trace).toBeUndefined();
    expect(unreached.must.length).toBeGreaterThan(0);
  });
});

const ODD: readonly Bounds[] = [
  { pages: 1 },
  { blocks: 1 },
  { page_blocks: 4 },
  { block_cells: 3 },
  { faults_max: 0 },
];

describe('at odd bounds a scenario can be run, or is refused in words', () => {
  const LIMITS = { states: 300, depth: 1000 };
  it.each(SCENARIOS)('$name', (scenario) => {
    for (const name of ['page-at-a-time', 'recvfile', 'multipage', 'iomap']) {
      const design = designOf(name);
      if (!isAsked(scenario, design)) continue;
      for (const bounds of ODD) {
        const setup = setupOf(scenario, design, bounds);
        if (impossible(setup, design.filesystem) !== undefined) continue;
        expect(check(prepare(design, scenario, bounds), LIMITS).result.states).toBeGreaterThan(0);
      }
    }
  });
});
