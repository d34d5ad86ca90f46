/** Files named on a command line may be anything: none is destroyed, and none is waited for. */
import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MIB_MAX, readSmall } from './read.ts';
import { refuseUnwritable, save } from './save.ts';

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

writeFileSync(at('file'), 'old');
mkdirSync(at('folder'));
symlinkSync('file', at('link'));
symlinkSync('nowhere', at('dangling'));
spawnSync('mkfifo', [at('pipe')]);

test.each([
  ['link', 'it is a symbolic link; name a regular file, or a new one'],
  ['dangling', 'it is a symbolic link; name a regular file, or a new one'],
  ['folder', 'it is a directory; name a regular file, or a new one'],
  ['pipe', 'it is a pipe; name a regular file, or a new one'],
  ['folder/', 'it names no file'],
  ['none/file', 'no such file or directory'],
  ['file/file', 'not a directory'],
  ['n'.repeat(252), 'the name is too long'],
])('save: %s is refused, before the search and after it', (name, why) => {
  const before = readdirSync(folder);
  expect(() => refuseUnwritable(at(name))).toThrow(`cannot write ${at(name)}: ${why}`);
  expect(() => save(at(name), 'new')).toThrow(`cannot write ${at(name)}: ${why}`);
  expect(readdirSync(folder)).toEqual(before);
});

test('save: devices are refused, and so is no name at all', () => {
  for (const name of ['/dev/null', '/dev/zero', '/dev/stdout', '']) {
    expect(() => refuseUnwritable(name)).toThrow(/^cannot write .*: it (is|names) /);
  }
});

test('save: a regular file is replaced, and a link to it stays a link', () => {
  refuseUnwritable(at('file'));
  expect(readFileSync(at('file'), 'utf8')).toBe('old');
  save(at('file'), 'new');
  expect(readFileSync(at('link'), 'utf8')).toBe('new');
  expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
});

test.each([
  ['pipe', 'it is a pipe, and no regular file'],
  ['folder', 'it is a directory, and no regular file'],
  ['dangling', 'no such file or directory'],
  ['huge', `it has more than ${MIB_MAX} MiB`],
])('read: %s is refused at once', (name, why) => {
  writeFileSync(at('huge'), '');
  truncateSync(at('huge'), 2 ** 33);
  expect(() => readSmall(at(name))).toThrow(`cannot read ${at(name)}: ${why}`);
});

test('read: a regular file, also by a link; a device never ends', () => {
  writeFileSync(at('file'), 'text');
  expect([readSmall(at('file')), readSmall(at('link'))]).toEqual(['text', 'text']);
  expect(() => readSmall('/dev/zero')).toThrow('it is a device');
});
