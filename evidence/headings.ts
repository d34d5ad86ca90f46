/** Words above the columns of a table. */
import type { Heading } from './cells.ts';

/**
 * Words wider than their column, on as many lines as keep them apart; each ends over its column.
 */
export function headings(properties: readonly Heading[], margin: number, width: number): string[] {
  const longest = Math.max(...properties.map(({ short }) => short.length));
  const levels = Math.ceil((longest + 1) / width);
  return Array.from({ length: levels }, (_, level) => {
    let line = '';
    properties.forEach(({ short }, i) => {
      const end = margin + (i + 1) * width - 1;
      if (i % levels === level) line = line.padEnd(end - short.length) + short;
    });
    return line;
  });
}
