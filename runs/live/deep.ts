/**
 * Sequences that a kernel runs and its model judges at once, for as many as are wanted: of those
 * that agree nothing is kept but figures.
 */
import { setImmediate } from 'node:timers/promises';
import { Cannot } from '../../recorder/cannot.ts';
import type { Blocks, Mode } from '../../recorder/geometry.ts';
import { sampled, traced } from '../../recorder/record.ts';
import type { Order } from '../../recorder/record.ts';
import { openSession } from '../../recorder/session.ts';
import type { Session } from '../../recorder/session.ts';
import type { Trace } from '../../traces/format.ts';
import { Judges, kindOf } from '../conform.ts';
import type { Judged } from '../conform.ts';
import { modelOf } from '../models.ts';
import { Tally } from '../tally.ts';

/** Every size of block, with space and with little of it. */
export const SETTINGS: readonly { readonly blocks: Blocks; readonly mode: Mode }[] = (
  [1, 2, 4] as const
).flatMap((blocks) => (['plain', 'enospc'] as const).map((mode) => ({ blocks, mode })));

export const SEQUENCES_A_BATCH = 96;

/** More lines than these are counted only. */
const KEPT_MAX = 10_000;

export const TIMES_AGAIN = 5;

/**
 * Is what differs withheld when it is run again? Up to the difference: what comes after it may
 * overwrite what should not be seen.
 */
function again(judged: Judged | string, isWithheld: (calls: number) => boolean): boolean {
  const differs = typeof judged === 'string' || judged.difference !== undefined;
  const until = typeof judged === 'string' ? Infinity : (judged.difference?.at ?? 0) + 1;
  return differs && Array.from({ length: TIMES_AGAIN }, () => isWithheld(until)).includes(true);
}

/** What is to be recorded and judged: so many sequences in all. */
export type DeepOrder = Omit<Order, 'blocks' | 'mode'>;

/** What came of all sequences so far. */
export class Judgements {
  readonly tally = new Tally();
  /** Differences by kind, and where the model failed; named ones by their names. */
  readonly kinds = new Map<string, number>();
  /** The traces of these, one a line. */
  readonly kept: string[] = [];
  withheld = 0;
  /** Sequences that the model could not judge, since it failed: a fault of the checker. */
  failed = 0;
  /** Why it was not run to its end: what the machine did not do. */
  cannot: string | undefined;

  /** Sequences that were run. */
  get sequences(): number {
    return this.tally.sequences + this.withheld + this.failed;
  }

  /** `isWithheld`: runs so many calls of the sequence again; is it withheld then? */
  add(trace: Trace | undefined, judges: Judges, isWithheld: (calls: number) => boolean): void {
    const judged = trace && judgedBy(judges, trace);
    if (trace === undefined || judged === undefined || again(judged, isWithheld)) {
      this.withheld++;
      return;
    }
    if (typeof judged === 'string') {
      this.failed++;
      this.#keep(judged, trace);
      return;
    }
    const ending = this.tally.add(trace, judged);
    if (ending.kind === 'agrees') return;
    this.#keep(ending.kind === 'named' ? ending.name : kindOf(trace, judged.difference!), trace);
  }

  #keep(kind: string, trace: Trace): void {
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    if (this.kept.length < KEPT_MAX) this.kept.push(JSON.stringify(trace));
  }
}

/**
 * What is recorded in batch number `batch`: the settings take turns, and each batch has a seed of
 * its own. `writepath record` with that seed records the same sequences.
 */
export function orderOf(order: DeepOrder, batch: number): Order {
  const left = order.sequences - batch * SEQUENCES_A_BATCH;
  return {
    ...order,
    ...SETTINGS[batch % SETTINGS.length]!,
    seed: order.seed + batch,
    sequences: Math.min(left, SEQUENCES_A_BATCH),
  };
}

/** Records and judges until all is done, `stop` is aborted, or the machine cannot go on. */
export async function judgeKernel(
  order: DeepOrder,
  { stop, progress }: { stop: AbortSignal; progress: (so_far: Judgements) => void },
): Promise<Judgements> {
  const judgements = new Judgements();
  const judges = new Judges();
  const batches = Math.ceil(order.sequences / SEQUENCES_A_BATCH);
  try {
    for (let batch = 0; batch < batches && !stop.aborted; batch++) {
      const one = orderOf(order, batch);
      const session = await openSession(one);
      try {
        await judgeBatch(one, { session, judges, judgements, stop });
      } finally {
        session.close();
      }
      progress(judgements);
    }
  } catch (error) {
    if (!(error instanceof Cannot)) throw error;
    judgements.cannot = error.message;
  }
  return judgements;
}

async function judgeBatch(
  order: Order,
  {
    session,
    judges,
    judgements,
    stop,
  }: {
    readonly session: Session;
    readonly judges: Judges;
    readonly judgements: Judgements;
    readonly stop: AbortSignal;
  },
): Promise<void> {
  const { mode, seed } = order;
  for (const [q, sequence] of sampled(order).entries()) {
    // An interrupt is heard of only here.
    await setImmediate();
    if (stop.aborted) return;
    const run = (calls: number) =>
      traced(session, { ...sequence, calls: sequence.calls.slice(0, calls) }, { mode, seed, q });
    judgements.add(run(Infinity), judges, (calls) => run(calls) === undefined);
  }
}

/** What the model says of it; in words, where it has failed. */
function judgedBy(judges: Judges, trace: Trace): Judged | string {
  try {
    return judges.of(modelOf(trace.fs, trace)!, trace).judge(trace);
  } catch (error) {
    return `the model fails: ${error instanceof Error ? error.message : String(error)}`;
  }
}
