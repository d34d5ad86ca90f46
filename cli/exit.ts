/** How a run ends: its exit code, and the one line that says why it could not be done. */
import { BadReplay } from '../evidence/replay-file.ts';
import type { Verdict } from '../explorer/search.ts';
import { DesignError } from '../machine/rows.ts';

export const HOLDS = 0;
export const VIOLATED = 1;
export const BAD_INPUT = 2;
export const INCOMPLETE = 3;
/** A fault of the checker itself. */
export const INTERNAL = 70;

/** What was asked cannot be done; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A checkpoint that cannot be written, or taken up; the message names the file. */
export class BadCheckpoint extends Error {
  override readonly name = 'BadCheckpoint';
}

/** Of several verdicts the worst: a counterexample stands, whatever else was not decided. */
export function exitCode(verdicts: readonly Verdict[]): number {
  if (verdicts.includes('violated')) return VIOLATED;
  return verdicts.every((verdict) => verdict === 'holds') ? HOLDS : INCOMPLETE;
}

/** Where a run has failed, that is what must be seen; the checker's own fault before a design's. */
export function withFailures(code: number, failures: readonly { readonly code: number }[]): number {
  return failures.length === 0 ? code : Math.max(...failures.map((failed) => failed.code));
}

/** The message of whatever was thrown. */
export function inALine(error: unknown): string {
  // The address of a module that was made of a user's file is all of its text.
  const text = messageOf(error).replaceAll(/data:text\/javascript;base64,[\w+/=]*/g, 'the file');
  return text.replace(/\s*\n\s*/g, ' ');
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something that cannot be printed was thrown';
  }
}

/** By its name: no thread that runs designs need load the library that reads command lines. */
const isOfCommandLine = (error: unknown): boolean =>
  error instanceof Error && ['CommanderError', 'InvalidArgumentError'].includes(error.name);

/** The exit code of an error, and the line to print. */
export function failure(error: unknown): { code: number; line: string } {
  const line = inALine(error).replace(/^error: /, '');
  const expected =
    error instanceof UsageError ||
    error instanceof BadReplay ||
    error instanceof DesignError ||
    isOfCommandLine(error);
  if (expected) return { code: BAD_INPUT, line };
  return {
    code: INTERNAL,
    line:
      `an error of the checker itself: ${line}; ` +
      'please report it with this command line (WRITEPATH_DEBUG=1 adds where)',
  };
}
