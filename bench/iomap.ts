/**
 * The kernel design that iomap.pml has in Promela, in the scenario that it has; and how many states
 * and transitions both count.
 */
import { iomapDesigns } from '../model/designs/iomap.ts';
import type { KernelSystem } from '../model/system.ts';
import { PROPERTIES } from '../properties/all.ts';
import { prepare } from '../runs/check.ts';
import { SCENARIOS } from '../scenarios/all.ts';

/** The promises that iomap.pml asserts: all that a state of this scenario could break. */
export const ASSERTED: ReadonlySet<string> = new Set([
  'no-stale-data',
  'no-stale-data-after-crash',
  'no-leaked-reservations',
  'no-nested-page-locks',
  'no-lost-write',
  'return-value-is-true',
  'bytes-are-in-their-place',
  'iterator-is-where-the-call-says',
  'dirty-has-somewhere-to-go',
  'uptodate-means-it',
  'io-goes-to-its-block',
  'begin-and-end-are-paired',
  'enospc-is-true',
  'no-lock-outlives-the-call',
  'no-deadlock',
  'space-is-owned-once',
]);

const DESIGN = iomapDesigns.find(({ name }) => name === 'iomap')!;
const SCENARIO = SCENARIOS.find(({ name }) => name === 'writeback-between-copy-and-allocate')!;

/** With these promises, or with all that a check asks. */
export function iomap(pages: number, blocks: number, all = false): KernelSystem {
  const asked = all ? PROPERTIES : PROPERTIES.filter(({ name }) => ASSERTED.has(name));
  return prepare(DESIGN, SCENARIO, { pages, blocks }, asked).system;
}

export const IOMAP_KNOWN = [
  { pages: 1, blocks: 2, states: 3_432, transitions: 11_810 },
  { pages: 1, blocks: 3, states: 10_820, transitions: 41_256 },
  { pages: 2, blocks: 2, states: 65_266, transitions: 246_897 },
  { pages: 3, blocks: 2, states: 195_326, transitions: 858_591 },
  { pages: 2, blocks: 3, states: 429_102, transitions: 1_883_597 },
  { pages: 2, blocks: 4, states: 1_592_044, transitions: 7_466_808 },
  { pages: 3, blocks: 3, states: 3_481_720, transitions: 16_201_358 },
  { pages: 2, blocks: 5, states: 3_954_220, transitions: 18_979_598 },
] as const;
