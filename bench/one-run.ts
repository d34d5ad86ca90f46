/**
 * One search of the largest reference space in a process of its own, where no other machine has
 * been: what V8 makes of a function depends on all that it has met. Prints one line of JSON.
 */
import { resourceUsage, stdout } from 'node:process';
import { explore } from '../explorer/search.ts';
import { KNOWN, reference } from './reference.ts';

/** More than the space needs, as when its size is not known beforehand. */
const ROOM = { states: 2 ** 24, depth: 10_000 };

const { states, transitions, properties, limit } = explore(
  reference({ ...KNOWN.L, crash: true }),
  ROOM,
);
if (limit !== undefined || properties.some(({ verdict }) => verdict !== 'holds')) {
  throw new Error('the reference space was not searched to its end');
}
const peak_bytes = resourceUsage().maxRSS * 1024;
stdout.write(`${JSON.stringify({ states, transitions, peak_bytes })}\n`);
