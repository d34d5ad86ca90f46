/** A search that goes on from a file comes to what one that was never interrupted does. */
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { example } from '../model/designs/example.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { prepare, searchOf } from '../runs/check.ts';
import { Checkpointed, writeCheckpoint } from './checkpoint.ts';

const MAIN = new URL('../dist/cli/main.js', import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), 'writepath-checkpoint-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string) => join(directory, name);
const LIMITS = { states: 100_000, depth: 10_000 };

const searched = () => searchOf(run(), LIMITS);
const run = () =>
  prepare(
    example,
    SCENARIOS.find(({ name }) => name === 'two-writers')!,
  );

/** All that is said of a search, its counts of rows and answers, and its states. */
function accountOf(search: ReturnType<typeof searched>) {
  const { coverage, ...said } = search.result();
  const states = Array.from({ length: search.states }, (_, n) => [
    search.parent(n),
    ...search.state(n),
  ]);
  return { ...said, rows: coverage.rows(), answers: coverage.answers(), states };
}

describe('a search', () => {
  // In the middle of a level; at the end of all; while loops are looked for.
  it.each([1, 5, 20, 24, 26])('goes on after %i slices to the same counts', (slices) => {
    const whole = searched();
    while (whole.slice());
    const begun = searched();
    for (let n = 0; n < slices; n++) begun.slice();
    const checkpoint = { file: at(`after-${slices}`), key: 'same', every_s: 1000 };
    writeCheckpoint(checkpoint, begun);
    const search = searched();
    const kept = new Checkpointed(checkpoint, search);
    expect(search.states).toBe(begun.states);
    while (search.slice());
    expect(accountOf(search)).toEqual(accountOf(whole));
    kept.end();
    expect(existsSync(checkpoint.file)).toBe(false);
  });
});

const ARGS = 'check iomap --scenario two-writers --json'.split(' ');
const main = (...args: string[]) => {
  try {
    return { code: 0, out: execFileSync('node', [MAIN, ...args], { stdio: 'pipe' }).toString() };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    return { code: status, out: stderr.toString() };
  }
};

describe('the program', () => {
  const good = at('good');
  let key = '';
  beforeAll(() => {
    // A run that is killed leaves one; its first line says what it is of.
    const search = searched();
    for (let n = 0; n < 5; n++) search.slice();
    writeCheckpoint({ file: good, key: 'of another run', every_s: 1 }, search);
    key = readFileSync(good, 'latin1').split('\n')[0]!;
  });

  it('says what is wrong with the file, in a line', () => {
    const refused = (file: string) => main(...ARGS, '--checkpoint', file);
    const line = (file: string, why: string) => ({ code: 2, out: `writepath: ${file}: ${why}\n` });
    expect(key).toContain('"key":"of another run"');
    const other = 'it is of another run, or another build; remove it or name another';
    expect(refused(good)).toEqual(line(good, other));
    writeFileSync(at('text'), 'hello\n');
    expect(refused(at('text'))).toEqual(line(at('text'), 'it is no checkpoint'));
    writeFileSync(at('none'), '');
    expect(refused(at('none'))).toEqual(line(at('none'), 'it is no checkpoint, or cut short'));
    writeFileSync(at('old'), `${key.replace('"format":1', '"format":0')}\n`);
    const old = 'it is of another version; remove it to begin anew';
    expect(refused(at('old'))).toEqual(line(at('old'), old));
    expect(main('check', 'iomap', '--checkpoint', at('two'))).toEqual({
      code: 2,
      out: 'writepath: --checkpoint is of one run: name a design and a --scenario\n',
    });
  });

  it('goes on after it was killed, to the same bytes; refuses a file that is cut', async () => {
    const file = at('killed');
    const args = 'check page-at-a-time/delalloc --scenario everything-fails-once --json'.split(' ');
    const child = spawn('node', [MAIN, ...args, '--checkpoint', file, '--every', '1']);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!existsSync(file) && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGKILL');
    await ended;
    // Where the whole run took less than a second nothing was left, and nothing is shown here.
    if (existsSync(file)) {
      writeFileSync(at('cut'), readFileSync(file));
      truncateSync(at('cut'), 100_000);
      const cut = main(...args, '--checkpoint', at('cut'));
      expect(cut).toEqual({ code: 2, out: `writepath: ${at('cut')}: it is cut short\n` });
    }
    expect(main(...args, '--checkpoint', file)).toEqual(main(...args));
    expect(existsSync(file)).toBe(false);
  }, 60_000);
});
