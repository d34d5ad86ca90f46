/**
 * The replay file: a trace in names that people can read, with all that is needed to take it again
 * without a search. Reading one trusts nothing: whatever is wrong with it is said in one line.
 */
import * as v from 'valibot';
import type { Traced } from '../explorer/search.ts';
import { SIZES } from '../model/geometry.ts';
import type { SizeName } from '../model/geometry.ts';
import { CALLS, FAULTS, OTHERS } from '../model/kernel.ts';
import { modelDigest, sha256, stateDigest } from './digest.ts';
import type { Run } from './outcome.ts';
import { chosenNames, tell } from './trace.ts';

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
  return pretty({ ...file, sum: sumOf(file) });
}

const sumOf = (rest: object): string => sha256(JSON.stringify(rest), 16);

/** A line a member, and a line a step. */
function pretty(file: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(file).map(([name, value]) => {
    const shown =
      name === 'steps'
        ? `[\n${(value as object[]).map((step) => `    ${JSON.stringify(step)}`).join(',\n')}\n  ]`
        : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${shown}`;
  });
  return `{\n${members.join(',\n')}\n}\n`;
}

/** Reads a file that may be anything. */
export function readReplay(content: string): ReplayFile {
  if (isTooMuch(content)) throw new BadReplay('not a replay file: its JSON has too much in it');
  const raw = parse(content);
  const { sum, ...rest } = raw;
  if (!('writepath' in raw)) throw new BadReplay('not a replay file of writepath');
  if (raw['writepath'] !== FORMAT) {
    const other = JSON.stringify(raw['writepath']);
    throw new BadReplay(`a replay file of another version: format ${other}, this is ${FORMAT}`);
  }
  if (sum !== sumOf(rest)) throw new BadReplay('edited or damaged: its checksum does not match');
  const read = v.safeParse(fileSchema, raw, { abortEarly: true });
  if (!read.success) {
    const [issue] = read.issues;
    throw new BadReplay(`not a replay file: ${v.getDotPath(issue) ?? 'file'}: ${issue.message}`);
  }
  return read.output;
}

/** Objects and lists within each other; in a replay file there are 4. */
const DEPTH_MAX = 16;

/** Objects and lists at all; a step has two. */
const PARTS_MAX = 250_000;

/**
 * Looked at before it is parsed: what is nested deep would end in a full stack, and small parts
 * take twenty times the room that they have in the file.
 */
function isTooMuch(content: string): boolean {
  let parts = 0;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < content.length; i++) {
    const found = content[i];
    if (found === '\\') i++;
    else if (found === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (found === '}' || found === ']') depth--;
    else if (found === '{' || found === '[') {
      parts++;
      depth++;
    }
    if (depth > DEPTH_MAX || parts > PARTS_MAX) return true;
  }
  return false;
}

function parse(content: string): Record<string, unknown> {
  let raw: unknown;
  try {
    raw = JSON.parse(content);
  } catch {
    const began = content.trimStart().startsWith('{');
    throw new BadReplay(began ? 'truncated, or not JSON' : 'not a replay file: not JSON');
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new BadReplay('not a replay file: not a JSON object');
  }
  return raw as Record<string, unknown>;
}
