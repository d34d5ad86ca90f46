/** JSON that is written with a checksum over all the rest of it. */
import { sha256 } from './digest.ts';

/** The checksum is of everything else in the file. */
export const sumOf = (rest: object): string => sha256(JSON.stringify(rest), 16);

/** A line a member, and a line for each thing that is in the list of that name. */
export function pretty(file: Readonly<Record<string, unknown>>, list: string): string {
  const members = Object.entries(file).map(([name, value]) => {
    const shown =
      name === list && Array.isArray(value) && value.length > 0
        ? `[\n${value.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`
        : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${shown}`;
  });
  return `{\n${members.join(',\n')}\n}\n`;
}
