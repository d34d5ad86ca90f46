/** Results that are kept from run to run: a file, in which every line is one of them. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** In the order of the file; without it, none. A line that was cut off is undefined. */
export function readLines(path: string): unknown[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').map(parsed) : [];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The line break comes first, for the file may end with half a line. */
export const appendLine = (path: string, result: object): void =>
  appendFileSync(path, `\n${JSON.stringify(result)}`);
