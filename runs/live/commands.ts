/**
 * fast-check commands over a file of the kernel and the states of its model: each runs one system
 * call on the file, and then keeps the states of the model that agree with what was seen.
 */
import fc from 'fast-check';
import { anyCall } from '../../recorder/arbitrary.ts';
import type { Choice, Make } from '../../recorder/arbitrary.ts';
import { letterAt } from '../../recorder/calls.ts';
import type { Call } from '../../recorder/calls.ts';
import type { Beginning, Begun, Session } from '../../recorder/session.ts';
import { headOf } from '../../recorder/record.ts';
import type { Origin } from '../../recorder/record.ts';
import type { Operation, Trace } from '../../traces/format.ts';
import { atEnd } from '../conform.ts';
import type { Difference, Judge, Walk } from '../conform.ts';
import { ASPECTS } from '../sight.ts';

/** The kernel: a session of the recorder, or what answers like one. */
export type Real = Pick<Session, 'setup' | 'sizes' | 'begin' | 'run' | 'end'>;

/** Which model judges a sequence; `shape`: a trace that begins so, with every call there may be. */
export type JudgeOf = (shape: Trace) => Judge;

/** What the kernel did is none of what the model allows. */
export class Disagrees extends Error {
  override readonly name = 'Disagrees';
  readonly difference: Difference;
  constructor(difference: Difference) {
    super(`differs in ${difference.what}`);
    this.difference = difference;
  }
}

/** The model has too many states: of what follows nothing is known. */
export class Undecided extends Error {
  override readonly name = 'Undecided';
}

/** One sequence as far as it has come: what was seen, and the states that agree with it. */
export class Model {
  readonly judge: Judge;
  readonly #walk: Walk;
  readonly #head: Origin & ReturnType<typeof headOf>;
  readonly #begun: Begun;
  readonly calls: Call[] = [];
  readonly #ops: Operation[] = [];

  /** Begins it, on a new file. */
  constructor(real: Real, beginning: Beginning, origin: Origin, judgeOf: JudgeOf) {
    this.#begun = real.begin(beginning);
    this.#head = headOf(real, origin);
    this.judge = judgeOf(shapeOf(this.#head, this.#begun));
    // A crash may come, and shows what was committed when.
    const crashes = real.setup.mode === 'plain';
    this.#walk = this.judge.begin({ ...this.#head, ...this.#begun }, crashes);
  }

  get hasSecond(): boolean {
    return this.#begun.init2 !== undefined;
  }

  /** Runs a call. Throws Disagrees, Undecided; and Withheld. */
  run(real: Real, call: Call): void {
    this.calls.push(call);
    const op = real.run(call);
    this.#ops.push(op);
    this.#step(op, this.#ops.length - 1, ASPECTS);
  }

  /** Reads the files, and compares what is in them; throws the same. */
  end(real: Real): void {
    const trace = this.trace(real);
    const ends = [trace.end, ...(trace.end2 === undefined ? [] : [trace.end2])];
    ends.forEach((data, file) =>
      this.#step(atEnd(trace, data, file), trace.ops.length + file, ['data']),
    );
  }

  /** The sequence so far, as a trace. Throws Withheld. */
  trace(real: Real): Trace {
    return { ...this.#head, ...this.#begun, ops: [...this.#ops], ...real.end() };
  }

  #step(op: Operation, at: number, only: typeof ASPECTS | readonly ['data']): void {
    const before = this.#walk.states;
    const { seen, allowed, what } = this.#walk.step(op, only);
    if (what === undefined) return;
    if (what === 'too many states') throw new Undecided(what);
    throw new Disagrees({ at, what, kernel: seen, allowed, before });
  }
}

/** A trace that begins so, with one of each call besides those that every judge knows. */
export function shapeOf(head: Origin & ReturnType<typeof headOf>, begun: Begun): Trace {
  return { ...head, ...begun, ops: oneOfEach(begun), end: '' };
}

function oneOfEach({ init: { obs }, init2 }: Begun): Operation[] {
  const seen = { obs, ...(init2 ? { obs2: init2.obs } : {}), ret: 0 };
  const range = { pos: 0, count: 1 };
  return [
    { op: 'truncate', pos: 0, ...seen },
    { op: 'fallocate', ...range, ...seen },
    { op: 'punch_hole', ...range, ...seen },
    { op: 'zero_range', ...range, ...seen },
    { op: 'store', ...range, name: 'a', ...seen },
  ];
}

class CallCommand implements fc.Command<Model, Real> {
  readonly #make: Make;

  constructor(make: Make) {
    this.#make = make;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    model.run(real, this.#make(letterAt(model.calls.length), model.hasSecond));
  }
}

/** Up to so many calls; `replayPath` is fast-check's, of a failure. */
export const commands = (
  { setup, sizes }: Real,
  choice: Choice,
  replayPath?: string,
): fc.Arbitrary<Iterable<fc.Command<Model, Real>>> =>
  fc.commands<Model, Real>([anyCall(setup, sizes, choice).map((make) => new CallCommand(make))], {
    maxCommands: choice.operations,
    size: 'max',
    ...(replayPath === undefined ? {} : { replayPath }),
  });
