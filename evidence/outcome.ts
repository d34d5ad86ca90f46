/**
 * What evidence is made of: a design that was run in a scenario, and what the search found.
 * Declared here as interfaces, so that evidence need not know where scenarios come from.
 */
import type { Result, Traced, Verdict } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import type { Observer } from '../model/observe.ts';
import type { KernelSystem, Setup } from '../model/system.ts';
import type { Property } from '../properties/property.ts';

export interface Question {
  readonly name: string;
  readonly question: string;
  readonly about?: readonly string[];
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
  readonly unreached: Unreached;
}

/** What never happened in a run. */
export interface Unreached {
  /** Of what must happen for the question to have been asked. */
  readonly must: readonly string[];
  /** Was the question not asked because nothing that the design does can meet the fault? */
  readonly incapable: boolean;
  readonly rows: readonly string[];
  /** Faults that may happen, and that nothing could meet. */
  readonly faults: readonly string[];
  /** Promises without a case. */
  readonly cases: readonly string[];
}

/**
 * What is shown of a run in which several promises are broken: the first of those that its scenario
 * is about; else the one with the shortest trace, the first of equals.
 */
export function headline(
  { scenario }: Run,
  result: Result,
): (Traced & { readonly property: string }) | undefined {
  for (const name of scenario.about ?? []) {
    const one = result.properties.find((property) => property.name === name);
    if (one?.trace === undefined) continue;
    return { property: name, trace: one.trace, ...(one.loop !== undefined && { loop: one.loop }) };
  }
  let found: (Traced & { readonly property: string }) | undefined;
  for (const { name, trace, loop } of result.properties) {
    if (!trace || (found && trace.length >= found.trace.length)) continue;
    found = { property: name, trace, ...(loop === undefined ? {} : { loop }) };
  }
  return found;
}
