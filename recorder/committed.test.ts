/** The traces of this repository: all of them can be read, and none is there by mistake. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../traces/format.ts';
import { COMMITTED } from './committed.ts';
import { contentOf } from './content.ts';

const TRACES = fileURLToPath(new URL('../traces/', import.meta.url));
const linesOf = (file: string): string[] =>
  gunzipSync(readFileSync(TRACES + file))
    .toString()
    .split('\n')
    .slice(0, -1);

it('they are those that npm run record writes', () => {
  const there = readdirSync(TRACES).filter((name) => name.endsWith('.gz'));
  expect(there.toSorted()).toEqual(COMMITTED.map(({ file }) => file).toSorted());
});

describe.each(COMMITTED)('$file', ({ file }) => {
  const lines = linesOf(file);

  it('is of its filesystem, and of one kernel', () => {
    expect(lines.length).toBeGreaterThan(0);
    const name = /(?:^|-)(xfs|ext4d?)-(\d)/.exec(file)!;
    for (const line of lines) {
      const { fs, pb, kernel } = readTrace(line);
      expect([fs, String(pb)]).toEqual([name[1], name[2]]);
      expect(kernel).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it('says nothing that the format does not know', () => {
    for (const line of lines) expect(readTrace(line)).toEqual(JSON.parse(line));
  });

  it('is packed without a name or a time', () => {
    const packed = contentOf(lines, file);
    // Flags, time; and the system.
    expect([...packed.subarray(3, 8), packed[9]]).toEqual([0, 0, 0, 0, 0, 255]);
    expect(linesOf(file)).toEqual(lines);
  });
});
