/**
 * Copies of designs, each from its module loaded anew: what a row has left in a variable of the
 * module in an earlier run is not there. They are for asking again what a search has seen.
 */
import { readdir } from 'node:fs/promises';
import type { Design } from '../model/design.ts';

/** The module that has each design; those of other modules that a list takes up come first. */
const modules = new Map<string, Promise<ReadonlyMap<string, string>>>();
let copies = 0;

/** A copy of the design of this name, in the list at this address or beside it. */
export async function copyOf(name: string, list: string): Promise<Design | undefined> {
  if (!modules.has(list)) modules.set(list, modulesBeside(list));
  const module = (await modules.get(list)!).get(name);
  if (module === undefined) return undefined;
  return (await designsIn(`${module}?copy=${++copies}`)).find((design) => design.name === name);
}

async function modulesBeside(list: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(new URL('.', list));
  const beside = files
    .filter((file) => /(?<!\.test|\.d)\.[jt]s$/.test(file))
    .map((file) => new URL(file, list).href)
    .filter((url) => url !== list)
    .toSorted();
  const found = new Map<string, string>();
  for (const module of [...beside, list]) {
    for (const { name } of await designsIn(module)) if (!found.has(name)) found.set(name, module);
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
