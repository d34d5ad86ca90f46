/** Machines for tests of a search by several threads, and threads that have them, too. */
import { exit } from 'node:process';
import { beginThread, helpIn, ofCrew } from '../explorer/crew.ts';
import type { Helpers } from '../explorer/together.ts';
import type { Machine } from '../machine/machine.ts';
import { counter, toy } from '../machine/toy.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { prepare } from './check.ts';

const given = ofCrew<string>();
const helps = given !== undefined;

/** A step for each of nine. */
const steps: Parameters<typeof toy>[0][number] = {
  step(k, f) {
    k.ask();
    f.local++;
    return f.local === 9 ? 'done' : 'step';
  },
};

/** The same, and something else with each of the later ones. */
const stepsAnd = (act: () => void): Parameters<typeof toy>[0][number] => ({
  step(k, f) {
    k.ask();
    if (f.local > 3) act();
    f.local++;
    return f.local === 9 ? 'done' : 'step';
  },
});

const kernel = (design: string, scenario: string, pages: number) => () =>
  prepare(
    DESIGNS.find(({ name }) => name === design)!,
    SCENARIOS.find(({ name }) => name === scenario)!,
    { pages, blocks: pages + 1 },
  ).system;

export const MACHINES: Readonly<Record<string, () => Machine>> = {
  steps: () => toy([steps, steps, steps, counter(3)]),
  promises: () =>
    toy([steps, counter(9), steps, counter(5)], {
      'below-five': { broken: (n) => n === 5 },
      'below-nine': { premise: (n) => n === 8, broken: (n) => n === 9 },
      never: { premise: () => false, broken: () => false },
      always: { broken: () => false },
    }),
  'many ways': () =>
    toy([
      {
        roll(k, f) {
          const [one, other] = k.ask([1, 70], [1, 25]);
          f.local = (one! * other!) % 10;
          return f.local === 0 ? 'done' : 'roll';
        },
      },
      counter(9),
      steps,
    ]),
  throws: () =>
    toy([
      steps,
      steps,
      steps,
      stepsAnd(() => {
        throw new Error('a mistake');
      }),
    ]),
  exits: () => toy([steps, steps, steps, stepsAnd(() => (helps ? exit(3) : undefined))]),
  fails: () =>
    toy([
      steps,
      steps,
      steps,
      stepsAnd(() => {
        if (helps) throw new Error('only here');
      }),
    ]),
  loops: kernel('page-at-a-time/delalloc', 'everything-fails-once', 2),
  breaks: kernel('recvfile/delalloc', 'everything-fails-once', 2),
  rfc: kernel('multipage-rfc/unlocked,unwritten,allocates', 'everything-fails-once', 2),
  iomap: kernel('iomap', 'writeback-between-copy-and-allocate', 2),
};

/** Threads for one of them, which is named; in blocks so small that all is shared out. */
export const crewOf = (machine: string, count: number, how: Partial<Helpers> = {}): Helpers => ({
  count,
  begin: (shared) => beginThread(new URL(import.meta.url), machine, shared),
  from: 0,
  block: 8,
  wait: true,
  ...how,
});

if (given !== undefined) helpIn(given, MACHINES[given.crew]!());
