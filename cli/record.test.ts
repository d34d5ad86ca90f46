/** `record` as a command: what is refused, in one line and before anything is done. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';

const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function writepath(...argv: string[]) {
  let [out, err] = ['', ''];
  const io: Parameters<typeof run>[1] = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop: new AbortController().signal,
  };
  return { code: await run(['record', ...argv], io), out, err };
}

const refused: [argv: string[], line: RegExp][] = [
  [['--fs', 'zfs', 'x'], /argument 'zfs' is invalid/],
  [['x'], /required option '--fs <name>' not specified/],
  [['--fs', 'xfs'], /missing required argument 'out'/],
  [['--fs', 'xfs', '--blocks', '3', 'x'], /Allowed choices are 1, 2, 4/],
  [['--fs', 'xfs', '--mode', 'full', 'x'], /Allowed choices are plain, enospc/],
  [['--fs', 'xfs', '--seed', '1000000001', 'x'], /Expected a number in 0\.\.1,000,000,000/],
  [['--fs', 'xfs', '--sequences', '0', 'x'], /Expected a number in 1\.\.200,000/],
  [['--fs', 'xfs', '--operations', '52', 'x'], /Expected a number in 1\.\.51/],
  [['--fs', 'xfs', '/dev/null'], /cannot write \/dev\/null: it is a device/],
  [['--fs', 'xfs', folder], /it is a directory/],
  [['--fs', 'xfs', join(folder, 'no', 'x.gz')], /no such file or directory/],
];

test.each(refused)('exit code 2: %j', async (argv, line) => {
  const { code, out, err } = await writepath(...argv);
  expect(err).toMatch(line);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect([code, out]).toEqual([2, '']);
});

test('btrfs is not filled up, as root or not: exit code 2, and no file', async () => {
  const file = join(folder, 'none.gz');
  const { code, err } = await writepath('--fs', 'btrfs', '--mode', 'enospc', file);
  expect(err).toMatch(/^writepath: cannot record: (?:btrfs cannot be filled up|a kernel is)/);
  expect([code, existsSync(file)]).toEqual([2, false]);
});

const isRoot = process.platform === 'linux' && process.getuid!() === 0;

test.skipIf(isRoot)('who is not root: exit code 2, and no file', async () => {
  const file = join(folder, 'none.gz');
  const { code, err } = await writepath('--fs', 'ext4', file);
  expect(err).toMatch(/^writepath: cannot record: a kernel is recorded (?:as root|on Linux)/);
  expect([code, existsSync(file)]).toEqual([2, false]);
});

test.skipIf(!isRoot)('as root: a line a sequence, and gzip by the name', async () => {
  const [packed, plain] = [join(folder, 'a.jsonl.gz'), join(folder, 'a.jsonl')];
  for (const file of [packed, plain]) {
    const { code, out, err } = await writepath('--fs', 'ext4', '--sequences', '2', file);
    // Where koffi or mkfs is missing, it says so.
    if (code === 2) return expect(err).toMatch(/^writepath: cannot record: .*\n$/);
    expect(out).toMatch(/: 2 sequences, 24 operations\nwithheld: 0\n$/);
    expect([code, err]).toEqual([0, '']);
  }
  const lines = (text: string) => text.trimEnd().split('\n').length;
  expect(lines(gunzipSync(readFileSync(packed)).toString())).toBe(2);
  expect(lines(readFileSync(plain, 'utf8'))).toBe(2);
});
