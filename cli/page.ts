/** `--html`: the page of a counterexample, or of a run that holds, written whole or not at all. */
import type { PageParts } from '../page/data.ts';
import type { Modules } from './catalog.ts';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { save } from './save.ts';

/** Without a page, nothing is written, and that is said. */
export async function savePage(
  file: string,
  page: PageParts | undefined,
  { listed, outside }: Modules,
  io: Io,
): Promise<void> {
  if (page === undefined) {
    io.err(`writepath: there is no counterexample, so ${file} is not written\n`);
    return;
  }
  // Loads what makes bundles, which nobody else needs.
  const { pageText } = await import('../page/make.ts');
  save(file, await textOf(() => pageText(page, [listed, ...outside])));
}

/** What a file imports may be more than a page can have in it. */
async function textOf(make: () => Promise<string>): Promise<string> {
  try {
    return await make();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
