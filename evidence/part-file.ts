/**
 * A part of a matrix: what some of its runs have come to, for all of them to be drawn together.
 * Reading one trusts nothing: whatever is wrong with it is said in one line.
 */
import * as v from 'valibot';
import type { Brief } from './report.ts';
import { pretty, sumOf } from './summed.ts';
import { objectOf, shapedAs } from './untrusted.ts';
import type { Expected } from './untrusted.ts';

/** Of the file, not of the program. */
export const FORMAT = 1;

/** A file that is no part of a matrix; the message is one line. */
export class BadPart extends Error {
  override readonly name = 'BadPart';
}

const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const name = v.pipe(v.string(), v.maxLength(1000));
/** Far more than there are rows, or names on a command line. */
const names = v.pipe(v.array(name), v.maxLength(500));

const where = { design: name, scenario: name };

const endedSchema = v.strictObject({
  ...where,
  verdict: v.picklist(['holds', 'violated', 'incomplete', 'vacuous']),
  states: number,
  transitions: number,
  /** What it never came to: what must happen, rows, and faults. */
  must: names,
  rows: names,
  faults: names,
  /** Of each promise the verdict; in how many steps, where it is broken. */
  properties: v.record(name, v.union([number, v.picklist(['holds', 'incomplete', 'vacuous'])])),
});

/** A run that could not be made, and the exit code that it has. */
const failedSchema = v.strictObject({
  ...where,
  failed: v.pipe(v.string(), v.regex(/^[^\n]*$/)),
  code: v.picklist([2, 70]),
});

const partSchema = v.strictObject({
  writepath_part: v.literal(FORMAT),
  version: name,
  /** Digests of the program that ran it, and of all questions of the matrix. */
  build: name,
  questions: name,
  shard: v.pipe(number, v.minValue(1)),
  of: v.pipe(number, v.minValue(1), v.maxValue(1000)),
  /** As they were asked for. */
  designs: names,
  scenarios: names,
  answers: v.array(v.union([endedSchema, failedSchema])),
  sum: name,
});

export type Part = Omit<v.InferOutput<typeof partSchema>, 'writepath_part' | 'sum'>;
export type Ended = v.InferOutput<typeof endedSchema>;
export type PartAnswer = Part['answers'][number];

export function partFile(part: Part): string {
  const file = { writepath_part: FORMAT, ...part };
  return pretty({ ...file, sum: sumOf(file) }, 'answers');
}

const EXPECTED: Expected = { kind: 'part of a matrix', refuse: (why) => new BadPart(why) };

/** Reads a file that may be anything. `version` is that of this program. */
export function readPart(content: string, version: string): Part {
  const raw = objectOf(content, EXPECTED);
  if (!('writepath_part' in raw)) throw new BadPart('not a part of a matrix');
  const format = raw['writepath_part'];
  if (format !== FORMAT) {
    const other = typeof format === 'number' ? String(format) : 'unknown';
    throw new BadPart(`of another version: format ${other}, this is ${FORMAT}`);
  }
  const part = shapedAs(partSchema, raw, EXPECTED);
  if (part.version !== version) {
    throw new BadPart(`of another version: ${part.version}, this is ${version}`);
  }
  return part;
}

/** As much of a report as the file has place for. */
export function entryOf(report: Brief): Ended {
  const { design, scenario, verdict, states, transitions, unreached, properties } = report;
  const { must, rows, faults } = unreached;
  return {
    design,
    scenario,
    verdict,
    states,
    transitions,
    must: [...must],
    rows: [...rows],
    faults: [...faults],
    properties: Object.fromEntries(
      Object.entries(properties).map(([promise, one]) => [
        promise,
        one.verdict === 'violated' ? one.steps! : one.verdict,
      ]),
    ),
  };
}

export function briefOf(entry: Ended): Brief {
  const { must, rows, faults, properties, ...rest } = entry;
  return {
    ...rest,
    unreached: { must, rows, faults },
    properties: Object.fromEntries(
      Object.entries(properties).map(([promise, one]) => [
        promise,
        typeof one === 'number'
          ? { verdict: 'violated' as const, steps: one }
          : { verdict: one, steps: null },
      ]),
    ),
  };
}
