import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explore } from '../explorer/search.ts';
import type { Machine } from '../machine/machine.ts';
import { ASSERTED, IOMAP_KNOWN, iomap } from './iomap.ts';
import { buildSpin, iomapPeer, spin, twoPhaseCommitPeer } from './runs.ts';
import type { Peer } from './runs.ts';
import { twoPhaseCommit } from './two-phase-commit.ts';

const ROOM = { states: 2 ** 18, depth: 1000 };

/** What SPIN counts; undefined where it, or a C compiler, is missing. */
async function counted(peer: Peer) {
  const directory = await mkdtemp(join(tmpdir(), 'writepath-peer-'));
  try {
    if (!(await buildSpin(directory, peer))) return undefined;
    const { states, transitions } = await spin(directory, peer);
    return { states, transitions };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function countedByUs(machine: Machine) {
  const { states, transitions, limit, properties } = explore(machine, ROOM);
  expect(limit).toBeUndefined();
  expect(properties.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
  return { states, transitions };
}

test.for([4, 5])(
  'two-phase commit, %i managers: SPIN counts as we do',
  async (managers, { skip }) => {
    const ours = countedByUs(twoPhaseCommit(managers));
    const theirs = await counted(twoPhaseCommitPeer(managers, ours.states));
    skip(theirs === undefined, 'SPIN is missing');
    expect(theirs).toEqual(ours);
  },
);

test.for(IOMAP_KNOWN.filter(({ states }) => states > 10_000 && states < 100_000))(
  'iomap, pages: $pages, blocks: $blocks: SPIN counts as we do',
  async ({ pages, blocks, ...known }, { skip }) => {
    expect(countedByUs(iomap(pages, blocks))).toEqual(known);
    const theirs = await counted(iomapPeer(pages, blocks, known.states));
    skip(theirs === undefined, 'SPIN is missing');
    expect(theirs).toEqual(known);
  },
);

test('of a promise that iomap.pml does not assert, no state could break it', () => {
  const { properties } = explore(iomap(1, 3, true), ROOM);
  const others = properties.filter(({ name }) => !ASSERTED.has(name) && !name.startsWith('must:'));
  expect(others.filter(({ verdict }) => verdict !== 'vacuous').map(({ name }) => name)).toEqual([
    // The call is for the whole file, which is as long as it was; the last is about loops.
    'nothing-outside-the-write',
    'nothing-is-left-beyond-eof',
    'every-call-ends',
  ]);
});
