/** What is said of the promise that is shown of a run: its least trace, and why it is broken. */
import { headline } from '../evidence/outcome.ts';
import { keptOnRecord } from '../evidence/record.ts';
import type { Why } from '../evidence/why.ts';
import type { Search, Traced } from '../explorer/search.ts';
import type { Design, Flaw } from '../model/design.ts';
import type { Outcome } from './check.ts';
import { becauseOf } from './mends.ts';
import type { Hurry } from './mends.ts';
import { readRecord } from './recorded.ts';
import { shown } from './shown.ts';
import type { Shown } from './shown.ts';
import { explain } from './why.ts';

export interface Counterexample {
  readonly property: string;
  readonly traced: Traced;
  readonly why: Why;
  readonly because: readonly Flaw[];
  readonly text: Shown;
}

export interface How {
  /** Designs that may be named beside it. */
  readonly designs: readonly Design[];
  /** From then on what takes further searches is left out. */
  readonly hurry?: Hurry;
  /** The command line that finds the promise again, less the program's name. */
  readonly command?: (property: string) => string;
  /** Files of the user that a replay needs, each with a blank before it. */
  readonly files?: string;
}

/** Undefined where nothing is broken. `search`: that of the outcome. */
export function counterexample(
  outcome: Outcome,
  search: Search,
  { designs, hurry = () => false, command, files }: How,
): Counterexample | undefined {
  const { run, result, unreached } = outcome;
  const best = headline(run, result);
  if (best === undefined) return undefined;
  const { property, ...first } = best;
  const keeps = keptOnRecord(readRecord());
  const { traced, why } = explain({
    run,
    search,
    property,
    traced: first,
    designs,
    keeps,
    hurry,
  });
  const because = hurry() ? [] : becauseOf(outcome, property, hurry);
  const text = shown(run, property, traced, {
    found: { by: 'search', result, unreached },
    from: { by: 'search' },
    ...(command && { command: command(property) }),
    ...(files !== undefined && { files }),
    because,
    why,
  });
  return { property, traced, why, because, text };
}
