import { expect, test } from 'vitest';
import { readEntries, refuted, stale } from './equivalent.ts';
import { mutantsOf, sampled } from './mutant.ts';
import { digestOf, mutatedFiles, testsOf } from './project.ts';
import { perCent, shown, survivors, table } from './report.ts';
import { isCurrent, ordered } from './results.ts';
import type { Judged, Result } from './results.ts';

const SOURCE = 'if (a) {\n  b = 1;\n  c();\n}\n';

const ids = (source: string) => mutantsOf('model/a.ts', source).map(({ id }) => id);

const judgedAs = (outcome: Result['outcome'], index = 0): Judged => {
  const mutant = mutantsOf('model/a.ts', SOURCE)[index]!;
  return { mutant, result: { id: mutant.id, outcome, by: '', ms: 1, file: 'f', project: 'p' } };
};

test('a name stays while the line does, whatever is added elsewhere', () => {
  expect(new Set(ids(SOURCE)).size).toBe(ids(SOURCE).length);
  expect(ids(`\n// A comment.\nd();\n${SOURCE}`)).toEqual(expect.arrayContaining(ids(SOURCE)));
});

test('of equal lines each has a name of its own', () => {
  expect(new Set(ids('b = 1;\nb = 1;\n')).size).toBe(4);
});

test('a sample has one of every file, and changes little when one file does', () => {
  const many = Array.from({ length: 40 }, (_, i) => `f${i}(${i});`).join('\n');
  const all = [...mutantsOf('model/a.ts', many), ...mutantsOf('model/b.ts', SOURCE)];
  const before = sampled(all, 10, 1);
  expect(before).toHaveLength(10);
  expect(new Set(before.map(({ file }) => file))).toEqual(new Set(['model/a.ts', 'model/b.ts']));
  expect(sampled(all, 10, 1)).toEqual(before);
  expect(sampled(all, 10, 2)).not.toEqual(before);
  const after = sampled([...all, ...mutantsOf('model/c.ts', 'd();')], 10, 1).map(({ id }) => id);
  expect(before.filter(({ id }) => !after.includes(id)).length).toBeLessThanOrEqual(1);
});

test('a mutant is shown by the lines that it touches', () => {
  const [drop] = mutantsOf('model/a.ts', `x();\n${SOURCE}`).slice(1);
  expect(shown(drop!)).toBe(
    `${drop!.id} model/a.ts:2 drop\n    - if (a) { b = 1; c(); }\n    + ;\n`,
  );
});

test('what is mutated, and which tests see it', () => {
  const files = new Map([
    ['model/a.ts', "import './b.ts';"],
    ['model/b.ts', 'export const b = 1;'],
    ['model/a.test.ts', "import { a } from './a.ts';"],
    ['cli/c.test.ts', "import { spawn } from 'node:child_process';"],
    ['mutants/d.ts', ''],
  ]);
  expect(mutatedFiles(files)).toEqual(['model/a.ts', 'model/b.ts']);
  expect([...testsOf(files)]).toEqual([
    ['model/a.test.ts', new Set(['model/a.test.ts', 'model/a.ts', 'model/b.ts'])],
  ]);
  expect(digestOf(new Map([...files, ['mutants/d.ts', 'e();']]))).toBe(digestOf(files));
});

test('a result stands until it may have changed', () => {
  const { result: killed } = judgedAs('killed');
  const { result: survived } = judgedAs('survived');
  const same = { file: 'f', project: 'p' };
  const elsewhere = { file: 'f', project: 'q' };
  expect(isCurrent(undefined, same, false)).toBe(false);
  expect([isCurrent(killed, same, true), isCurrent(survived, same, true)]).toEqual([true, true]);
  expect([isCurrent(killed, elsewhere, false), isCurrent(survived, elsewhere, false)]).toEqual([
    true,
    false,
  ]);
  expect(isCurrent(killed, elsewhere, true)).toBe(false);
  expect(isCurrent(killed, { file: 'g', project: 'q' }, false)).toBe(false);
});

test('quick tests run first, and those that have killed', () => {
  const { result } = judgedAs('killed');
  const kills = Array.from({ length: 9 }, () => ({ ...result, by: 'slow' }));
  const took: [string, number][] = [
    ['slow', 90],
    ['other', 50],
    ['quick', 2],
  ];
  expect(ordered(took, []).map(([name]) => name)).toEqual(['quick', 'other', 'slow']);
  expect(ordered(took, kills).map(([name]) => name)).toEqual(['quick', 'slow', 'other']);
});

test('the list of equivalents: explained, refuted, stale, malformed', () => {
  const { mutant } = judgedAs('survived');
  const entry = `# A comment.\n\n${shown(mutant)}    Nobody\n    can tell.\n`;
  const entries = readEntries(entry);
  expect(entries.get(mutant.id)?.why).toBe('Nobody can tell.');
  expect(perCent([judgedAs('survived')], entries)).toBe(100);
  expect(refuted(entries, [judgedAs('survived')])).toEqual([]);
  expect(refuted(entries, [judgedAs('killed')])).toHaveLength(1);
  expect(stale(entries, [mutant])).toEqual([]);
  expect(stale(entries, [])).toHaveLength(1);
  expect(() => readEntries(shown(mutant))).toThrow('no entry');
  expect(() => readEntries(`${entry}\n${entry}`)).toThrow('two entries');
});

test('the report counts, and shows who survived', () => {
  const judged = [judgedAs('killed'), judgedAs('timeout', 1), judgedAs('survived', 2)];
  expect(table(judged, new Map()).split('\n').at(-2)!.split(/ +/)).toEqual([
    'all',
    '3',
    '1',
    '1',
    '0',
    '1',
    '66.6',
  ]);
  expect(survivors(judged, new Map())).toBe(`\n${shown(judged[2]!.mutant)}`);
});
