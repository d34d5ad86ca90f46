/** Parts of a matrix: together they are one run of it, to the byte; or nothing is drawn. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../evidence/digest.ts';
import { matches } from '../runs/scenario.ts';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function writepath(line: string, designs?: string, stop = new AbortController().signal) {
  let out = '';
  let err = '';
  const code = await run(
    line.split(' ').filter(Boolean),
    {
      out: (text) => (out += text),
      err: (text) => (err += text),
      progress: () => undefined,
      stop,
    },
    designs,
  );
  return { code, out, err };
}

/** Runs that are short, some of which hold; and some that cannot be asked. */
const ASKED =
  'multipage-rfc/locked,mapped* recvfile-safe recvfile/f-oxnas --scenario two-writers ' +
  '--scenario one-call-after-the-other --scenario receive-ends-inside-a-page';
const RUNS = 8;

const at = (k: number, of: number) => join(folder, `part-${k}-of-${of}.json`);
const named = (of: number) => Array.from({ length: of }, (_, i) => at(i + 1, of));

async function shards(asked: string, of: number, designs?: string) {
  const all = [];
  for (let k = 1; k <= of; k++) {
    const line = `matrix ${asked} --shard ${k}/${of} --out ${at(k, of)} --workers 1`;
    all.push(await writepath(line, designs));
  }
  return all;
}

type Answered = Awaited<ReturnType<typeof writepath>>;
let whole: Answered;
let wholeAll: Answered;

const made = new Map<number, Answered[]>();

beforeAll(async () => {
  for (const of of [2, 4]) made.set(of, await shards(ASKED, of));
  whole = await writepath(`matrix ${ASKED} --workers 1`);
  wholeAll = await writepath(`matrix ${ASKED} --all --workers 1`);
}, 60_000);

test.each([2, 4])('parts: 1 to %d of them are the bytes of one run', async (of) => {
  const said = made.get(of)!;
  expect(said.map(({ code, err }) => [code, err])).toEqual(named(of).map(() => [0, '']));
  const runs = said.map(({ out }) => Number(/^part \d\/\d: (\d+) of 8 runs: /.exec(out)![1]));
  expect(runs.reduce((sum, n) => sum + n, 0)).toBe(RUNS);
  expect(Math.max(...runs) - Math.min(...runs)).toBeLessThan(2);
  const files = named(of).toReversed().join(' ');
  expect(await writepath(`merge ${files}`)).toEqual(whole);
  expect(await writepath(`merge ${files} --all`)).toEqual(wholeAll);
});

test('parts: the number of workers cannot be seen in them, nor when they were made', async () => {
  const before = readFileSync(at(1, 2));
  await writepath(`matrix ${ASKED} --shard 1/2 --workers 3 --out ${at(1, 2)}`);
  expect(readFileSync(at(1, 2)).equals(before)).toBe(true);
});

