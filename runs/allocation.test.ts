/**
 * The inner loop allocates nothing: a process of its own takes 300,000 steps with a young
 * generation of one megabyte, and V8 says how often it had to collect garbage meanwhile.
 */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const SCRIPT = `
  import { DESIGNS } from './dist/model/designs/all.js';
  import { SCENARIOS } from './dist/scenarios/all.js';
  import { prepare } from './dist/runs/check.js';

  const [name, litter] = process.argv.slice(1);
  const scenario = SCENARIOS.find((s) => s.name === 'everything-fails-once');
  const { system } = prepare(DESIGNS.find((d) => d.name === name), scenario);
  const all = 2 ** system.properties.length - 1;

  // The first thousand states, breadth first.
  const seen = new Map([['', system.initial()]]);
  for (const state of seen.values()) {
    if (seen.size >= 1000) break;
    system.successors(state, 0, { successor: (_, to) => void seen.set(to.join(), to.slice()) });
  }
  const states = [...seen.values()];

  let taken = 0;
  let last;
  const sink = litter
    ? { successor() { taken++; last = { before: last === undefined }; } }
    : { successor() { taken++; } };
  const work = (steps) => {
    for (taken = 0; taken < steps; ) {
      for (const state of states) {
        system.successors(state, 0, sink);
        system.violations(all);
      }
    }
  };
  work(300_000); // Compiles.
  console.log('begin');
  work(300_000);
  console.log('end');
`;

function collections(design: string, ...litter: string[]): number {
  const flags = ['--trace-gc', '--max-semi-space-size=1', '--input-type=module', '-e', SCRIPT];
  const root = new URL('..', import.meta.url);
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, design, ...litter], {
    cwd: root,
    encoding: 'utf8',
  });
  const during = /^begin$(.*)^end$/ms.exec(stdout)?.[1];
  expect(during, stderr).toBeDefined();
  return during!.split('\n').filter((line) => /Scavenge|Mark-Compact/.test(line)).length;
}

it.each(['page-at-a-time/delalloc', 'recvfile', 'multipage-rfc/unlocked,unwritten,allocates'])(
  '%s: steps and promises leave no garbage',
  (design) => {
    // Code that is compiled meanwhile takes some room, too.
    expect(collections(design)).toBeLessThanOrEqual(2);
  },
);

it('one small object a step would be noticed', () => {
  expect(collections('page-at-a-time', 'litter')).toBeGreaterThan(5);
});
