/** Who is to blame for an error while a design ran, and how it is said in a line. */
import { compactly, tell } from '../evidence/trace.ts';
import type { Search } from '../explorer/search.ts';
import { DesignError } from '../machine/rows.ts';
import type { Run } from '../runs/check.ts';
import { placeIn, placeOfError } from '../runs/places.ts';
import { BadReplay } from '../evidence/replay-file.ts';
import { BAD_INPUT, BadCheckpoint, INTERNAL, UsageError, inALine } from './exit.ts';
import { HEAP_MIB } from './job.ts';
import type { Failed, Where } from './job.ts';

export interface Blame {
  readonly of_file?: true;
  readonly code: number;
  readonly what: string;
}

/** Of an error that a job threw. The machine makes a DesignError of whatever a row throws. */
export function blame(error: unknown): Blame {
  const what = inALine(error);
  if (error instanceof BadCheckpoint) return { code: BAD_INPUT, what, of_file: true };
  if (error instanceof DesignError || error instanceof UsageError) return { code: BAD_INPUT, what };
  return { code: INTERNAL, what: `an error of the checker itself: ${what}; please report it` };
}

/** What is done with a file that is replayed: why that cannot be is told with the file's name. */
export function refusing<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof BadReplay) throw new UsageError(`${file}: ${error.message}`);
    if (error instanceof DesignError) throw new UsageError(`${file}: stale: ${error.message}`);
    throw error;
  }
}

/** The error of a row, with the place in the source where it came up. */
export function located(error: unknown, { system }: Run): unknown {
  if (!(error instanceof DesignError) || error.row === undefined) return error;
  const { row, cause, message } = error;
  const place = placeOfError(cause) ?? placeIn(system, row);
  if (place === undefined) return error;
  return new DesignError(message.replace(`row ${row}`, `row ${row}, ${place}`), { cause });
}

/** The same, with the steps that lead to the state in which the row ran. */
export function withSteps(error: unknown, run: Run, search: Search): unknown {
  const found = located(error, run);
  if (!(found instanceof DesignError)) return found;
  const { message, cause } = found;
  return new DesignError(`${message}; ${stepsTo(run, search)}`, { cause });
}

function stepsTo({ system }: Run, search: Search): string {
  try {
    const actions = search.trace(search.at);
    return actions.length === 0 ? 'in the first step' : `after ${compactly(tell(system, actions))}`;
  } catch {
    return 'in a step that could not be taken again';
  }
}

/**
 * Of a thread that has ended without an answer: the checker itself starts nothing that ends later.
 */
export function threadBlame(error: unknown): Blame {
  const what = inALine(error);
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { code: INTERNAL, what: `out of memory: its objects take more than ${HEAP_MIB} MiB` };
  }
  const exit = /^worker exited with code: (\d+)/.exec(what);
  if (exit !== null) return { code: BAD_INPUT, what: `a row called process.exit(${exit[1]})` };
  return { code: BAD_INPUT, what: `a row started something that failed outside of it: ${what}` };
}

/** The line that says so. */
export function failedLine({ design, scenario, code, what, of_file }: Failed): string {
  if (of_file) return `writepath: ${what}\n`;
  const kind = code === BAD_INPUT ? 'design error' : 'failed';
  return `writepath: ${kind}: ${whereText({ design, scenario })}: ${what}\n`;
}

/** The same error of a design in several scenarios is told once; the steps to it may differ. */
export function failedLines(failures: readonly Failed[]): string[] {
  const lines = new Map<
    string,
    { readonly line: string; times: number; readonly design: string }
  >();
  for (const failed of failures) {
    const key = `${failed.design} ${failed.what.replace(/; (?:after|in the first step).*$/, '')}`;
    const known = lines.get(key);
    if (known === undefined) {
      lines.set(key, { line: failedLine(failed), times: 0, design: failed.design });
    } else known.times++;
  }
  return [...lines.values()].flatMap(({ line, times, design }) => {
    const others = times === 1 ? 'another scenario' : `${times} other scenarios`;
    return times === 0 ? [line] : [line, `writepath: design error: ${design}: so in ${others}\n`];
  });
}

/** The line that says why a file of the user cannot be used. */
export const failedFile = ({ file, what }: { readonly file: string; readonly what: string }) =>
  `writepath: design error: ${file}: ${what}\n`;

export const whereText = ({ design, scenario }: Where): string => `${design} in ${scenario}`;
