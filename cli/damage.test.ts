/** Damaged parts of a matrix: refused in a line, or read as they were; see npm run damage. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { damaged, damages, fault, said } from './damage.ts';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('merge: a damaged part is refused, or read as it was', async () => {
  const [one, two, bad] = ['1', '2', 'bad'].map((name) => join(folder, name));
  const asked = 'matrix multipage-rfc/locked,mapped* --scenario two-writers --workers 1';
  for (const [i, out] of [one!, two!].entries()) {
    await said(run, [...asked.split(' '), '--shard', `${i + 1}/2`, '--out', out]);
  }
  const right = await said(run, ['merge', one!, two!]);
  expect(right.code).toBe(3);
  const file = readFileSync(one!);
  let refused = 0;
  const runs = 400;
  await fc.assert(
    fc.asyncProperty(damages, async (all) => {
      writeFileSync(bad!, damaged(file, all));
      const answer = await said(run, ['merge', bad!, two!]);
      if (answer.code === 2) refused++;
      expect(fault(answer, right, { all, sealed: true })).toBeUndefined();
    }),
    { seed: 1, numRuns: runs },
  );
  expect(refused).toBeGreaterThan(runs * 0.9);
  expect(refused).toBeLessThan(runs);
});

test('damage: what is wrong with an answer is said', () => {
  const right = { code: 0, out: 'all holds\n', err: '' };
  const all = [{ by: 'cut' as const, at: 7 }];
  const of = (answer: Partial<typeof right>, sealed = true) =>
    fault({ ...right, ...answer }, right, { all, sealed });
  expect(of({})).toBeUndefined();
  expect(of({ code: 2, err: 'writepath: x: truncated\n' })).toBeUndefined();
  expect(of({ code: 1 }, false)).toBeUndefined();
  expect(of({ code: 1 })).toMatch('another answer');
  expect(of({ code: 70 })).toBe('exit code 70');
  expect(of({ code: 2, err: 'writepath: x\ny\n' })).toBe('exit code 2, and not one line');
  expect(of({ err: 'Error\n    at f (file:///x.js:1:2)\n' })).toBe('a stack trace');
});
