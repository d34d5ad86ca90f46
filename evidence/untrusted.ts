/**
 * JSON of a file that may be anything: an object, with a checksum over all the rest of it. Whatever
 * is wrong with it is said in one line.
 */
import * as v from 'valibot';
import { sumOf } from './summed.ts';

/** What kind of file it should be, and the error that says why it is none. */
export interface Expected {
  readonly kind: string;
  readonly refuse: (why: string) => Error;
}

/** The object; its checksum and its members have not been looked at. */
export function objectOf(content: string, expected: Expected): Record<string, unknown> {
  const refused = (why: string) => expected.refuse(`not a ${expected.kind}: ${why}`);
  if (isTooMuch(content)) throw refused('its JSON has too much in it');
  let raw: unknown;
  try {
    raw = JSON.parse(content);
  } catch {
    const began = content.trimStart().startsWith('{');
    throw began ? expected.refuse('truncated, or not JSON') : refused('not JSON');
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw refused('not a JSON object');
  }
  return raw as Record<string, unknown>;
}

/** As it was written, and of that shape. */
export function shapedAs<T>(
  schema: v.GenericSchema<unknown, T>,
  raw: Record<string, unknown>,
  { kind, refuse }: Expected,
): T {
  const { sum, ...rest } = raw;
  if (sum !== sumOf(rest)) throw refuse('edited or damaged: its checksum does not match');
  const read = v.safeParse(schema, raw, { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw refuse(`not a ${kind}: ${v.getDotPath(issue) ?? 'file'}: ${issue.message}`);
}

/** Objects and lists within each other; in what is written here there are 4. */
const DEPTH_MAX = 16;

/** Objects and lists at all; a step of a replay file has two. */
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
