/**
 * One search of a reference space, the largest unless its size is given, in a process of its own,
 * where no other machine has been: what V8 makes of a function depends on all that it has met.
 * Prints one line of JSON.
 *
 *     node dist/bench/one-run.js [S|M|L] [check]
 *
 * `check`: to the verdict, with reductions, as a check is by default.
 */
import { argv, resourceUsage, stdout } from 'node:process';
import { ReducedSearch } from '../explorer/reduced.ts';
import { Search } from '../explorer/search.ts';
import { KNOWN, reference } from './reference.ts';

/** More than the space needs, as when its size is not known beforehand. */
const ROOM = { states: 2 ** 24, depth: 10_000 };

const machine = reference({ ...KNOWN[(argv[2] ?? 'L') as keyof typeof KNOWN], crash: true });
const search = argv[3] === 'check' ? new ReducedSearch(machine, ROOM) : new Search(machine, ROOM);
while (search.slice());
const { states, transitions, properties, limit } = (
  search instanceof ReducedSearch ? search.search : search
).result();
if (limit !== undefined || properties.some(({ verdict }) => verdict !== 'holds')) {
  throw new Error('the reference space was not searched to its end');
}
const peak_bytes = resourceUsage().maxRSS * 1024;
stdout.write(`${JSON.stringify({ states, transitions, peak_bytes })}\n`);
