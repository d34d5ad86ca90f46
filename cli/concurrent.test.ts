/** Several at once, one that is killed, and a disk that is full: a file is whole, or not there. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readReplay } from '../evidence/read-replay.ts';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'writepath-save-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CHECK = 'check page-at-a-time/xfs-2013 --scenario seek-beside-writeback --save'.split(' ');

test('several save to one file at once: it is one of theirs, nothing else is left', async () => {
  const file = join(folder, 'same.json');
  const children = Array.from({ length: 2 }, () =>
    spawn(process.execPath, [MAIN, ...CHECK, file], { stdio: 'ignore' }),
  );
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'close'))[0]));
  expect(codes).toEqual([1, 1]);
  expect(readReplay(readFileSync(file, 'utf8')).design).toBe('page-at-a-time/xfs-2013');
  expect(readdirSync(folder)).toEqual(['same.json']);
});

test('one that is killed leaves what was there before', async () => {
  const file = join(folder, 'same.json');
  const before = readFileSync(file, 'utf8');
  const large = 'check page-at-a-time --scenario everything-fails-once --faults 3 --pages 3 --save';
  const child = spawn(process.execPath, [MAIN, ...large.split(' '), file], { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 700));
  child.kill('SIGKILL');
  expect((await once(child, 'close'))[1]).toBe('SIGKILL');
  expect(readFileSync(file, 'utf8')).toBe(before);
});

// A file may have no more than so many blocks of 512 bytes: as on a disk that is full.
test('a disk that is full is told in a line, with exit code 2, and no half of a file', () => {
  const file = join(folder, 'full.json');
  const line = `ulimit -f 1; trap '' XFSZ; exec "$0" "$@"`;
  const { status, stderr } = spawnSync('sh', ['-c', line, process.execPath, MAIN, ...CHECK, file], {
    encoding: 'utf8',
  });
  expect(stderr).toBe(`writepath: cannot write ${file}: the file would be too large\n`);
  expect(status).toBe(2);
  expect(readdirSync(folder)).toEqual(['same.json']);
});
