/** `replay`: takes a recorded trace again, without a search. */
import { readFileSync } from 'node:fs';
import { mail } from '../evidence/mail.ts';
import { BadReplay, readReplay } from '../evidence/replay-file.ts';
import { rerun } from '../evidence/rerun.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { reason } from './save.ts';

const KNOWN = { designs: DESIGNS, scenarios: SCENARIOS, properties: PROPERTIES };

export function replay(file: string, io: Io): number {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reason(error)}`);
  }
  try {
    const recorded = readReplay(content);
    const { run, property, actions, changed } = rerun(recorded, KNOWN);
    const { by } = recorded.found;
    io.out(mail({ run, property, actions, found: { by: 'replay', first: by } }));
    if (changed) {
      io.err('writepath: the model has changed since this was recorded; these steps have not\n');
    }
    return VIOLATED;
  } catch (error) {
    if (error instanceof BadReplay) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
