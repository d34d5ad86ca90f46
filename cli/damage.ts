/**
 * Inputs of the command line that are damaged: by bytes, as disks and editors do it; and by
 * content, with a checksum that is right again, as nobody does but on purpose. What the program
 * then says is held against what it may say.
 */
import fc from 'fast-check';
import { sha256 } from '../evidence/digest.ts';
import type { Io } from './io.ts';

/** Something to do to a file; places are taken modulo its length. */
export type Damage =
  | { readonly by: 'flip'; readonly at: number; readonly bit: number }
  | { readonly by: 'cut'; readonly at: number }
  | { readonly by: 'remove' | 'twice'; readonly at: number; readonly length: number }
  | { readonly by: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly by: 'value'; readonly at: number; readonly json: string }
  | { readonly by: 'drop'; readonly at: number };

const at = fc.nat(2 ** 30);
const length = fc.oneof(fc.nat(8), fc.nat(4000));

/** In place of a value: another kind, too large, too deep, a name with a meaning of its own. */
const json = fc.oneof(
  fc.constantFrom('null', 'true', '-1', '0.5', '1e308', '1e999', '9007199254740993', '""', '[]'),
  fc.constantFrom('{}', '"\\u0000\\n"', '{"__proto__":{"x":1}}', '"constructor"', '[[[[]]]]'),
  fc.constantFrom(`${'['.repeat(500)}${']'.repeat(500)}`, `"${'x'.repeat(100_000)}"`),
  fc.nat(8).map(String),
  fc.nat(300).map(String),
  fc.json({ maxDepth: 3 }),
);

const byBytes: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ by: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({ by: fc.constant('cut' as const), at }),
  fc.record({ by: fc.constantFrom('remove' as const, 'twice' as const), at, length }),
  fc.record({ by: fc.constant('insert' as const), at, bytes: fc.uint8Array({ maxLength: 40 }) }),
);

const byContent: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ by: fc.constant('value' as const), at, json }) },
  { weight: 1, arbitrary: fc.record({ by: fc.constant('drop' as const), at }) },
);

/** Mostly one, or a few of a kind. */
export const damages: fc.Arbitrary<readonly Damage[]> = fc.oneof(
  fc.tuple(byBytes),
  fc.tuple(byContent),
  fc.array(byBytes, { minLength: 2, maxLength: 4 }),
  fc.array(byContent, { minLength: 2, maxLength: 4 }),
);

/** The file after it. */
export function damaged(file: Buffer, all: readonly Damage[]): Buffer {
  let found = file;
  for (const one of all) found = after(found, one);
  return all.some(isOfContent) ? resealed(found) : found;
}

const isOfContent = ({ by }: Damage): boolean => by === 'value' || by === 'drop';

function after(file: Buffer, one: Damage): Buffer {
  const place = one.at % (file.length || 1);
  const before = file.subarray(0, place);
  switch (one.by) {
    case 'flip': {
      const copy = Buffer.from(file);
      if (copy.length > 0) copy[place]! ^= 1 << one.bit;
      return copy;
    }
    case 'cut':
      return before;
    case 'remove':
      return Buffer.concat([before, file.subarray(place + one.length)]);
    case 'twice':
      return Buffer.concat([file.subarray(0, place + one.length), file.subarray(place)]);
    case 'insert':
      return Buffer.concat([before, one.bytes, file.subarray(place)]);
    case 'value':
    case 'drop':
      return changed(file, one.at, one.by === 'value' ? one.json : undefined);
  }
}

/** A value of a JSON text replaced, or left out; each line may be a text. */
function changed(file: Buffer, place: number, text: string | undefined): Buffer {
  const { values, isLines } = parsed(file);
  const slots: { readonly of: Record<string, unknown>; readonly key: string }[] = [];
  const collect = (of: Record<string, unknown>): void => {
    for (const key of Object.keys(of)) {
      slots.push({ of, key });
      const value = of[key];
      if (typeof value === 'object' && value !== null) collect(value as Record<string, unknown>);
    }
  };
  // Whatever was parsed is taken by its keys, arrays too.
  collect(values as unknown as Record<string, unknown>);
  const slot = slots[place % (slots.length || 1)];
  if (slot === undefined) return file;
  const { of, key } = slot;
  if (text !== undefined) of[key] = HOLE;
  else if (Array.isArray(of)) of.splice(Number(key), 1);
  else delete of[key];
  const lines = values.map((value) => JSON.stringify(value));
  return Buffer.from(lines.join(isLines ? '\n' : '').replace(JSON.stringify(HOLE), () => text!));
}

/** Stands where the new text goes: not all of it survives being parsed. */
const HOLE = 'the place of the new value';

function parsed(file: Buffer): { readonly values: unknown[]; readonly isLines: boolean } {
  const text = file.toString('utf8');
  try {
    return { values: [JSON.parse(text)], isLines: false };
  } catch {
    const lines = text.split('\n').filter(Boolean);
    return { values: lines.map((line) => orText(line)), isLines: true };
  }
}

function orText(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

/** With a checksum of what is now in it, if there is one. */
function resealed(file: Buffer): Buffer {
  const value = orText(file.toString('utf8'));
  if (typeof value !== 'object' || value === null || !('sum' in value)) return file;
  const { sum: _, ...rest } = value;
  return Buffer.from(JSON.stringify({ ...rest, sum: sha256(JSON.stringify(rest), 16) }));
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Run = (argv: readonly string[], io: Io) => Promise<number>;

/** What a command line says, run in this process. */
export async function said(run: Run, argv: readonly string[]): Promise<Said> {
  let out = '';
  let err = '';
  const code = await run(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop: new AbortController().signal,
  });
  return { code, out, err };
}

/**
 * What is wrong with an answer to a damaged input, in words. `right`: the answer to the input as it
 * was. Bytes that were damaged are noticed, or do not matter; `sealed`: a checksum would tell.
 */
export function fault(
  answer: Said,
  right: Said,
  { all, sealed }: { readonly all: readonly Damage[]; readonly sealed: boolean },
): string | undefined {
  const { code, out, err } = answer;
  if (/^ +at .*:\d+:\d+\)?$/m.test(err + out)) return 'a stack trace';
  if (![0, 1, 2, 3].includes(code)) return `exit code ${code}`;
  if (code === 2 && !/^writepath: [^\n]*\n$/.test(err)) return 'exit code 2, and not one line';
  if (code === 2 || !sealed || all.some(isOfContent)) return undefined;
  const same = code === right.code && out === right.out && err === right.err;
  return same ? undefined : 'another answer, to a file that is not as it was written';
}
