/** `replay`: takes a recorded trace again, without a search. */
import { mail } from '../evidence/mail.ts';
import { BadReplay, readReplay } from '../evidence/replay-file.ts';
import type { ReplayFile } from '../evidence/replay-file.ts';
import { rerun } from '../evidence/rerun.ts';
import { DesignError } from '../machine/rows.ts';
import type { Design } from '../model/design.ts';
import { kernelSystem } from '../model/system.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import type { Catalog } from './catalog.ts';
import { UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { readSmall } from './read.ts';

export function replay({ designs }: Catalog, file: string, io: Io): number {
  const content = readSmall(file);
  try {
    const recorded = readReplay(content);
    refuseUnfit(recorded, designs);
    const known = { designs, scenarios: SCENARIOS, properties: PROPERTIES };
    const { run, property, actions, loop, changed } = rerun(recorded, known);
    const { by } = recorded.found;
    const found = { by: 'replay', first: by } as const;
    io.out(mail({ run, property, trace: actions, loop, found }));
    if (changed) {
      io.err('writepath: the model has changed since this was recorded; these steps have not\n');
    }
    return VIOLATED;
  } catch (error) {
    if (error instanceof BadReplay) throw new UsageError(`${file}: ${error.message}`);
    if (error instanceof DesignError) throw new UsageError(`${file}: stale: ${error.message}`);
    throw error;
  }
}

/** Bounds may be in range, and still be such as the design's filesystem cannot have. */
export function refuseUnfit(
  { design: name, bounds }: ReplayFile,
  designs: readonly Design[],
): void {
  const design = designs.find((one) => one.name === name);
  if (design === undefined) return;
  try {
    kernelSystem(design, bounds, () => []).system.initial();
  } catch (error) {
    throw new BadReplay(`bounds that cannot be run: ${(error as Error).message}`, { cause: error });
  }
}
