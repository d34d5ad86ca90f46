import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { locksText } from '../evidence/locks.ts';
import type { LocksOfRun } from '../evidence/locks.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { DEFAULT_LIMITS, check, prepare } from './check.ts';
import { joined, ordersOf } from './locks.ts';
import { isAsked } from './scenario.ts';

/** One that has a cycle; all of them take as long as all searches do. */
const LOOKED_AT = ['recvfile/e-synology-aggregate'];

const text = readFileSync(new URL('../model/designs/locks.txt', import.meta.url), 'utf8');

it.each(LOOKED_AT)(
  'the lock orders of %s are as written down (npm run golden rewrites it)',
  (name) => {
    const design = DESIGNS.find((one) => one.name === name)!;
    const runs: LocksOfRun[] = [];
    for (const scenario of SCENARIOS.filter((one) => isAsked(one, design))) {
      check(prepare(design, scenario), DEFAULT_LIMITS, (run, search) =>
        runs.push(ordersOf(run, search)),
      );
    }
    expect(text).toContain(`\n${locksText([joined(name, runs)]).trimEnd()}\n`);
  },
);

it('no other design is in the text, and each is', () => {
  const named = text.split('\n').filter((line) => /^[a-z][^ ]*$/.test(line));
  expect(named.toSorted()).toEqual(DESIGNS.map(({ name }) => name).toSorted());
});
