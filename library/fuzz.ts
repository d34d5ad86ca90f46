/**
 * Random runs of a design with fast-check: as a whole, or as commands to be composed with others.
 */
import fc from 'fast-check';
import { mail } from '../evidence/mail.ts';
import { Driven, Walk, commandsOf } from '../properties/commands.ts';
import { LENGTH_DEFAULT, fuzz as sampled } from '../properties/fuzz.ts';
import type { Range } from '../evidence/possible.ts';
import type { Design } from '../model/design.ts';
import { withCalls } from '../runs/check.ts';
import type { Scenario } from '../runs/scenario.ts';
import { shown } from '../runs/shown.ts';
import { ready, refuseOutside } from './check.ts';
import type { CheckOptions } from './check.ts';

export interface FuzzOptions extends Omit<CheckOptions, 'limits'> {
  /** Where randomness begins: the same seed gives the same runs. */
  readonly seed?: number;
  readonly runs?: number;
  /** Steps of one run at most. */
  readonly length?: number;
}

export interface Sampled {
  readonly runs: number;
  readonly steps: number;
  /** The promise that was broken; undefined where none was, which proves nothing. */
  readonly property: string | undefined;
  /** The counterexample, shrunk, as text and as a file that `replay` takes. */
  readonly text: string | undefined;
  readonly file: string | undefined;
}

const RANGES: Readonly<Record<string, Range>> = {
  seed: { min: 0, max: 2 ** 31 - 1 },
  runs: { min: 1, max: 1_000_000 },
  length: { min: 1, max: 10_000 },
};

function refuseNumbers(given: Readonly<Record<string, number>>): void {
  for (const [name, n] of Object.entries(given)) refuseOutside(name, n, RANGES[name]!);
}

/** Random runs, until one breaks a promise; that one is shrunk. */
export function fuzz(
  design: Design,
  scenario: Scenario | string,
  options: FuzzOptions = {},
): Sampled {
  const { seed = 1, runs = 100, length = LENGTH_DEFAULT } = options;
  refuseNumbers({ seed, runs, length });
  const run = ready(design, scenario, options);
  const driven = new Driven(run.design, run.setup, run.properties, run.scenario.must);
  const own_calls = run.scenario.own_calls ?? false;
  const { failure, ...counts } = sampled(driven, { seed, runs, length, own_calls });
  if (failure === undefined) {
    return { ...counts, property: undefined, text: undefined, file: undefined };
  }
  const { property, actions, calls } = failure;
  const text = shown(
    withCalls(run, calls),
    property,
    { trace: actions },
    {
      found: { by: 'fuzz', seed, runs: counts.runs, fast_check: failure.fast_check },
      from: { by: 'fuzz', seed, runs },
    },
  );
  return { ...counts, property, text: text.mail, file: text.file };
}

/** A run of the model, driven by commands. */
export type { Walk } from '../properties/commands.ts';

export interface Commands {
  /**
   * Sequences of commands: a call that a writer begins, or a step of one task, with what the
   * environment answers. A command throws where a promise is broken.
   */
  readonly arbitrary: fc.Arbitrary<Iterable<fc.Command<Walk, Walk>>>;
  /** What `fc.modelRun` starts from. */
  readonly start: () => { readonly model: Walk; readonly real: Walk };
}

/** A promise was broken by a sequence of commands. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken';
  readonly property: string;
  readonly text: string;

  constructor(property: string, text: string) {
    super(`breaks ${property}\n\n${text}`);
    this.property = property;
    this.text = text;
  }
}

/**
 * The commands of a design in a scenario as a fast-check arbitrary:
 * `fc.assert(fc.property(c.arbitrary, (sequence) => fc.modelRun(c.start, sequence)))`.
 */
export function commands(
  design: Design,
  scenario: Scenario | string,
  options: FuzzOptions = {},
): Commands {
  const { length = LENGTH_DEFAULT } = options;
  refuseNumbers({ length });
  const run = ready(design, scenario, options);
  const driven = new Driven(run.design, run.setup, run.properties, run.scenario.must);
  const after = (walk: Walk): void => {
    const property = walk.broken();
    if (property === undefined) return;
    const made = withCalls(run, walk.made());
    const asked = run.properties.find(({ name }) => name === property)!;
    const found = { by: 'commands' } as const;
    const trace = walk.actions.slice();
    const text = mail({ run: made, property: asked, trace, found, saves: false });
    throw new PromiseBroken(property, text);
  };
  return {
    arbitrary: commandsOf(driven, length, after),
    start: () => {
      const walk = new Walk(driven, run.setup.writers, Infinity);
      return { model: walk, real: walk };
    },
  };
}
