/** Records sequences: what was asked, and what the kernel was seen to do, as traces. */
import { release } from 'node:os';
import fc from 'fast-check';
import { FORMAT } from '../traces/format.ts';
import type { Trace } from '../traces/format.ts';
import { sequences } from './arbitrary.ts';
import type { Choice, Sequence } from './arbitrary.ts';
import { Withheld } from './cannot.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';
import type { Setup } from './geometry.ts';

export interface Order extends Setup, Choice {
  readonly seed: number;
  readonly sequences: number;
}

export interface Recording {
  /** In order, one a line; what was withheld is not among them. */
  readonly lines: string[];
  readonly operations: number;
  readonly withheld: number;
  readonly interrupted: boolean;
}

/** Records until all is recorded, or `stop` is aborted. Throws Cannot. */
export async function record(
  order: Order,
  { stop, progress }: { stop: AbortSignal; progress?: (done: number) => void },
): Promise<Recording> {
  const lines: string[] = [];
  let [operations, withheld, done] = [0, 0, 0];
  const session = await openSession(order);
  try {
    for (const sequence of sampled(order)) {
      if (stop.aborted) break;
      const trace = traced(session, sequence, { mode: order.mode, seed: order.seed, q: done });
      done++;
      if (trace === undefined) withheld++;
      else {
        lines.push(JSON.stringify(trace));
        operations += trace.ops.length;
      }
      progress?.(done);
      // An interrupt is heard of only here.
      await new Promise((resolve) => void setImmediate(resolve));
    }
  } finally {
    session.close();
  }
  return { lines, operations, withheld, interrupted: done < order.sequences };
}

/** The same for the same seed; no number is likelier for being small. */
export function sampled({ seed, sequences: numRuns, ...rest }: Order): Sequence[] {
  return fc.sample(fc.noBias(sequences(rest, rest)), { seed, numRuns });
}

/** Of where a trace comes. */
export type Origin = Pick<Trace, 'mode' | 'seed' | 'q'>;

/** Runs a sequence; undefined when it is withheld. */
export function traced(session: Session, sequence: Sequence, origin: Origin): Trace | undefined {
  try {
    const begun = session.begin(sequence);
    const ops = sequence.calls.map((call) => session.run(call));
    return { ...headOf(session, origin), ...begun, ops, ...session.end() };
  } catch (error) {
    if (error instanceof Withheld) return undefined;
    throw error;
  }
}

/** The head of a trace: what runs, and of what size all is. */
export function headOf({ setup, sizes }: Pick<Session, 'setup' | 'sizes'>, origin: Origin) {
  const { pb, bc, pages } = sizes;
  return {
    trace: FORMAT,
    kernel: kernelVersion(),
    fs: setup.fs,
    pb,
    bc,
    pages,
    ...origin,
  } as const;
}

/** `6.18.44`, without what a distributor adds. */
export const kernelVersion = (): string => /^\d+\.\d+(?:\.\d+)?/.exec(release())?.[0] ?? '0.0';
