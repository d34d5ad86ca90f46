/** Traces as the bytes of a file. */
import { gzipSync } from 'node:zlib';

/** Where gzip says on which system it ran. */
const OS = 9;
const UNKNOWN = 255;

/** One a line; with gzip where the name ends in .gz. The same lines are always the same bytes. */
export function contentOf(lines: readonly string[], name: string): Uint8Array {
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  if (!name.endsWith('.gz')) return text;
  // Node.js writes neither a name nor a time.
  const bytes = gzipSync(text, { level: 9 });
  bytes[OS] = UNKNOWN;
  return bytes;
}
