/** A dist/ that is not what the sources say is never run. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { STAMP, foldersOf, staleness } from './stale.ts';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(root, { recursive: true }));

for (const name of [...foldersOf(HERE), 'dist', 'tsconfig.json', 'package.json']) {
  cpSync(join(HERE, name), join(root, name), { recursive: true });
}
symlinkSync(join(HERE, 'node_modules'), join(root, 'node_modules'));

function listed(): [number | null, string, boolean] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [
    join(root, 'dist/cli/main.js'),
    'list',
  ]);
  return [status, stderr.toString(), stdout.length > 0];
}

const AGAIN = 'run npm run build';

test('stale: a copy of the checkout, with other dates, is not; nor if a test has changed', () => {
  appendFileSync(join(root, 'cli/main.test.ts'), '// more\n');
  expect(listed()).toEqual([0, '', true]);
});

test('stale: a source that has changed, is new, or is gone', () => {
  // First, for this one must be put back.
  writeFileSync(join(root, 'cli/new.ts'), '');
  expect(staleness(root)).toBe(`dist/ is older than cli/new.ts: ${AGAIN}`);
  rmSync(join(root, 'cli/new.ts'));
  expect(staleness(root)).toBe(undefined);
  rmSync(join(root, 'cli/list.ts'));
  expect(staleness(root)).toBe(`dist/ was built from cli/list.ts, which is gone: ${AGAIN}`);
  appendFileSync(join(root, 'cli/check.ts'), '// more\n');
  expect(listed()).toEqual([2, `writepath: dist/ is older than cli/check.ts: ${AGAIN}\n`, false]);
});

test('stale: what cannot be loaded is one line, and no verdict', () => {
  rmSync(join(root, 'node_modules'));
  for (const name of ['cli/list.ts', 'cli/check.ts']) cpSync(join(HERE, name), join(root, name));
  const [status, errors] = listed();
  expect([status, errors.match(/\n/g)?.length]).toEqual([70, 1]);
  expect(errors).toMatch(/^writepath: cannot be started: .*commander.*; try npm ci\n$/);
  symlinkSync(join(HERE, 'node_modules'), join(root, 'node_modules'));
});

test('stale: a dist/ that does not say what it is; without sources there is nothing to ask', () => {
  rmSync(join(root, STAMP));
  expect(staleness(root)).toBe(`dist/ does not say what it was built from: ${AGAIN}`);
  for (const name of foldersOf(root)) rmSync(join(root, name), { recursive: true });
  expect(listed()).toEqual([0, '', true]);
});

test('what was built can be run as a program', () => {
  expect(statSync(join(HERE, 'dist/cli/main.js')).mode & 0o111).toBe(0o111);
});

test('npx builds nothing: what a build that fails leaves in its cache stays broken', () => {
  const { scripts } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const prepare = (npm_command: string) =>
    spawnSync('/bin/sh', ['-c', scripts['prepare']!], {
      cwd: HERE,
      env: { npm_command, PATH: '' },
    });
  expect(prepare('exec').status).toBe(0);
  // Where it would build, it does not find npm.
  expect(prepare('ci').status).not.toBe(0);
});
