/**
 * Copies of designs, each from its module loaded anew: what a row has left in a variable of that
 * module in an earlier run is not there. They are for asking again what a search has seen.
 */
import { readdir } from 'node:fs/promises';
import type { Design } from '../model/design.ts';
import { exportedBy } from './catalog.ts';
import type { Modules } from './catalog.ts';

/** Where a design is exported: as which of all the designs of which module. */
interface Place {
  readonly module: string;
  readonly nth: number;
}

const places = new Map<string, Promise<ReadonlyMap<Design, Place>>>();
let copies = 0;

/** A copy of a design of these modules; undefined where it is exported nowhere. */
export async function copyOf(design: Design, modules: Modules): Promise<Design | undefined> {
  for (const url of [modules.listed, ...modules.outside]) {
    if (!places.has(url)) places.set(url, placesIn(url));
    const place = (await places.get(url)!).get(design);
    if (place === undefined) continue;
    const { designs } = await exportedBy(`${place.module}#copy=${++copies}`);
    return designs[place.nth];
  }
  return undefined;
}

/** Modules beside a list come first: what it takes up from them is not loaded anew with it. */
async function placesIn(url: string): Promise<ReadonlyMap<Design, Place>> {
  const found = new Map<Design, Place>();
  for (const module of [...(await besides(url)), url]) {
    const { designs } = await exportedBy(module);
    designs.forEach((design, nth) => {
      if (!found.has(design)) found.set(design, { module, nth });
    });
  }
  return found;
}

/** A module that was made of a file of the user has all in it. */
async function besides(url: string): Promise<readonly string[]> {
  if (!url.startsWith('file:')) return [];
  const files = await readdir(new URL('.', url));
  return files
    .filter((file) => /(?<!\.test|\.d)\.[jt]s$/.test(file))
    .map((file) => new URL(file, url).href)
    .filter((other) => other !== url)
    .toSorted();
}