test('parts: more than there are runs; a run that failed is a failure of the whole', async () => {
  const module = join(folder, 'fails.mjs');
  const listed = new URL('../dist/model/designs/all.js', import.meta.url).href;
  writeFileSync(
    module,
    `import { DESIGNS as LISTED } from '${listed}';
    const good = LISTED.find(({ name }) => name === 'multipage-rfc/locked,mapped,skips');
    const rows = { first() { throw new Error('on\\npurpose'); } };
    export const DESIGNS = [good, { ...good, name: 'fails', rows }];`,
  );
  const { href } = pathToFileURL(module);
  const said = await shards('--scenario signal', 3, href);
  expect(said.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(said[2]!.out).toBe('part 3/3: 0 of 2 runs: none in this part\n');
  const one = await writepath('matrix --scenario signal', href);
  expect(one.code).toBe(2);
  expect(said.map(({ err }) => err).join('')).toBe(one.err);
  expect(await writepath(`merge ${named(3).join(' ')}`, href)).toEqual(one);
});

test('parts: an interrupted one is not written', async () => {
  const file = join(folder, 'interrupted.json');
  const line = `matrix ${ASKED} --shard 1/2 --out ${file}`;
  const { code, out, err } = await writepath(line, undefined, AbortSignal.abort());
  expect([code, out]).toEqual([3, '']);
  expect(err).toBe(`writepath: interrupted: 0 of 4 runs ended, and ${file} is not written\n`);
  expect(readdirSync(folder).filter((name) => name.startsWith('interrupted'))).toEqual([]);
});

test.each<[string, string]>([
  ['matrix --shard 1/2', '--shard needs a file: --out FILE'],
  ['matrix --out x.json', '--out is of a part: it needs --shard'],
  ['matrix --all --shard 1/2 --out x', '--all is for writepath merge: a part is not drawn'],
  ['matrix --shard 1/2 --out no-folder/x', 'cannot write no-folder/x: no such file or directory'],
  ...['0/2', '3/2', '1/1001', '1', '1/', 'x/2', '-1/2', '1.5/2'].map((k): [string, string] => [
    `matrix --out x --shard=${k}`,
    `option '--shard <k/n>' argument '${k}' is invalid. Expected K/N, 1/N to N/N, N at most 1,000.`,
  ]),
  ['fuzz recvfile --shard 1/3', '100 runs are 2 batches of 50: too few for --shard 1/3'],
  ['merge', "missing required argument 'part'"],
  ['merge no-such-file', 'cannot read no-such-file: no such file or directory'],
  ['merge /dev/zero', 'cannot read /dev/zero: it is a device, and no regular file'],
])('parts: bad usage is exit code 2, and one line: %s', async (line, why) => {
  expect(await writepath(line)).toEqual({ code: 2, out: '', err: `writepath: ${why}\n` });
});

/** Part 2 of 2 with something in it changed, and a checksum that is right again. */
function forged(change: (part: Record<string, unknown>) => void): string {
  const { sum: _, ...part } = JSON.parse(readFileSync(at(2, 2), 'utf8')) as Record<string, unknown>;
  change(part);
  const file = join(folder, 'forged.json');
  writeFileSync(file, JSON.stringify({ ...part, sum: sha256(JSON.stringify(part), 16) }));
  return file;
}

async function refused(files: readonly string[], why: string) {
  const { code, out, err } = await writepath(`merge ${files.join(' ')}`);
  const short = err.replaceAll(`${folder}/`, '');
  expect({ code, out, err: short }).toEqual({ code: 2, out: '', err: `writepath: ${why}\n` });
}

test('merge: a part that is missing, or there twice, is named', async () => {
  const [one, two, three] = named(4) as [string, string, string];
  await refused(named(4).toSpliced(3, 1), 'part 4 of 4 is missing');
  await refused([three, one], 'parts 2, 4 of 4 are missing');
  const twice = 'part-2-of-4.json: part 2 of 4 again, after part-2-of-4.json';
  await refused([one, two, two, three], twice);
  await refused(
    [one, at(2, 2)],
    'part-2-of-2.json: one of 2 parts, and part-1-of-4.json is one of 4',
  );
});

test('merge: parts of other questions are refused', async () => {
  const other = join(folder, 'other.json');
  const designs = ASKED.slice(0, ASKED.indexOf(' --'));
  await writepath(`matrix ${designs} --scenario two-writers --shard 2/2 --out ${other}`);
  await refused([at(1, 2), other], 'other.json: it has other questions than part-1-of-2.json');
});

type Answer = Record<string, unknown> & { properties: Record<string, unknown> };
const answers = (part: Record<string, unknown>) => part['answers'] as Answer[];

test.each<[string, (part: Record<string, unknown>) => void, string]>([
  ['version', (part) => (part['version'] = '0.0.9'), 'of another version: 0.0.9, this is 0.1.0'],
  ['format', (part) => (part['writepath_part'] = 2), 'of another version: format 2, this is 1'],
  ['kind', (part) => delete part['writepath_part'], 'not a part of a matrix'],
  ['build', (part) => (part['build'] = 'x'), 'run by another build than part-1-of-2.json'],
  ['number', (part) => (part['shard'] = 3), 'it is part 3 of 2'],
  ['fewer', (part) => answers(part).pop(), 'it has 3 answers for 4 questions'],
  [
    'order',
    (part) => (part['answers'] = answers(part).toReversed()),
    'answer 1 is to another question',
  ],
  [
    'promise',
    (part) => delete answers(part)[1]!.properties['no-deadlock'],
    'answer 2 is to another question',
  ],
])('merge: a part of another %s is refused', async (_, change, why) => {
  await refused([at(1, 2), forged(change)], `forged.json: ${why}`);
});

test('merge: a build that is not this one, though all parts agree', async () => {
  const file = forged((part) => Object.assign(part, { build: 'x', of: 1, shard: 1 }));
  await refused([file], 'forged.json: run by another build, or by another record, than this one');
  const names = forged((part) => (part['designs'] = ['recvfil']));
  const hint = 'where a file of your own has it, name it, too: merge part-*.json ./mine.ts';
  const near = "unknown design 'recvfil'; the nearest is 'recvfile'";
  await refused([names], `forged.json: ${near}; ${hint}`);
  const stars = `${'*'.repeat(100)}x`;
  const many = forged((part) => (part['designs'] = [stars]));
  await refused([many], `forged.json: unknown design '${stars}'; ${hint}`);
  const digest = forged((part) => (part['questions'] = 'x'));
  await refused([digest], 'forged.json: its questions are not those that it says');
});

test('merge: patterns of designs', () => {
  const name = 'a/b,c';
  const all = ['*', '**', 'a*', '*c', 'a/*,c', '*/*', 'a/b,c*', '*a/b,c', 'a/b,c', '*b*'];
  expect(all.filter((pattern) => !matches(pattern, name))).toEqual([]);
  const none = ['', 'a', 'b*', '*b', 'a/b,c*c', 'a/b,*,c', 'a.b,c', '*c*c', 'A*'];
  expect(none.filter((pattern) => matches(pattern, name))).toEqual([]);
});

test('merge: shapes that no part has are refused', async () => {
  for (const [name, value] of [
    ['answers', {}],
    ['of', 1e9],
    ['shard', 0.5],
    ['designs', [1]],
    ['more', 1],
  ]) {
    const file = forged((part) => (part[name as string] = value));
    const { code, err } = await writepath(`merge ${file}`);
    expect([code, err.split('\n').length]).toEqual([2, 2]);
    expect(err).toContain('forged.json: not a part of a matrix: ');
  }
});

test('merge: an edited part, one that is cut off, or something else', async () => {
  const text = readFileSync(at(2, 2), 'utf8');
  const file = join(folder, 'bad.json');
  writeFileSync(file, text.replace('"violated"', '"holds"'));
  await refused([at(1, 2), file], 'bad.json: edited or damaged: its checksum does not match');
  writeFileSync(file, text.slice(0, 2000));
  await refused([at(1, 2), file], 'bad.json: truncated, or not JSON');
  writeFileSync(file, '');
  await refused([at(1, 2), file], 'bad.json: not a part of a matrix: not JSON');
  writeFileSync(file, '['.repeat(100_000));
  await refused([file], 'bad.json: not a part of a matrix: its JSON has too much in it');
});

test('fuzz --shard: what is found is found again by the line that is printed', async () => {
  const { code, out } = await writepath(
    'fuzz recvfile --scenario receive-is-short --runs 200 --shard 3/4',
  );
  expect(code).toBe(1);
  const [, again] = /npx writepath (fuzz (?:.*\\\n)*.*)\n/.exec(out)!;
  expect(again).toContain('--shard 3/4');
  expect((await writepath(again!.replace(/\\?\s+/g, ' '))).out).toBe(out);
});

test('fuzz --shard: a part takes its own batches alone', async () => {
  const line = 'fuzz recvfile-safe --scenario receive-ends-inside-a-page --runs 60 --json';
  const sampled = async (more: string) =>
    JSON.parse((await writepath(`${line}${more}`)).out) as { runs: number; steps: number };
  const one = await sampled('');
  const each = [await sampled(' --shard 1/2'), await sampled(' --shard 2/2')];
  expect(each.map(({ runs }) => runs)).toEqual([50, 10]);
  expect(each.reduce((sum, { steps }) => sum + steps, 0)).toBe(one.steps);
});
