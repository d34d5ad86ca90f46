/**
 * The replay file: a trace in names that people can read, with all that is needed to take it again
 * without a search. Reading one trusts nothing: whatever is wrong with it is said in one line.
 */
import * as v from 'valibot';
import type { Traced } from '../explorer/search.ts';
import { SIZES } from '../model/geometry.ts';
import type { SizeName } from '../model/geometry.ts';
import { CALLS, FAULTS, OTHERS } from '../model/kernel.ts';
import { modelDigest, stateDigest } from './digest.ts';
import type { Run } from './outcome.ts';
import { chosenNames, tell } from './trace.ts';
import { objectOf, pretty, shapedAs, sumOf } from './untrusted.ts';
import type { Expected } from './untrusted.ts';

/** Of the file, not of the program. */
export const FORMAT = 3;

/** A file that cannot be replayed; the message is one line. */
export class BadReplay extends Error {
  override readonly name = 'BadReplay';
}

const natural = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
const text = v.pipe(v.string(), v.maxLength(1000));

const sizeFields = Object.fromEntries(
  Object.keys(SIZES).map((name) => [name, natural]),
) as Readonly<Record<SizeName, typeof natural>>;

const boundsSchema = v.strictObject({
  geometry: v.strictObject(sizeFields),
  files: v.array(v.strictObject({ i_size: natural, blocks: v.pipe(text, v.regex(/^[.MTUdu]*$/)) })),
  writers: v.array(
    v.array(
      v.strictObject({
        call: v.exactOptional(v.picklist(Object.keys(CALLS))),
        pos: natural,
        count: natural,
        file: v.exactOptional(natural),
        buffer: v.exactOptional(natural),
        after_crash: v.exactOptional(v.boolean()),
      }),
    ),
  ),
  others: v.array(v.picklist(Object.keys(OTHERS))),
  faults: v.array(v.picklist(FAULTS.map(({ name }) => name))),
  faults_max: natural,
});

const stepSchema = v.strictObject({
  task: text,
  row: text,
  said: text,
  chosen: v.array(text),
  /** Digest of the state that the step leads to. */
  leaves: text,
});

const fileSchema = v.strictObject({
  writepath: v.literal(FORMAT),
  model: text,
  design: text,
  scenario: text,
  property: text,
  found: v.variant('by', [
    v.strictObject({ by: v.literal('search') }),
    v.strictObject({ by: v.literal('step') }),
    v.strictObject({ by: v.literal('fuzz'), seed: v.pipe(v.number(), v.integer()), runs: natural }),
  ]),
  bounds: boundsSchema,
  /** So many of the last steps are a loop, which leads back to where it begins. */
  loop: v.exactOptional(v.pipe(natural, v.minValue(1))),
  steps: v.pipe(v.array(stepSchema), v.maxLength(100_000)),
  sum: text,
});

export type ReplayFile = v.InferOutput<typeof fileSchema>;
export type ReplayStep = ReplayFile['steps'][number];

/** What is written of a counterexample; `loop`: so many of the last actions are a loop. */
export function replayFile(
  run: Run,
  property: string,
  { trace: actions, loop }: Traced,
  found: ReplayFile['found'],
): string {
  const told = tell(run.system, actions);
  const file = {
    writepath: FORMAT,
    model: modelDigest(run.system, run.setup, told),
    design: run.design.name,
    scenario: run.scenario.name,
    property,
    found,
    bounds: run.setup,
    ...(loop === undefined ? {} : { loop }),
    steps: told.map(({ task, step }) => ({
      task,
      row: step.label,
      said: step.said,
      chosen: chosenNames(step),
      leaves: stateDigest(run.system, step.state),
    })),
  };
  return pretty({ ...file, sum: sumOf(file) }, 'steps');
}

const EXPECTED: Expected = { kind: 'replay file', refuse: (why) => new BadReplay(why) };

/** Reads a file that may be anything. */
export function readReplay(content: string): ReplayFile {
  const raw = objectOf(content, EXPECTED);
  if (!('writepath' in raw)) throw new BadReplay('not a replay file of writepath');
  if (raw['writepath'] !== FORMAT) {
    const other = JSON.stringify(raw['writepath']);
    throw new BadReplay(`a replay file of another version: format ${other}, this is ${FORMAT}`);
  }
  return shapedAs(fileSchema, raw, EXPECTED);
}
