/**
 * All that the text shows of a design in a scenario, as plain data: what `check --json` prints, and
 * what JUnit, TAP and SARIF are made of. See accounted.ts.
 */
import type { Taken } from './holds.ts';
import type { NamedStep, PropertyReport, Report } from './report.ts';
import type { Waits } from './waits.ts';
import type { Another } from './why.ts';

export interface PropertyAccount extends PropertyReport {
  readonly promise: string;
  /** Where the row of each step is written, as `file:line`. */
  readonly places: readonly (string | null)[] | null;
  /** How the last state of the trace breaks it; null where nothing does. */
  readonly breach: BreachAccount | null;
}

export interface BreachAccount {
  readonly expected: string;
  readonly found: string;
  readonly where: string;
  /** As user space meets it. */
  readonly meets: string | null;
}

/** A step as the text has it. */
export interface FullStep extends NamedStep {
  /** Where its row is written, as `file:line`. */
  readonly place: string | null;
  readonly faults: readonly string[];
  readonly changes: readonly string[];
}

/** The counterexample that the text shows. */
export interface Headline extends BreachAccount {
  readonly property: string;
  readonly promise: string;
  readonly because: readonly {
    readonly name: string;
    readonly says: string;
    readonly source: string;
    /** A design that does without. */
    readonly instead: string | null;
  }[];
  /** Rows that mending these flaws changes. */
  readonly mended: readonly string[];
  readonly at_fault: {
    readonly task: string;
    readonly row: string;
    readonly place: string | null;
    readonly code: string | null;
  } | null;
  /** From this step on it could not be avoided, 0: from the start; null where that is not known. */
  readonly inevitable: number | null;
  readonly needed: readonly {
    readonly fault: string;
    /** Null where that was not searched to its end. */
    readonly needed: boolean | null;
    /** Without it the promise is broken in so many steps. */
    readonly steps: number | null;
  }[];
  /** Cells whose value at the start does not matter. */
  readonly free: readonly string[];
  readonly others: readonly Another[];
  /** Of the shortest traces it has the fewest faults, pages and changes of task. */
  readonly least: boolean;
  readonly steps: readonly FullStep[];
  /** So many of the last steps repeat for ever. */
  readonly loop: number | null;
  readonly waits: readonly Waits[];
  /** The state in which it ends, a line a page and a block. */
  readonly final: readonly string[];
  /** The steps in one line. */
  readonly schedule: string;
  readonly command: string | null;
}

export interface Account extends Report {
  readonly properties: Readonly<Record<string, PropertyAccount>>;
  readonly writepath: string;
  readonly model: string;
  readonly question: string;
  readonly source: string;
  readonly design_about: string;
  readonly design_source: string;
  readonly statement: string;
  readonly explored: string;
  readonly headline: Headline | null;
  readonly rows: readonly {
    readonly row: string;
    readonly ran: number;
    readonly blocked: number;
  }[];
  readonly answers: readonly Taken[];
  /** All distinct ways to break a promise, by the row at fault; null where nobody asked. */
  readonly ways: readonly WaysAccount[] | null;
}

export interface WaysAccount {
  readonly row: string;
  readonly place: string | null;
  readonly ways: readonly {
    readonly property: string;
    readonly steps: number;
    readonly schedule: string;
  }[];
}
