/**
 * One search of a reference space, the largest unless its size is given, in a process of its own,
 * where no other machine has been: what V8 makes of a function depends on all that it has met.
 * Prints one line of JSON.
 *
 *     node dist/bench/one-run.js [SIZE [WORKERS|check]]
 *
 * `check`: to the verdict, with reductions, as a check is by default, by one thread.
 */
import { argv, resourceUsage, stdout } from 'node:process';
import { beginThread, helpIn, ofCrew } from '../explorer/crew.ts';
import { ReducedSearch } from '../explorer/reduced.ts';
import { Search } from '../explorer/search.ts';
import type { Limits } from '../explorer/search.ts';
import type { Helpers } from '../explorer/together.ts';
import { KNOWN, reference } from './reference.ts';

/** More than the space needs, as when its size is not known beforehand. */
const ROOM = { states: 2 ** 24, depth: 10_000 };

const given = ofCrew<string>();
const size = (given?.crew ?? argv[2] ?? 'L') as keyof typeof KNOWN;
const machine = reference({ ...KNOWN[size], crash: true });
if (given !== undefined) helpIn(given, machine);
else if (argv[3] === 'check') say(() => ended(new ReducedSearch(machine, ROOM)).search);
else say(() => ended(new Search(machine, searchedBy(Number(argv[3] ?? 1)))));

function searchedBy(workers: number): Limits {
  const helpers: Helpers = {
    count: workers - 1,
    begin: (shared) => beginThread(new URL(import.meta.url), size, shared),
  };
  return workers > 1 ? { ...ROOM, helpers } : ROOM;
}

function ended<S extends Search | ReducedSearch>(search: S): S {
  while (search.slice());
  return search;
}

function say(searched: () => Search): void {
  const { states, transitions, properties, limit } = searched().result();
  if (limit !== undefined || properties.some(({ verdict }) => verdict !== 'holds')) {
    throw new Error('the reference space was not searched to its end');
  }
  const peak_bytes = resourceUsage().maxRSS * 1024;
  stdout.write(`${JSON.stringify({ states, transitions, peak_bytes })}\n`);
}
