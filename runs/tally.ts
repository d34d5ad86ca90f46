/** What came of holding many traces against their models: how many agree, and in what not. */
import type { Trace } from '../traces/format.ts';
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

export class Tally {
  sequences = 0;
  agreed = 0;
  /** Operations that were compared, each with all that was seen after it. */
  operations = 0;
  /** Of these, those that agree. */
  agreeing = 0;
  unexplained = 0;
  incomplete = 0;
  /** Sequences that end in a difference with that name. */
  readonly differences = new Map<string, number>();
  /** For each operation: how often it was compared, and how many outcomes were allowed in all. */
  readonly outcomes = new Map<string, { n: number; allowed: number }>();

  add(trace: Trace, judged: Judged, classes: readonly Class[] = DIFFERENCES): Ending {
    const unknown = judged.difference?.what === 'too many states';
    const compared = unknown ? judged.outcomes.slice(0, judged.operations) : judged.outcomes;
    this.sequences++;
    this.operations += compared.length;
    this.agreeing += judged.operations;
    for (const { op, allowed } of compared) {
      const so_far = this.outcomes.get(op) ?? { n: 0, allowed: 0 };
      so_far.n++;
      so_far.allowed += allowed.length;
      this.outcomes.set(op, so_far);
    }
    const ending = endingOf(trace, judged, classes);
    if (ending.kind === 'agrees') this.agreed++;
    else if (ending.kind === 'unexplained') this.unexplained++;
    else if (ending.kind === 'incomplete') this.incomplete++;
    else this.differences.set(ending.name, (this.differences.get(ending.name) ?? 0) + 1);
    return ending;
  }

  /** Adds what another one has counted. */
  addAll(other: Tally): void {
    this.sequences += other.sequences;
    this.agreed += other.agreed;
    this.operations += other.operations;
    this.agreeing += other.agreeing;
    this.unexplained += other.unexplained;
    this.incomplete += other.incomplete;
    for (const [name, n] of other.differences) {
      this.differences.set(name, (this.differences.get(name) ?? 0) + n);
    }
    for (const [op, { n, allowed }] of other.outcomes) {
      const so_far = this.outcomes.get(op) ?? { n: 0, allowed: 0 };
      this.outcomes.set(op, { n: so_far.n + n, allowed: so_far.allowed + allowed });
    }
  }

  get named(): number {
    return [...this.differences.values()].reduce((sum, n) => sum + n, 0);
  }

  /** The mean number of outcomes that the model allows, by operation, in alphabetical order. */
  get means(): readonly { readonly op: string; readonly n: number; readonly mean: number }[] {
    return [...this.outcomes]
      .map(([op, { n, allowed }]) => ({ op, n, mean: Math.round((1000 * allowed) / n) / 1000 }))
      .toSorted((a, b) => (a.op < b.op ? -1 : 1));
  }
}

function endingOf(trace: Trace, judged: Judged, classes: readonly Class[]): Ending {
  if (judged.difference === undefined) return { kind: 'agrees' };
  if (judged.difference.what === 'too many states') return { kind: 'incomplete' };
  const found = classes.find(({ has }) => has(trace, judged));
  return found === undefined ? { kind: 'unexplained' } : { kind: 'named', name: found.name };
}
