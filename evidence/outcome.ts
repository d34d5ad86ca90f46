/**
 * What evidence is made of: a design that was run in a scenario, and what the search found.
 * Declared here as interfaces, so that evidence need not know where scenarios come from.
 */
import type { Result, Verdict } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import type { Observer } from '../model/observe.ts';
import type { KernelSystem, Setup } from '../model/system.ts';
import type { Property } from '../properties/property.ts';

export interface Question {
  readonly name: string;
  readonly question: string;
  readonly source: string;
}

export interface Run {
  readonly design: Design;
  readonly scenario: Question;
  readonly setup: Setup;
  /** The promises that can be asked of this design. */
  readonly properties: readonly Property[];
  readonly system: KernelSystem;
  readonly observer: Observer;
}

export interface Outcome {
  readonly run: Run;
  readonly verdict: Verdict;
  readonly result: Result;
  /** What never happened: rows, answers of fault sites, promises without a case. */
  readonly unreached: readonly string[];
  /** How this differs from what the scenario expects, in words; empty where it does not. */
  readonly surprises: readonly string[];
}

/** The shortest trace among the promises that were broken; the first of equals. */
export function shortest(
  result: Result,
): { readonly property: string; readonly trace: readonly number[] } | undefined {
  let found: { property: string; trace: readonly number[] } | undefined;
  for (const { name, trace } of result.properties) {
    if (trace && (!found || trace.length < found.trace.length)) found = { property: name, trace };
  }
  return found;
}
