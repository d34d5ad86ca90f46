/** The designs that can be named. Threads load them again, by the address of the module. */
import type { Design } from '../model/design.ts';
import { UsageError } from './exit.ts';

export interface Catalog {
  readonly url: string;
  readonly designs: readonly Design[];
}

const LISTED = new URL('../model/designs/all.js', import.meta.url).href;

/** The designs of a module that exports them as DESIGNS; tests have modules of their own. */
export async function catalog(url = LISTED): Promise<Catalog> {
  const { DESIGNS } = (await import(url)) as { DESIGNS: readonly Design[] };
  const names = DESIGNS.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`two designs are called '${twice}'; rename one`);
  return { url, designs: DESIGNS };
}
