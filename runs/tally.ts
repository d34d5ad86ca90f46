/** What came of holding many traces against their models: how many agree, and in what not. */
import type { Trace } from '../traces/format.ts';
import { kindOf } from './conform.ts';
import type { Judged } from './conform.ts';
import { DIFFERENCES } from './differences.ts';
import type { Class } from './differences.ts';

/** How a sequence ends; `named` has the name of its class of difference. */
export type Ending =
  | { readonly kind: 'agrees' }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'unexplained' }
  /** Too many states: of what followed nothing is known. */
  | { readonly kind: 'incomplete' };

/** Of one kind of operation. */
export interface Times {
  /** So often all that was seen after it was compared. */
  compared: number;
  agreed: number;
  /** So often it differed in a way that has a name; and in one that has none. */
  named: number;
  unexplained: number;
  /** Outcomes that the model allows, of all that were compared together. */
  allowed: number;
}

const none = (): Times => ({ compared: 0, agreed: 0, named: 0, unexplained: 0, allowed: 0 });

/** What was read at the end, of which the data alone is compared: it is no operation. */
const END = 'at the end';

export class Tally {
  sequences = 0;
  agreed = 0;
  /** Sequences of which something is not known, as there were too many states. */
  incomplete = 0;
  /** Sequences that end in a difference with that name. */
  readonly differences = new Map<string, number>();
  /** Sequences that end in one without a name, by what differs, and of which operation. */
  readonly kinds = new Map<string, number>();
  readonly #by = new Map<string, Times>();

  add(trace: Trace, judged: Judged, classes: readonly Class[] = DIFFERENCES): Ending {
    const ending = endingOf(trace, judged, classes);
    this.sequences++;
    if (ending.kind === 'agrees') this.agreed++;
    if (ending.kind === 'incomplete') this.incomplete++;
    if (ending.kind === 'named') counted(this.differences, ending.name);
    if (ending.kind === 'unexplained') counted(this.kinds, kindOf(trace, judged.difference!));
    for (const [i, { op, allowed }] of judged.outcomes.entries()) {
      const times = this.#of(op);
      // Too many states: what was allowed is not known.
      if (i >= judged.operations && ending.kind === 'incomplete') continue;
      times.compared++;
      times.allowed += allowed.length;
      if (i < judged.operations) times.agreed++;
    }
    if (ending.kind === 'named' || ending.kind === 'unexplained') {
      this.#of(trace.ops[judged.difference!.at]?.op ?? END)[ending.kind]++;
    }
    return ending;
  }

  /** Adds what another one has counted. */
  addAll(other: Tally): void {
    this.sequences += other.sequences;
    this.agreed += other.agreed;
    this.incomplete += other.incomplete;
    for (const [name, n] of other.differences) counted(this.differences, name, n);
    for (const [kind, n] of other.kinds) counted(this.kinds, kind, n);
    for (const [op, times] of other.#by) plus(this.#of(op), times);
  }

  #of(op: string): Times {
    const times = this.#by.get(op) ?? none();
    this.#by.set(op, times);
    return times;
  }

  /** Of all operations together. */
  get all(): Readonly<Times> {
    const sum = none();
    for (const times of this.#by.values()) plus(sum, times);
    return sum;
  }

  /** By operation, in alphabetical order. */
  get byOperation(): readonly (readonly [op: string, times: Readonly<Times>])[] {
    return [...this.#by].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** The mean number of outcomes that the model allows. */
export const meanOf = ({ compared, allowed }: Times): number =>
  compared === 0 ? 0 : Math.round((1000 * allowed) / compared) / 1000;

function plus(sum: Times, times: Readonly<Times>): void {
  for (const key of Object.keys(sum) as (keyof Times)[]) sum[key] += times[key];
}

function counted(all: Map<string, number>, name: string, n = 1): void {
  all.set(name, (all.get(name) ?? 0) + n);
}

/** What is to be said of a sequence that was judged. */
export function endingOf(
  trace: Trace,
  judged: Judged,
  classes: readonly Class[] = DIFFERENCES,
): Ending {
  if (judged.difference === undefined) return { kind: 'agrees' };
  if (judged.difference.what === 'too many states') return { kind: 'incomplete' };
  const found = classes.find(({ has }) => has(trace, judged));
  return found === undefined ? { kind: 'unexplained' } : { kind: 'named', name: found.name };
}
