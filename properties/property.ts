/** What a promise is: a predicate on states, or, where it is one of progress, of what must end. */
import type { Design } from '../model/design.ts';
import type { Observer } from '../model/observe.ts';

/** How a state breaks a promise, for people. */
export interface Breach {
  readonly expected: string;
  readonly found: string;
  readonly where: string;
  /** The same as user space meets it, at the latest: `read(4) = STALE`. */
  readonly meets?: string;
}

interface Promised {
  /** A statement, as file names are. */
  readonly name: string;
  /** The heading of the matrix: a short word. */
  readonly short: string;
  /** What user space, or the kernel, was promised. */
  readonly promise: string;
  /** Can the promise be asked of this design at all? Without it, of all. */
  asks?(design: Design): boolean;
  /** Has the promise anything to say about this state? */
  premise(o: Observer): boolean;
  /** Of a state that is a violation, or in which the loop begins that is one. */
  explain(o: Observer): Breach;
}

/** Evaluated in every state reached, any one of which may break it. */
export interface StateProperty extends Promised {
  /** Runs in the inner loop: allocates nothing. */
  readonly violated: Violated;
}

/** With `places`: violated is what is broken at any of them. */
export interface Violated {
  (o: Observer): boolean;
  readonly places?: readonly Places[];
}

/** So many places of a kind, and whether it is broken at the `i`th of them. */
export type Places = readonly [
  count: (o: Observer) => number,
  broken: (i: number, o: Observer) => boolean,
];

export const cells = (o: Observer): number => o.s.cell.length;
export const extents = (o: Observer): number => o.s.extent.length;
export const pages = (o: Observer): number => o.s.page.length;
export const inodes = (o: Observer): number => o.s.inode.length;
export const calls = (o: Observer): number => o.calls.length;
/** For what is no matter of places. */
export const once = (): number => 1;

/**
 * Violated wherever it is broken, of all cells, say. A search then asks of a place only when what
 * it looks at has changed: much sooner than if it had to ask of all of them together.
 */
export function anywhere(...places: readonly Places[]): Violated {
  const violated = (o: Observer): boolean => {
    for (let k = 0; k < places.length; k++) {
      if (firstIndex(places[k]![0](o), places[k]![1], o) >= 0) return true;
    }
    return false;
  };
  return Object.assign(violated, { places });
}

/** Broken by a loop in which what has begun goes on for ever: see explorer/progress.ts. */
export interface ProgressProperty extends Promised {
  /** What has begun and not ended, as a mask. Allocates nothing. */
  owing(o: Observer): number;
}

export type Property = StateProperty | ProgressProperty;

export const isOfProgress = (property: Property): property is ProgressProperty =>
  'owing' in property;

/** The first index for which `found` is true, or -1. For the inner loop: allocates nothing. */
export function firstIndex(
  length: number,
  found: (i: number, o: Observer) => boolean,
  o: Observer,
): number {
  for (let i = 0; i < length; i++) if (found(i, o)) return i;
  return -1;
}
