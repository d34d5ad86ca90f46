/** What is known already: a file, in which every line is the finding of one mutant. */
import * as v from 'valibot';
import { appendLine, readLines } from '../kept.ts';

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
    why: v.picklist([
      'never runs',
      'same graph',
      'same to observe',
      'same states',
      'same with more faults',
    ]),
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
  for (const value of readLines(path)) {
    if (v.is(RESULT, value)) results.set(value.id, value);
  }
  return results;
}

export const append = (path: string, result: Result): void => appendLine(path, result);
