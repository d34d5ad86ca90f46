/** Reads replay files. It trusts nothing: whatever is wrong with one is said in one line. */
import * as v from 'valibot';
import { SIZES } from '../model/geometry.ts';
import type { SizeName } from '../model/geometry.ts';
import { CALLS, FAULTS, OTHERS } from '../model/kernel.ts';
import { BadReplay, FORMAT } from './replay-file.ts';
import { objectOf, shapedAs } from './untrusted.ts';
import type { Expected } from './untrusted.ts';

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
