/** Who is to blame for an error while a design ran, and how it is said in a line. */
import { DesignError } from '../machine/rows.ts';
import { BAD_INPUT, INTERNAL, inALine } from './exit.ts';
import type { Failed, Where } from './job.ts';

/**
 * For objects, in each thread. States lie outside of it; what searches and fuzzing need is far
 * less.
 */
export const HEAP_MIB = 256;

export interface Blame {
  readonly code: number;
  readonly what: string;
}

/** Of an error that a job threw. The machine makes a DesignError of whatever a row throws. */
export function blame(error: unknown): Blame {
  const what = inALine(error);
  if (error instanceof DesignError) return { code: BAD_INPUT, what };
  return { code: INTERNAL, what: `an error of the checker itself: ${what}; please report it` };
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
export function failedLine({ design, scenario, code, what }: Failed): string {
  const kind = code === BAD_INPUT ? 'design error' : 'failed';
  return `writepath: ${kind}: ${whereText({ design, scenario })}: ${what}\n`;
}

export const whereText = ({ design, scenario }: Where): string => `${design} in ${scenario}`;
