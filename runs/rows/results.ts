/** What is known already: a file, in which every line is the finding of one mutant. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';

const FINDING = v.variant('outcome', [
  v.object({
    outcome: v.literal('caught'),
    by: v.string(),
    scenario: v.string(),
    steps: v.number(),
    says: v.string(),
  }),
  v.object({
    outcome: v.literal('equivalent'),
    why: v.picklist(['never runs', 'same graph', 'same to observe', 'same states']),
  }),
  v.object({ outcome: v.literal('less'), where: v.string() }),
  v.object({
    outcome: v.literal('survived'),
    where: v.string(),
    limits: v.pipe(v.array(v.string()), v.readonly()),
  }),
]);

/** `digest`: of all that the finding may depend on. */
const RESULT = v.object({ id: v.string(), digest: v.string(), finding: FINDING });
export type Result = v.InferOutput<typeof RESULT>;

/** Later lines replace earlier ones. A line that was cut off counts for nothing. */
export function readKnown(path: string): Map<string, Result> {
  const results = new Map<string, Result>();
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  for (const line of lines) {
    const value = parsed(line);
    if (v.is(RESULT, value)) results.set(value.id, value);
  }
  return results;
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
