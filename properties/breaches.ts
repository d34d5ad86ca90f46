/** What a design breaks, at bounds small enough to be searched to their end. */
import { explore } from '../explorer/search.ts';
import type { Result } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import { kernelSystem } from '../model/system.ts';
import type { Setup } from '../model/system.ts';
import { PROPERTIES, checksOf } from './all.ts';

const LIMITS = { states: 200_000, depth: 1000 };

export interface Breaches {
  /** Which limit was hit, if one was: then this is not all. */
  readonly limit: Result['limit'];
  /** Steps to the first breach of each promise that is broken, in the order of the promises. */
  readonly steps: ReadonlyMap<string, number>;
}

export function breaches(design: Design, setup: Setup): Breaches {
  const { system } = kernelSystem(design, setup, checksOf(PROPERTIES));
  const { limit, properties } = explore(system, LIMITS);
  const found = properties.flatMap(({ name, trace }): [string, number][] =>
    trace ? [[name, trace.length]] : [],
  );
  return { limit, steps: new Map(found) };
}
