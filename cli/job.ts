/** What goes to a thread that runs designs, and what comes back: plain data, both ways. */
import type { Over } from '../evidence/cost.ts';
import type { NamedStep, Report } from '../evidence/report.ts';
import type { Limits } from '../explorer/search.ts';
import { HELPERS_MAX } from '../explorer/together.ts';
import type { Costs } from '../model/cost.ts';
import type { Setup } from '../model/system.ts';
import type { Formed, Wanted } from '../runs/forms.ts';
import type { PageParts } from '../page/data.ts';
import type { Bounds } from '../runs/scenario.ts';
import type { Shown } from '../runs/shown.ts';
import type { Modules } from './catalog.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Shard } from './shards.ts';

/** A design in a scenario. */
export interface Where {
  readonly design: string;
  readonly scenario: string;
}

/** Of whatever kind. */
export interface AnyJob extends Where {
  /** The modules that have the designs, scenarios and promises. */
  readonly modules: Modules;
  /** Memory that both sides see; its places are below. */
  readonly shared: Int32Array;
}

export interface Job extends AnyJob {
  /** The file that the design is in, as the command line has it; without it, its name stands. */
  readonly file?: string;
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
  /** Threads of the search; without it, one. */
  readonly workers?: number;
  /** Ends as soon as one promise is broken: that is all that is asked. */
  readonly first_breach?: boolean;
  /** What is to be made of it beside the text. */
  readonly wanted?: Wanted;
  /** Options of the command line that is printed with a counterexample; without it, no text is. */
  readonly command?: string;
  /** There are others to be asked: what would take further searches is not said now. */
  readonly hurry?: boolean;
  /** All distinct ways to break a promise are listed, too. */
  readonly all?: boolean;
  /** Is a page to be made of it? */
  readonly page?: boolean;
  /** After so many states it may go on with fewer; see explorer/reduced.ts. */
  readonly reduced_from?: number;
  /** Where what was done so far is kept, and taken up. */
  readonly checkpoint?: Checkpoint;
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
  /** And those of `check`, which finds it without chance. */
  readonly bounded: string;
}

/** A line of a session in which a run is taken by hand. */
export interface SessionJob extends AnyJob {
  readonly bounds: Bounds;
  /** The steps so far. */
  readonly actions: readonly number[];
  readonly line?: string;
  /** A replay file: its bounds are those of the session, its steps those that lie ahead. */
  readonly file?: { readonly name: string; readonly content: string };
}

/** A replay file to be taken again. */
export interface ReplayJob extends AnyJob {
  /** Its name, for what is said of it. */
  readonly file: string;
  readonly content: string;
  /** Is a page to be made of it? */
  readonly page?: boolean;
}

/** What writes of so many pages cost; in place of a scenario, what they are, in words. */
export interface CostJob extends AnyJob {
  readonly over: Over;
  readonly pages: readonly number[];
}

/**
 * For objects, in each thread. States lie outside of it; what searches and fuzzing need is far
 * less.
 */
export const HEAP_MIB = 256;

/** Places in the shared memory: an order to stop, and how far the job has come. */
export const STOP = 0;
/** States seen, or runs taken. */
export const COUNT = 1;
export const DEPTH = 2;
/** Of each system that runs rows, in whichever thread, a clock; see System.clock. */
export const CLOCKS = 3;
export const CLOCKS_MAX = 1 + HELPERS_MAX;
/** States that the search may keep. */
export const ROOM = CLOCKS + 2 * CLOCKS_MAX;
/** 1 when the search has ended, and what it found is being explained. */
export const ENDED = ROOM + 1;
export const PLACES = ENDED + 1;

/** Rows of these systems are watched from outside of their thread. */
export function watched(shared: Int32Array, ...systems: readonly { clock: Int32Array }[]): void {
  systems.forEach((system, i) => {
    system.clock = clockOf(shared, i);
  });
}

export const clockOf = (shared: Int32Array, which: number): Int32Array =>
  shared.subarray(CLOCKS + 2 * which, CLOCKS + 2 * which + 2);

export interface Checked {
  readonly report: Report;
  /** The shortest counterexample, if something was broken. */
  readonly found?: Shown;
  readonly formed?: Formed;
  /** What is said where nothing was broken. */
  readonly held?: string;
  /** All distinct ways to break a promise, in words. */
  readonly ways?: string;
  /** What a page is made of, where one was asked for. */
  readonly page?: PageParts;
}

/** The counterexample that is shown of several runs. */
export interface Best {
  readonly report: Report;
  readonly shown: Shown;
  readonly checked: Checked;
  readonly page?: PageParts;
  readonly ways?: string;
}

/** A trace that was taken again. */
export interface Replayed {
  readonly text: string;
  readonly steps: number;
  readonly changed: boolean;
  /** What a page is made of, where one was asked for. */
  readonly page?: PageParts;
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
  readonly found?: Shown & {
    readonly trace: readonly NamedStep[];
    /** How fast-check finds it again. */
    readonly fast_check: { readonly seed: number; readonly path: string };
    readonly command: string;
  };
}

/**
 * A run that could not be made: exit code 2 where the design is to blame, 70 where it may not be.
 */
export interface Failed extends Where {
  readonly kind: 'failed';
  /** A row, or a promise, goes on for ever: it would in other scenarios of the design, too. */
  readonly endless?: true;
  /** It is a file of the run that cannot be used, and no design's fault. */
  readonly of_file?: true;
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
