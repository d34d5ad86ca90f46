/** What goes to a thread that runs designs, and what comes back: plain data, both ways. */
import type { Over } from '../evidence/cost.ts';
import type { NamedStep, Report } from '../evidence/report.ts';
import type { Limits } from '../explorer/search.ts';
import type { Costs } from '../model/cost.ts';
import type { Setup } from '../model/system.ts';
import type { Bounds } from '../runs/scenario.ts';
import type { Shard } from './shards.ts';

/** A design in a scenario. */
export interface Where {
  readonly design: string;
  readonly scenario: string;
}

/** Of whatever kind. */
export interface AnyJob extends Where {
  /** The module that lists the designs. */
  readonly designs: string;
  /** Memory that both sides see; its places are below. */
  readonly shared: Int32Array;
}

export interface Job extends AnyJob {
  readonly bounds: Bounds;
  /** Flaws that are mended. */
  readonly mends?: readonly string[];
  /** Names of the promises to ask; without it, all. */
  readonly properties?: readonly string[];
  /** States are asked again of a copy of the design that has run nothing: for designs not known. */
  readonly copy?: boolean;
}

export interface CheckJob extends Job {
  readonly limits: Limits;
  /** Ends as soon as one promise is broken: that is all that is asked. */
  readonly first_breach?: boolean;
  /** Options of the command line that is printed with a counterexample; without it, no text is. */
  readonly command?: string;
}

/** The lock orders of a run. */
export interface LocksJob extends Job {
  readonly limits: Limits;
}

export interface FuzzJob extends Job {
  readonly seed: number;
  readonly runs: number;
  /** Only these of its batches. */
  readonly shard?: Shard;
  /** Options of the command line that is printed with a counterexample. */
  readonly command: string;
}

/** What writes of so many pages cost; in place of a scenario, what they are, in words. */
export interface CostJob extends AnyJob {
  readonly over: Over;
  readonly pages: readonly number[];
}

/** Places in the shared memory: an order to stop, and how far the job has come. */
export const STOP = 0;
/** States seen, or runs taken. */
export const COUNT = 1;
export const DEPTH = 2;
export const PLACES = 3;

/** A counterexample, ready to be printed and saved. */
export interface Shown {
  readonly property: string;
  readonly steps: number;
  readonly mail: string;
  readonly file: string;
}

export interface Checked {
  readonly report: Report;
  /** The shortest counterexample, if something was broken. */
  readonly found?: Shown;
  /** What is said where nothing was broken. */
  readonly held?: string;
}

/** For each size; undefined where the filesystem has no such extents. */
export type Counted = readonly (Costs | undefined)[];

export interface Sampled {
  readonly setup: Setup;
  readonly runs: number;
  readonly steps: number;
  /** Of what must happen for the question to have been asked, what no run has come to. */
  readonly did_not: readonly string[];
  /** Can nothing that the design does come to it, at the scenario's own bounds? */
  readonly incapable: boolean;
  readonly found?: Shown & { readonly trace: readonly NamedStep[] };
}

/**
 * A run that could not be made: exit code 2 where the design is to blame, 70 where it may not be.
 */
export interface Failed extends Where {
  readonly kind: 'failed';
  readonly code: number;
  readonly what: string;
}

export interface Done<T> {
  readonly kind: 'done';
  readonly value: T;
}

/** An interrupt came, and the job did not end: some row of the design never does. */
export interface Stuck {
  readonly kind: 'stuck';
  readonly count: number;
  readonly depth: number;
}

export type Answer<T> = Done<T> | Failed | Stuck;
