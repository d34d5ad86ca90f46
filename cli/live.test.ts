/** `live` and `record:deep` as commands: what is refused, before anything is done. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');
const DEEP = fileURLToPath(new URL('../dist/cli/record-deep.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function live(...argv: string[]) {
  let [out, err] = ['', ''];
  const io: Parameters<typeof run>[1] = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop: new AbortController().signal,
  };
  return { code: await run(['live', ...argv], io), out, err };
}

const refused: [argv: string[], line: RegExp][] = [
  [[], /required option '--fs <name>' not specified/],
  [['--fs', 'btrfs'], /Allowed choices are xfs, ext4, ext4d/],
  [['--fs', 'xfs', '--blocks', '3'], /Allowed choices are 1, 2, 4/],
  [['--fs', 'xfs', '--runs', '0'], /Expected a number in 1\.\.1,000,000/],
  [['--fs', 'xfs', '--seed', '1000000001'], /Expected a number in 0\.\.1,000,000,000/],
  [['--fs', 'xfs', '--path', 'a'], /Expected it as writepath live has printed it/],
  [['--fs', 'xfs', '--path', '0:1:'], /Expected it as writepath live has printed it/],
  [['--fs', 'xfs', '--path', '0', '--replay-path', '?'], /Expected it as writepath live/],
  [['--fs', 'xfs', '--replay-path', 'A:B'], /--replay-path is of a --path/],
  [['--fs', 'xfs', '--save', folder], /it is a directory/],
];

test.each(refused)('exit code 2: %j', async (argv, line) => {
  const { code, out, err } = await live(...argv);
  expect(err).toMatch(line);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect([code, out]).toEqual([2, '']);
});

const deep = (...argv: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [DEEP, ...argv], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
};

test.each([
  [[], /required option '--fs <name>' not specified/],
  [['--fs', 'btrfs'], /Allowed choices are xfs, ext4, ext4d/],
  [['--fs', 'xfs', '--total', '0'], /Expected a number in 1\.\./],
  [['--fs', 'xfs', '--save', folder], /it is a directory/],
] as [string[], RegExp][])('record:deep, exit code 2: %j', (argv, line) => {
  const { code, out, err } = deep(...argv);
  expect(err).toMatch(line);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect([code, out]).toEqual([2, '']);
});

const isRoot = process.platform === 'linux' && process.getuid!() === 0;

test.skipIf(isRoot)('who is not root: exit code 2, of both', async () => {
  const wanted = /cannot record: a kernel is recorded (?:as root|on Linux)/;
  expect(await live('--fs', 'ext4')).toMatchObject({ code: 2, err: expect.stringMatching(wanted) });
  expect(deep('--fs', 'ext4')).toMatchObject({ code: 2, err: expect.stringMatching(wanted) });
});

test.skipIf(!isRoot)('as root: what was run, and that nothing differs; no file', async () => {
  const file = join(folder, 'none.jsonl');
  const { code, out, err } = await live('--fs', 'ext4', '--runs', '5', '--save', file);
  // Where koffi or mkfs is missing, it says so.
  if (code === 2) return expect(err).toMatch(/^writepath: cannot record: .*\n$/);
  expect(out).toMatch(/^ext4: 5 sequences, \d+ operations: nothing differs\nwithheld: 0\n$/);
  expect([code, err, existsSync(file)]).toEqual([0, '', false]);
});

test.skipIf(!isRoot)('as root: record:deep says what was judged', () => {
  const file = join(folder, 'deep.jsonl');
  const { code, out, err } = deep('--fs', 'ext4', '--total', '60', '--save', file);
  if (code === 2) return expect(err).toMatch(/^record:deep: cannot record: .*\n$/);
  expect(out).toMatch(/^ext4, seed 1: 5 sequences of 5; [\d,]+ operations a second\n/);
  expect(out).toMatch(/\next4 of 6\.18 +60 +60 +0 +0\n/);
  expect(out).toMatch(/\n {2}write +\d+ +\d+ +0 +0 +1\.\d{3}\n/);
  expect(out).toMatch(/\nwithheld: 0\n$/);
  expect([code, err, readFileSync(file, 'utf8')]).toEqual([0, '', '']);
});
