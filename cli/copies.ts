/**
 * Copies of designs, each from its module loaded anew: what a row has left in a variable of that
 * module in an earlier run is not there. They are for asking again what a search has seen.
 */
import { readdir } from 'node:fs/promises';
import type { Design } from '../model/design.ts';

/** Where a design is exported: as which of all the designs of which module. */
interface Place {
  readonly module: string;
  readonly nth: number;
}

const places = new Map<string, Promise<ReadonlyMap<Design, Place>>>();
let copies = 0;

/** A copy of a design of the list at this address; undefined where it is exported nowhere. */
export async function copyOf(design: Design, list: string): Promise<Design | undefined> {
  if (!places.has(list)) places.set(list, placesBeside(list));
  const place = (await places.get(list)!).get(design);
  if (place === undefined) return undefined;
  return (await designsIn(`${place.module}?copy=${++copies}`))[place.nth];
}

/** Modules beside the list come first: what it takes up from them is not loaded anew with it. */
async function placesBeside(list: string): Promise<ReadonlyMap<Design, Place>> {
  const files = await readdir(new URL('.', list));
  const beside = files
    .filter((file) => /(?<!\.test|\.d)\.[jt]s$/.test(file))
    .map((file) => new URL(file, list).href)
    .filter((url) => url !== list)
    .toSorted();
  const found = new Map<Design, Place>();
  for (const module of [...beside, list]) {
    const designs = await designsIn(module);
    designs.forEach((design, nth) => {
      if (!found.has(design)) found.set(design, { module, nth });
    });
  }
  return found;
}

/** All that a module exports, alone or in lists. */
async function designsIn(module: string): Promise<Design[]> {
  const exported = (await import(module)) as Readonly<Record<string, unknown>>;
  return Object.values(exported).flat().filter(isDesign);
}

const isDesign = (value: unknown): value is Design =>
  typeof value === 'object' && value !== null && 'rows' in value && 'filesystem' in value;
