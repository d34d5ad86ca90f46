/** What is known of earlier runs: a file, in which every line is one run that has ended. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';

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
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const found = new Map<string, Found>();
  for (const line of lines) {
    const value = parsed(line);
    if (v.is(RESULT, value) && value.project === project) found.set(value.id, value.found);
  }
  return found;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The line break comes first, for the file may end with half a line. */
export const append = (path: string, result: Result): void =>
  appendFileSync(path, `\n${JSON.stringify(result)}`);
