/** What is known already: a file, in which every line is the result of one mutant. */
import * as v from 'valibot';
import { appendLine, readLines } from '../runs/kept.ts';
import type { Mutant } from './mutant.ts';

const RESULT = v.object({
  id: v.string(),
  outcome: v.picklist(['killed', 'timeout', 'survived']),
  /** The test file that killed it. */
  by: v.string(),
  ms: v.number(),
  /** The digest of the file that was mutated, and that of the whole project. */
  file: v.string(),
  project: v.string(),
});

/** How long each test file took where nothing was mutated. */
const BASELINE = v.object({
  project: v.string(),
  took: v.array(v.tuple([v.string(), v.number()])),
});

export type Result = v.InferOutput<typeof RESULT>;
export type Baseline = v.InferOutput<typeof BASELINE>;

export interface Known {
  readonly results: ReadonlyMap<string, Result>;
  readonly baselines: ReadonlyMap<string, Baseline>;
}

/** Later lines replace earlier ones. A line that was cut off counts for nothing. */
export function readKnown(path: string): Known {
  const results = new Map<string, Result>();
  const baselines = new Map<string, Baseline>();
  for (const value of readLines(path)) {
    if (v.is(RESULT, value)) results.set(value.id, value);
    else if (v.is(BASELINE, value)) baselines.set(value.project, value);
  }
  return { results, baselines };
}

export const append = (path: string, line: Result | Baseline): void => appendLine(path, line);

/**
 * The order in which tests are likely to kill soon: quick ones come first, and sooner if they have
 * killed before.
 */
export function ordered(took: Baseline['took'], results: Iterable<Result>): Baseline['took'] {
  const kills = new Map<string, number>();
  for (const { by } of results) kills.set(by, (kills.get(by) ?? 0) + 1);
  const cost = ([test, ms]: readonly [string, number]) => ms / (1 + (kills.get(test) ?? 0));
  return took.toSorted((a, b) => cost(a) - cost(b));
}

/**
 * Is this what a run would find now? Whoever was killed stays so while its own file is the same,
 * unless all is to be asked again; whoever survived may be killed by any change elsewhere.
 */
export function isCurrent(
  result: Result | undefined,
  now: { readonly file: string; readonly project: string },
  all: boolean,
): result is Result {
  if (result === undefined || result.project === now.project) return result !== undefined;
  return !all && result.outcome !== 'survived' && result.file === now.file;
}

/** A mutant, and what has become of it. */
export interface Judged {
  readonly mutant: Mutant;
  readonly result: Result;
}
