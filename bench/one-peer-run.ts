/**
 * One search of the space of a peer in a process of its own, as one-run.ts: the name of its model,
 * and its sizes. Prints one line of JSON.
 */
import { argv, resourceUsage, stdout } from 'node:process';
import { explore } from '../explorer/search.ts';
import type { Machine } from '../machine/machine.ts';
import { iomap } from './iomap.ts';
import { twoPhaseCommit } from './two-phase-commit.ts';

/** More than any of the spaces needs, as when its size is not known beforehand. */
const ROOM = { states: 2 ** 24, depth: 10_000 };

/** `iomap-all`: with all promises that a check asks, also those that no peer looks at. */
const MACHINES: Readonly<Record<string, (...sizes: number[]) => Machine>> = {
  'two-phase-commit': (managers) => twoPhaseCommit(managers),
  iomap: (pages, blocks) => iomap(pages, blocks),
  'iomap-all': (pages, blocks) => iomap(pages, blocks, true),
};

const [name = '', ...sizes] = argv.slice(2);
const machine = MACHINES[name]?.(...sizes.map(Number));
if (machine === undefined) throw new Error(`there is no peer '${name}'`);
const { states, transitions, properties, limit } = explore(machine, ROOM);
if (limit !== undefined || properties.some(({ verdict }) => verdict === 'violated')) {
  throw new Error('the space was not searched to its end, or breaks a promise');
}
const peak_bytes = resourceUsage().maxRSS * 1024;
stdout.write(`${JSON.stringify({ states, transitions, peak_bytes })}\n`);
