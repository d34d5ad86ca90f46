/**
 * A kernel is driven live against its model: random sequences of calls, up to the first that the
 * model does not allow; that one is shrunk to the smallest that still differs.
 */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { beginnings } from '../../recorder/arbitrary.ts';
import type { Choice } from '../../recorder/arbitrary.ts';
import type { Call } from '../../recorder/calls.ts';
import { Withheld } from '../../recorder/cannot.ts';
import type { Beginning } from '../../recorder/session.ts';
import type { Trace } from '../../traces/format.ts';
import { kindOf } from '../conform.ts';
import type { Difference, Judge } from '../conform.ts';
import { Disagrees, Model, Undecided, commands } from './commands.ts';
import type { JudgeOf, Real } from './commands.ts';

export interface LiveOrder extends Choice {
  readonly seed: number;
  readonly runs: number;
  /** Of a failure before, as fast-check gave them: that one is run first, and shrunk further. */
  readonly path?: string | undefined;
  readonly replay_path?: string | undefined;
}

/** A sequence that differs. */
interface Shown {
  readonly beginning: Beginning;
  readonly calls: readonly Call[];
  readonly trace: Trace;
  readonly judge: Judge;
  readonly difference: Difference;
  /** In what it differs, as `cache of truncate`. */
  readonly kind: string;
}

/** The smallest. */
export interface Found extends Shown {
  /** In what the first one differed, before it was shrunk. */
  readonly first: string;
  readonly shrinks: number;
  /** Run again so many times, it differed in the same in so many. */
  readonly again: { readonly times: number; readonly alike: number };
  /** fast-check's, by which it is found again. */
  readonly path: string;
  readonly replay_path: string;
}

export interface Live {
  /** Sequences that were run until something was found, and their calls. */
  readonly runs: number;
  readonly operations: number;
  /** Of all that were run, those of shrinking among them. */
  readonly withheld: number;
  readonly undecided: number;
  /** Something was found, and what it was shrunk to is withheld: it is not shown either. */
  readonly hidden: boolean;
  readonly found?: Found;
}

interface SoFar {
  runs: number;
  operations: number;
  first?: Shown;
  smallest?: Shown;
  /** Before anything was shrunk. */
  withheld?: number;
  hidden: boolean;
}

/** Whoever runs the smallest so often sees whether it hangs on timing. */
const TIMES_AGAIN = 5;

/**
 * Runs until all is run, something is found, or `stop` is aborted. Throws what `real` or the model
 * throws when it cannot go on.
 */
export async function live(
  real: Real,
  judgeOf: JudgeOf,
  order: LiveOrder,
  { stop, progress }: { stop: AbortSignal; progress?: (runs: number) => void },
): Promise<Live> {
  const { seed, runs: numRuns, path } = order;
  const sequences = new Sequences(real, judgeOf, seed);
  const so_far: SoFar = { runs: 0, operations: 0, hidden: false };
  const differs = fc.asyncProperty(
    beginnings(real.setup, order),
    commands(real, order, order.replay_path),
    async (beginning, calls) => {
      // An interrupt is heard of only here.
      await setImmediate();
      if (stop.aborted || sequences.failed !== undefined || so_far.hidden) return;
      const shown = sequences.run(beginning, (begin) =>
        fc.modelRun(() => ({ model: begin(), real }), calls),
      );
      if (so_far.first !== undefined) {
        so_far.hidden = sequences.counts.withheld > so_far.withheld!;
      } else {
        so_far.runs++;
        so_far.operations += sequences.calls;
        progress?.(so_far.runs);
        // What may be withheld another time is not shrunk.
        if (shown === undefined || sequences.again(shown) === undefined) {
          sequences.q = so_far.runs;
          return;
        }
        so_far.first = shown;
        so_far.withheld = sequences.counts.withheld;
      }
      if (shown === undefined || so_far.hidden) return;
      so_far.smallest = shown;
      throw new Error(shown.kind);
    },
  );
  const details = await fc.check(differs, {
    seed,
    numRuns,
    ...(path === undefined ? {} : { path }),
  });
  const { first, smallest, runs, operations } = so_far;
  const again = smallest && !so_far.hidden ? sequences.again(smallest) : undefined;
  const hidden = smallest !== undefined && again === undefined;
  const counted = { runs, operations, hidden, ...sequences.counts };
  if (smallest === undefined || again === undefined) {
    if (sequences.failed !== undefined) throw sequences.failed;
    return counted;
  }
  const replay_path = replayPathIn(fc.stringify(details.counterexample));
  return {
    ...counted,
    found: {
      ...smallest,
      first: first!.kind,
      shrinks: details.numShrinks,
      again,
      path: details.counterexamplePath!,
      replay_path,
    },
  };
}

/** fast-check says it where it prints the commands. */
const replayPathIn = (text: string): string => /replayPath="([^"]*)"/.exec(text)?.[1] ?? '';

/** Runs sequences, and counts those of which nothing else may be said. */
class Sequences {
  readonly #real: Real;
  readonly #judgeOf: JudgeOf;
  readonly #seed: number;
  /** The number of the next one, as its trace has it. */
  q = 0;
  readonly counts = { withheld: 0, undecided: 0 };
  /** What ended all. */
  failed: unknown;
  /** Of the one that was run last. */
  calls = 0;

  constructor(real: Real, judgeOf: JudgeOf, seed: number) {
    this.#real = real;
    this.#judgeOf = judgeOf;
    this.#seed = seed;
  }

  /** Runs one to its end, or to where it differs; undefined where it does not. */
  run(beginning: Beginning, play: (begin: () => Model) => void): Shown | undefined {
    const real = this.#real;
    const origin = { mode: real.setup.mode, seed: this.#seed, q: this.q };
    let model: Model | undefined;
    try {
      play(() => (model = new Model(real, beginning, origin, this.#judgeOf)));
      model!.end(real);
    } catch (error) {
      if (error instanceof Disagrees) return this.#shown(beginning, model!, error);
      this.#count(error);
    } finally {
      this.calls = model?.calls.length ?? 0;
    }
    return undefined;
  }

  /** Runs one again; undefined where it is withheld now, and so is not to be shown. */
  again({ beginning, calls, kind }: Shown): Found['again'] | undefined {
    const { withheld } = this.counts;
    let alike = 0;
    for (let i = 0; i < TIMES_AGAIN; i++) {
      const shown = this.run(beginning, (begin) => {
        const model = begin();
        for (const call of calls) model.run(this.#real, call);
      });
      if (shown?.kind === kind) alike++;
    }
    return this.counts.withheld > withheld ? undefined : { times: TIMES_AGAIN, alike };
  }

  /** What differs is shown whole; unless the files hold bytes that they should not. */
  #shown(beginning: Beginning, model: Model, { difference }: Disagrees): Shown | undefined {
    try {
      const trace = model.trace(this.#real);
      const { calls, judge } = model;
      return { beginning, calls, trace, judge, difference, kind: kindOf(trace, difference) };
    } catch (error) {
      this.#count(error);
      return undefined;
    }
  }

  #count(error: unknown): void {
    if (error instanceof Withheld) this.counts.withheld++;
    else if (error instanceof Undecided) this.counts.undecided++;
    else this.failed ??= error;
  }
}
