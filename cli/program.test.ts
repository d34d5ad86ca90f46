/** The command line, run in this process: what it prints, and its exit codes. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { sha256 } from '../evidence/digest.ts';
import { DesignError } from '../machine/rows.ts';
import { failure } from './exit.ts';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function writepath(line: string, stop = new AbortController().signal, designs?: string) {
  let out = '';
  let err = '';
  const io: Parameters<typeof run>[1] = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop,
  };
  const code = await run(line.split(' ').filter(Boolean), io, designs);
  return { code, out, err };
}

const HOLDS = 'check page-at-a-time/delalloc --scenario signal';
const BROKEN = 'check recvfile --scenario receive-is-short';

test('exit code 0: all that was asked holds', async () => {
  const { code, out, err } = await writepath(HOLDS);
  expect(out).toMatch(
    /^writepath: page-at-a-time\/delalloc holds \(signal\)\n\nholds in all [\d,]+ states/,
  );
  expect([code, err]).toEqual([0, '']);
});

test('exit code 1: violated, with the counterexample', async () => {
  const { code, out } = await writepath(`${BROKEN} --property return-value-is-true`);
  expect(out).toMatch(/^writepath: recvfile breaks return-value-is-true \(receive-is-short\)\n/);
  expect(code).toBe(1);
});

test('exit code 3: a limit was hit, or the run was interrupted', async () => {
  const limited = await writepath(`${HOLDS} --max-states 10`);
  expect(limited.out).toContain('incomplete: nothing is claimed; states limit hit after 10 states');
  expect(limited.code).toBe(3);
  expect((await writepath(`${HOLDS} --max-depth 3`)).code).toBe(3);
  const { code, err } = await writepath(HOLDS, AbortSignal.abort());
  expect([code, err]).toEqual([3, 'writepath: interrupted; 1 run not begun\n']);
});

test('exit code 3: what must happen for the question to be asked did not: vacuous', async () => {
  // 17 blocks are enough for two pages.
  const line = 'check page-at-a-time/delalloc --scenario enospc-on-the-17th-page --pages 2';
  const { code, out } = await writepath(line);
  expect(out).toMatch(
    /^vacuous: nothing broken in all \d+ states .*\n.*but the question was not asked$/m,
  );
  expect(out).toMatch(/^Not asked {2}it never came to this: the call is told that there is no\n/m);
  expect(code).toBe(3);
});

test.each([
  ['', 'no command; try writepath --help'],
  ['chek', "unknown command 'chek' (Did you mean check?)"],
  ['check recvfil', "unknown design 'recvfil'; the nearest is 'recvfile'"],
  ['check --scenario signl', "unknown scenario 'signl'; the nearest is 'signal'"],
  ['check --property no-lost', "unknown property 'no-lost'; the nearest is 'no-lost-write'"],
  [
    'check --pages 33',
    "option '--pages <n>' argument '33' is invalid. Expected a number in 1..32.",
  ],
  [
    'check --pages 2x',
    "option '--pages <n>' argument '2x' is invalid. Expected a number in 1..32.",
  ],
  ['check --cells 4', "option '--cells <n>' argument '4' is invalid. Expected a number in 2..3."],
  [
    'check --blocks 0',
    "option '--blocks <n>' argument '0' is invalid. Expected a number in 1..64.",
  ],
  ['check --faults 9', "option '--faults <n>' argument '9' is invalid. Expected a number in 0..8."],
  [
    'check --page-blocks 3',
    "option '--page-blocks <n>' argument '3' is invalid. Expected 1, 2 or 4.",
  ],
  [
    'check --max-states 1e9',
    "option '--max-states <n>' argument '1e9' is invalid. Expected a number in 1..375,809,638.",
  ],
  ['list x', "too many arguments for 'list'. Expected 0 arguments but got 1."],
  ['replay', "missing required argument 'file'"],
  ['replay no-such-file', 'cannot read no-such-file: no such file or directory'],
  [
    'check page-at-a-time --property no-page-lock-over-the-network',
    "'no-page-lock-over-the-network' cannot be asked of page-at-a-time: it receives nothing",
  ],
  [`${BROKEN} --save no-such-folder/x`, 'cannot write no-such-folder/x: no such file or directory'],
  // Refused before the search: nothing is printed of it.
  [
    `${BROKEN} --save /dev/null`,
    'cannot write /dev/null: it is a device; name a regular file, or a new one',
  ],
  [`${BROKEN} --save .`, 'cannot write .: it is a directory; name a regular file, or a new one'],
  ['verify', "missing required argument 'file'"],
  ['verify no-such-file', 'cannot read no-such-file: no such file or directory'],
  ['replay /dev/zero', 'cannot read /dev/zero: it is a device, and no regular file'],
  [
    'check recvfile --scenario enospc-on-the-17th-page --page-blocks 4 --cells 2',
    'enospc-on-the-17th-page: a file of 256 cells is too large; 254 are possible',
  ],
])('exit code 2, one line and nothing else: %s', async (line, message) => {
  expect(await writepath(line)).toEqual({ code: 2, out: '', err: `writepath: ${message}\n` });
});

test('exit code 2: bounds too large for memory are refused with an estimate', async () => {
  const { code, out, err } = await writepath(`${HOLDS} --max-states 100000000 --max-memory 2000`);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(
    /^writepath: .* may need [\d,]+ MiB, more than --max-memory 2000; lower --max-states\n$/,
  );
});

test('exit code 2: a design that breaks a rule of rows is named; 70: the checker itself', () => {
  const what = 'row writer1.copy: runs two commands';
  expect(failure(new DesignError(what))).toEqual({ code: 2, line: what });
  const { code, line } = failure(new TypeError('x is\nundefined'));
  expect([code, line.includes('\n'), line.includes('please report it')]).toEqual([70, false, true]);
});

test('help is for people, and ends well', async () => {
  for (const line of ['--help', 'check --help', 'matrix --help', 'replay --help', 'list --help']) {
    const { code, out } = await writepath(line);
    expect([code, out.includes('Example')]).toEqual([0, true]);
  }
});

test('check --json: one object a line, with all keys', async () => {
  const { code, out } = await writepath(`${BROKEN} --json`);
  const lines = out.trimEnd().split('\n');
  expect([code, lines.length]).toEqual([1, 1]);
  const report = JSON.parse(lines[0]!) as Record<string, unknown>;
  // What has come later stands behind: schema/check.json has it all.
  expect(Object.keys(report).slice(0, 10)).toEqual([
    'design',
    'scenario',
    'verdict',
    'states',
    'transitions',
    'depth',
    'limit',
    'unreached',
    'bounds',
    'properties',
  ]);
  const properties = report['properties'] as Record<string, Record<string, unknown>>;
  expect(properties['no-stale-data']).toMatchObject({ verdict: 'violated' });
  for (const { verdict, steps, trace } of Object.values(properties)) {
    expect(steps).toBe(verdict === 'violated' ? (trace as unknown[]).length : null);
  }
});

test('a loop: said in the text, as a number in JSON; random runs do not look for any', async () => {
  const what = 'multipage-rfc/locked,mapped,skips --scenario throttled-before-allocate';
  const asked = `${what} --property every-call-ends`;
  const { code, out } = await writepath(`check ${asked}`);
  expect(out).toMatch(/^ +11 +balance: balance_dirty_pages_ratelimited\(\): 1 dirty, pauses and$/m);
  expect(out).toContain('\nStep 11 repeats for ever.\n');
  expect(out).toContain('No such loop is nearer than this one.');
  expect(code).toBe(1);
  const { out: line } = await writepath(`check ${asked} --json`);
  const report = JSON.parse(line) as { properties: Record<string, object> };
  expect(report.properties['every-call-ends']).toMatchObject({ steps: 11, loop: 1 });
  const why = 'every-call-ends is broken by loops, which random runs do not find: use check';
  expect(await writepath(`fuzz ${asked}`)).toEqual({
    code: 2,
    out: '',
    err: `writepath: ${why}\n`,
  });
});

test('list --json: designs, scenarios, properties, faults', async () => {
  const { code, out } = await writepath('list --json');
  const all = JSON.parse(out) as Record<string, { name: string; code?: string; short?: string }[]>;
  expect([code, Object.keys(all)]).toEqual([0, ['designs', 'scenarios', 'properties', 'faults']]);
  for (const entries of Object.values(all)) expect(entries.length).toBeGreaterThan(9);
  const text = await writepath('list');
  for (const { name, code: also, short = also } of Object.values(all).flat()) {
    expect(text.out).toContain(`  ${name}${short === undefined ? '' : ` (${short})`}\n`);
  }
});

test("designs: a family's name stands for all of it, and * for any part of a name", async () => {
  const designs = async (pattern: string) => {
    const { out } = await writepath(`check ${pattern} --scenario signal --max-states 1 --json`);
    return out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { design: string }).design);
  };
  expect(await designs('recvfile')).toEqual(['recvfile']);
  expect(await designs('recvfile*')).toEqual([
    'recvfile',
    'recvfile/delalloc',
    'recvfile/b-comcerto',
    'recvfile/d-synology',
    'recvfile/e-synology-aggregate',
    'recvfile/f-oxnas',
    'recvfile-safe',
    'recvfile-safe/ordered',
    'recvfile-safe/moves',
    'recvfile-safe/ordered,moves',
  ]);
  const family = await designs('multipage-rfc');
  expect(family).toEqual(await designs('multipage-rfc/*'));
  expect(family.length).toBeGreaterThan(2);
});

test('check: scenarios that do not fit the bounds are named, not silently left out', async () => {
  const { err } = await writepath(
    'check recvfile --pages 1 --property no-deadlock --max-states 100',
  );
  const { out } = await writepath('check recvfile --property no-deadlock --max-states 100 --json');
  const asked = out.trimEnd().split('\n').length;
  const { out: fits } = await writepath(
    'check recvfile --pages 1 --property no-deadlock --max-states 100 --json',
  );
  const skipped = err
    .split('\n')
    .filter((line) => line.includes('not asked at these bounds')).length;
  expect(fits.trimEnd().split('\n').length + skipped).toBe(asked);
});

test('check --save: the file replays, with exit code 1; nothing else is left behind', async () => {
  const file = join(folder, 'short.json');
  const checked = await writepath(`${BROKEN} --property no-stale-data --save ${file}`);
  expect(checked.code).toBe(1);
  expect(readdirSync(folder)).toEqual(['short.json']);
  const replayed = await writepath(`replay ${file}`);
  expect(replayed.code).toBe(1);
  const steps = (text: string) => /^step [^]*?^In the end/m.exec(text)![0];
  expect(steps(replayed.out)).toBe(steps(checked.out));
  const verified = await writepath(`verify ${file}`);
  expect([verified.code, verified.err]).toEqual([1, '']);
  expect(verified.out).toContain('Broken     no-stale-data');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 500));
  expect(await writepath(`replay ${file}`)).toEqual({
    code: 2,
    out: '',
    err: `writepath: ${file}: truncated, or not JSON\n`,
  });
});

test('fuzz: found, shown and saved as by a search; or sampled, which proves nothing', async () => {
  const file = join(folder, 'fuzz.json');
  const found = await writepath(`fuzz recvfile --scenario receive-is-short --save ${file}`);
  expect([found.code, (await writepath(`replay ${file}`)).code]).toEqual([1, 1]);
  expect(found.out).toContain('seed 1');
  const sampled = await writepath('fuzz page-at-a-time/delalloc --scenario signal --runs 60');
  expect(sampled.out).toMatch(
    /: sampled: 60 runs, [\d,]+ steps, none violated; nothing is proved\n$/,
  );
  expect(sampled.code).toBe(0);
});

test('fuzz: runs that never come to what the scenario is about say so', async () => {
  const line = 'fuzz page-at-a-time/delalloc --scenario signal --runs 5 --faults 0';
  const { code, out } = await writepath(line);
  expect(code).toBe(3);
  expect(out).toMatch(/: vacuous: 5 runs, .* none violated, but none came to this: signal\n$/);
  expect(JSON.parse((await writepath(`${line} --json`)).out)).toMatchObject({
    verdict: 'vacuous',
    not_asked: ['signal'],
  });
});

test('mend: of a design that breaks nothing there is nothing to mend', async () => {
  // It does nothing at all, and so it does nothing wrong.
  const module = join(folder, 'refuses.mjs');
  const listed = new URL('../dist/model/designs/all.js', import.meta.url).href;
  writeFileSync(
    module,
    `import { DESIGNS as LISTED } from '${listed}';
    const good = LISTED.find(({ name }) => name === 'page-at-a-time/delalloc');
    const rows = { refuse(k) { k.returns(0, 5); return 'done'; } };
    export const DESIGNS = [{ ...good, name: 'refuses', rows }];`,
  );
  const { code, out } = await writepath('mend refuses', undefined, pathToFileURL(module).href);
  expect(code).toBe(0);
  expect(out).toContain('As it is, it breaks no promise');
  expect(out).not.toContain('smallest');
});

test('mutant: all names; the story of one, in any case; an unknown one', async () => {
  const named = await writepath('mutant');
  expect(named.code).toBe(0);
  expect(named.out).toMatch(/^M01\n/);
  expect(named.out).toMatch(/^not-converted\n/m);
  const story = await writepath('mutant m31');
  expect(story.code).toBe(1);
  expect(story.out).toMatch(/^writepath: mutant\/\S+ breaks no-deadlock \(M31\)\n/);
  expect(story.out).toContain('To see it again:\n    npx writepath mutant M31\nIts steps');
  expect((await writepath('mutant mutant/m31')).out).toBe(story.out);
  expect((await writepath('mutant M06')).err).toMatch(
    /^writepath: M06 is no mutant here: what was written is below i_size .*\n$/,
  );
  expect((await writepath('mutant M44')).err).toMatch(
    /^writepath: M44 is no mutant: the design recvfile\S* has it; check that\n$/,
  );
  expect((await writepath('mutant M99')).err).toBe(
    "writepath: unknown bug 'M99'; try writepath mutant\n",
  );
  const unknown = "writepath: unknown mutant 'not-convertd'; the nearest is 'not-converted'\n";
  expect(await writepath('mutant not-convertd')).toEqual({ code: 2, out: '', err: unknown });
});

test('fuzz: the first and the last seed give runs of their own', async () => {
  const sampled = async (seed: number) => {
    const line = `fuzz page-at-a-time/delalloc --scenario signal --runs 5 --seed ${seed}`;
    return (await writepath(line)).out;
  };
  expect(await sampled(0)).toContain('none violated');
  expect(await sampled(0)).not.toBe(await sampled(2 ** 31 - 1));
});

test('replay: bounds that the filesystem cannot have', async () => {
  const file = join(folder, 'unwritten.json');
  await writepath(`${BROKEN} --property no-stale-data --save ${file}`);
  const { sum: _, ...saved } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const bounds = { ...(saved['bounds'] as object), files: [{ i_size: 2, blocks: 'U' }] };
  const forged = { ...saved, bounds };
  const sum = sha256(JSON.stringify(forged), 16);
  writeFileSync(file, JSON.stringify({ ...forged, sum }));
  const { code, out, err } = await writepath(`replay ${file}`);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^writepath: .*: bounds that cannot be run: .* unwritten .*\n$/);
});
