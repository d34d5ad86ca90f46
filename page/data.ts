/** What a page is made of: all that is in it beside the model itself. Plain data. */
import type { NamedStep } from '../evidence/report.ts';
import type { Setup } from '../model/system.ts';
import type { Breach } from '../properties/property.ts';

/** A step, with a digest of the state that it leaves. */
export interface RecordedStep extends NamedStep {
  readonly leaves: string;
}

/** What the script of the page is given. */
export interface PageData {
  readonly design: string;
  readonly setup: Setup;
  /** Names of the promises that are judged. */
  readonly properties: readonly string[];
  /** The one that is broken in the end; null where none is. */
  readonly property: string | null;
  readonly steps: readonly RecordedStep[];
  /** So many of the last steps repeat for ever. */
  readonly loop: number;
  /** From this step on it could not be avoided; null where that is not known. */
  readonly inevitable: number | null;
  /** Where rows are written, by `task.row`. */
  readonly places: Readonly<Record<string, string>>;
}

/** The page: its data, and what stands in it without a script. */
export interface PageParts {
  readonly data: PageData;
  /** `page-at-a-time breaks no-stale-data`. */
  readonly title: string;
  readonly scenario: string;
  readonly question: string;
  /** Label and sentence, one below the other. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly breach: (Breach & { readonly promised: string }) | null;
  /** The evidence as plain text. */
  readonly text: string;
  readonly version: string;
}
