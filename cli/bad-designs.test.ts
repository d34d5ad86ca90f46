/** Designs that do what no design may: each is named, no other is lost, and none ends well. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const DIST = new URL('../dist/', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DESIGNS = join(folder, 'designs.mjs');
writeFileSync(
  DESIGNS,
  `import { writeSync } from 'node:fs';
  import { DESIGNS as LISTED } from '${DIST}model/designs/all.js';
  const good = LISTED.find(({ name }) => name === 'page-at-a-time/delalloc');
  const [first] = Object.keys(good.rows);
  const bad = (name, row) => ({ ...good, name, rows: { ...good.rows, [first]: row } });
  let begun = false;
  const once = (k, f) => {
    if (begun) return good.rows[first](k, f);
    begun = true;
    k.returns(0, 0);
    return 'done';
  };
  let latched = false;
  const latch = (k, f) => {
    latched ||= k.i_size_read() >= 64;
    return latched ? good.rows[first](k, f) : (k.inode_lock(), 'unlock_inode');
  };
  export const DESIGNS = [
    good,
    bad('throws', () => { throw new TypeError('no such thing'); }),
    bad('exits', () => process.exit(0)),
    bad('rejects', () => { Promise.reject(new Error('left alone')); return first; }),
    bad('goes-on', () => { setTimeout(() => { throw new Error('late'); }, 50); return first; }),
    bad('remembers', once),
    bad('latches', latch),
    bad('keeps', () => { for (const all = []; ; ) all.push(new Array(1e5).fill(0.5)); }),
    bad('loops', () => { writeSync(2, 'looping\\n'); for (;;); }),
  ];`,
);
const MAIN = join(folder, 'main.mjs');
writeFileSync(
  MAIN,
  `import { start } from '${DIST}cli/start.js';
  const [designs, ...argv] = process.argv.slice(2);
  await start(argv, new URL(designs + '.mjs', import.meta.url).href);`,
);

writeFileSync(
  join(folder, 'twice.mjs'),
  `const good = { name: 'good', rows: {}, filesystem: {} };
  export const DESIGNS = [good, { ...good }];`,
);

function started(line: string, designs = 'designs') {
  const child = spawn(process.execPath, [MAIN, designs, ...line.split(' ')]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
  const ended = once(child, 'close').then(([code, signal]) => ({
    ...said,
    code: code as number | null,
    signal: signal as string | null,
  }));
  return { child, said, ended };
}

const GOOD = 'page-at-a-time/delalloc';
const BAD = ['throws', 'exits', 'rejects', 'goes-on', 'remembers'];
const LINES = [
  /^writepath: design error: throws in signal: row writer1\.\w+, \S*\.mjs:\d+: no such thing/,
  /^writepath: design error: exits in signal: a row called process\.exit\(0\) \(row writer1\.\w/,
  /^writepath: design error: rejects in signal: a row started something that .*: left alone$/,
  /^writepath: design error: goes-on in signal: .*: Timeout is still at work$/,
  /^writepath: design error: remembers in signal: row writer1\.\w+: a step could not be found/,
];

function expectLines(err: string) {
  const lines = err.trimEnd().split('\n');
  expect(lines).toHaveLength(LINES.length);
  lines.forEach((line, i) => expect(line).toMatch(LINES[i]!));
}

test.concurrent('bad designs: check names each, and goes on with the others', async () => {
  const { out, err, code } = await started(`check ${BAD.join(' ')} ${GOOD} --scenario signal`)
    .ended;
  expectLines(err);
  expect(out).toMatch(/^page-at-a-time\/delalloc\n {2}signal +holds/m);
  expect(out.match(/^ {2}signal +failed$/gm)).toHaveLength(BAD.length);
  expect(code).toBe(2);
});

test.concurrent('bad designs: one costs the matrix its own row only', async () => {
  // One thread, for then they could also be blamed on each other.
  const { out, err, code } = await started(
    `matrix ${BAD.join(' ')} ${GOOD} --scenario signal --workers 1`,
  ).ended;
  expectLines(err);
  // v: of fsync() there was no case.
  expect(out).toMatch(/^ delalloc +\. [ .v-]+$/m);
  for (const name of BAD) expect(out).toMatch(new RegExp(`^${name}[ ?]+$`, 'm'));
  expect(out).toContain('5 of 6 runs are not in this table: 5 failed.\n');
  expect(out).not.toContain('expected');
  expect(code).toBe(2);
});

test.concurrent('what an earlier run has left in a module is noticed', async () => {
  const asked = '--scenario enospc-on-the-17th-page --scenario signal';
  const { err, code } = await started(`check latches ${asked}`).ended;
  expect(err).toMatch(/^writepath: design error: latches in signal: row writer1\.\w+: gives other/);
  expect(code).toBe(2);
});

test.concurrent('two designs of one name are refused', async () => {
  const { out, err, code } = await started('list', 'twice').ended;
  expect([out, err, code]).toEqual([
    '',
    "writepath: two designs are called 'good'; rename one\n",
    2,
  ]);
});

test.concurrent('bad designs: locks names one, and claims nothing of it', async () => {
  const { out, err, code } = await started('locks throws --scenario signal').ended;
  expect(err.trimEnd()).toMatch(LINES[0]!);
  expect(out).toMatch(/^throws\n {2}incomplete: no orders in the first no states of 1 run; /);
  expect(code).toBe(2);
});

test.concurrent('bad designs: fuzz names one, too', async () => {
  const { err, code } = await started('fuzz exits --scenario signal').ended;
  expect(err.trimEnd()).toMatch(LINES[1]!);
  expect(code).toBe(2);
});

test.concurrent('bad designs: cost names each, and counts the others', async () => {
  const { out, err, code } = await started(`cost throws exits ${GOOD} --pages 1 --over hole`).ended;
  expect(err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^writepath: design error: throws in a write into a hole: .*no such thi/),
    expect.stringMatching(/^writepath: design error: exits in a write into a hole: .*exit\(0\) /),
  ]);
  expect(out).toMatch(/^page-at-a-time\/ +1 +1 +1 +1 .*\n delalloc\n/m);
  expect(out).not.toMatch(/^(?:throws|exits)/m);
  expect(code).toBe(2);
});

// Alone: beside others it may take longer than a row may run.
test('bad designs: a full heap is one line, and exit code 70', async () => {
  const { err, code } = await started('check keeps --scenario signal').ended;
  expect(err).toMatch(/^writepath: failed: keeps in signal: out of memory: .*\n$/);
  expect(code).toBe(70);
});

test.concurrent('a row that goes on for ever is cut off after 4 s, and named', async () => {
  const { out, err, code } = await started(`check loops ${GOOD} --scenario signal`).ended;
  expect(err).toMatch(
    /^looping\nwritepath: design error: loops in signal: row writer1\.\w+, \S+: it has run for 4 s/,
  );
  expect(out).toMatch(/^page-at-a-time\/delalloc\n {2}signal +holds/m);
  expect(code).toBe(2);
});

test.concurrent('an interrupt ends a row that never does: check', async () => {
  const { child, said, ended } = started(`check ${GOOD} loops --scenario signal`);
  while (!said.err.includes('looping')) await once(child.stderr, 'data');
  const began = performance.now();
  child.kill('SIGINT');
  const { out, err, code } = await ended;
  expect(performance.now() - began).toBeLessThan(2000);
  expect(out).toMatch(/^loops\n {2}signal +incomplete +0 +0\n {6}not all states: interrupted$/m);
  expect(err).toMatch(
    /^looping\nwritepath: incomplete: loops in signal: .* loops for ever\n.*interrupted\n$/,
  );
  expect(code).toBe(3);
});

test.concurrent('an interrupt ends a row that never does: matrix', async () => {
  const { child, said, ended } = started(`matrix ${GOOD} loops --scenario signal --workers 1`);
  while (!said.err.includes('looping')) await once(child.stderr, 'data');
  child.kill('SIGINT');
  const { out, code } = await ended;
  expect(out).toMatch(/^loops[ ?]+$/m);
  expect(out).toMatch(/^ delalloc +\. /m);
  expect(out).toContain('Interrupted: 1 of 2 runs are not in this table.\n');
  expect(code).toBe(3);
});

test.concurrent('a second interrupt ends at once', async () => {
  const { child, said, ended } = started(`check ${GOOD} loops --scenario signal`);
  while (!said.err.includes('looping')) await once(child.stderr, 'data');
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGINT'), 100);
  const { signal, out } = await ended;
  expect([signal, out.includes('loops')]).toEqual(['SIGINT', false]);
});
