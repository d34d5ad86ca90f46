/** What is known of earlier runs: a file, in which every line is one run that has ended. */
import * as v from 'valibot';
import { appendLine, readLines } from '../kept.ts';

const FOUND = v.object({
  states: v.number(),
  transitions: v.number(),
  depth: v.number(),
  /** Promises that were broken, with the steps. */
  broken: v.array(v.string()),
  /** The limit that was hit, if one was. */
  limit: v.optional(v.string()),
});
const RESULT = v.object({ id: v.string(), project: v.string(), found: FOUND });

export type Found = v.InferOutput<typeof FOUND>;
type Result = v.InferOutput<typeof RESULT>;

/** Of this state of the project. A line that was cut off counts for nothing. */
export function readFound(path: string, project: string): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const value of readLines(path)) {
    if (v.is(RESULT, value) && value.project === project) found.set(value.id, value.found);
  }
  return found;
}

export const append = (path: string, result: Result): void => appendLine(path, result);
