/** A counterexample as it is handed on: the text for a mail, and the file that replays it. */
import { mail } from '../evidence/mail.ts';
import type { Found } from '../evidence/mail.ts';
import { replayFile } from '../evidence/replay-file.ts';
import type { ReplayFile } from '../evidence/read-replay.ts';
import type { Why } from '../evidence/why.ts';
import type { Traced } from '../explorer/search.ts';
import type { Flaw } from '../model/design.ts';
import type { Run } from './check.ts';
import { changedRows } from './mends.ts';
import { modelName } from './recorded.ts';

/** A counterexample, ready to be printed and saved. */
export interface Shown {
  readonly property: string;
  readonly steps: number;
  readonly mail: string;
  readonly file: string;
}

export interface How {
  readonly found: Found;
  readonly from: ReplayFile['found'];
  /** The command line that finds it again, less the program's name. */
  readonly command?: string;
  /** Files of the user that a replay needs, each with a blank before it. */
  readonly files?: string;
  readonly because?: readonly Flaw[];
  readonly why?: Why;
}

export function shown(run: Run, property: string, traced: Traced, how: How): Shown {
  const { found, from, command, files = '', because = [], why } = how;
  return {
    property,
    steps: traced.trace.length,
    mail: mail({
      run,
      property: run.properties.find(({ name }) => name === property)!,
      ...traced,
      found,
      ...(command === undefined ? { saves: false } : { command: `npx writepath ${command}` }),
      files,
      because,
      model: modelName(),
      mended: changedRows(
        run.design,
        because.map(({ name }) => name),
      ),
      ...(why === undefined ? {} : { why }),
    }),
    file: replayFile(run, property, traced, from),
  };
}
