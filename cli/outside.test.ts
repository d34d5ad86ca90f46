/** Designs in a directory of the user: found, run, kept; and what is wrong with one is told. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { PROPERTIES } from '../properties/all.ts';
import { guarded } from '../properties/guarded.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { within } from './corpus.ts';
import type { Io } from './io.ts';

const DIST = new URL('../dist/cli/', import.meta.url);
const MAIN = fileURLToPath(new URL('main.js', DIST));
// As it was built: its threads run what was built, too.
const { run } = (await import(new URL('program.js', DIST).href)) as typeof import('./program.ts');

const folder = mkdtempSync(join(tmpdir(), 'writepath-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** In this process; `@` stands for the folder. */
async function writepath(line: string) {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop: new AbortController().signal,
    corpus: join(folder, 'kept'),
  };
  const code = await run(line.replaceAll('@', folder).split(' '), io);
  // Files of users are named from where the program was started.
  const named = (text: string) => text.replaceAll(/\S*writepath-own-\w+/g, '@');
  return { code, out: named(out), err: named(err) };
}

/** As a program of its own. */
function program(line: string, input = '') {
  const options = { cwd: folder, encoding: 'utf8', input } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, ...line.split(' ')],
    options,
  );
  return { code: status, out: stdout, err: stderr };
}

const GROWING = 'blocks-smaller-than-a-page';
const ONE = `check @/my-design.ts --scenario ${GROWING}`;
let design: string;

beforeAll(() => {
  program('new my-design');
  design = readFileSync(join(folder, 'my-design.ts'), 'utf8');
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test('new: a complete design, with comments; the name is checked, no file replaced', async () => {
  expect(design).toContain("import { FSDATA, design, xfs } from 'writepath';");
  expect(design).toContain("name: 'my-design'");
  expect(program('new my-design')).toEqual({
    code: 2,
    out: '',
    err: 'writepath: my-design.ts is there already\n',
  });
  expect((await writepath('new My_Design')).err).toMatch(/cannot be the name of a design/);
});

test.each([
  ['class', "'class' cannot be the name of a design: it is a word of the file"],
  ['design', "'design' cannot be the name of a design: it is a word of the file"],
  ['recvfile', "'recvfile' is a design that is listed; choose another name"],
])('new %s: refused', async (name, why) => {
  expect(await writepath(`new ${name}`)).toEqual({ code: 2, out: '', err: `writepath: ${why}\n` });
});

test('check: the counterexample, a replay file; and it is kept for later', async () => {
  const first = await writepath(`${ONE} --save @/t.json`);
  expect(first.code).toBe(1);
  expect(first.out).toMatch(/^At fault {3}row writer1\.get_block,\s+\S*my-design\.ts:\d+$/m);
  expect(first.out).toMatch(/npx writepath check \S*my-design\.ts \\\n/);
  expect(first.err).toBe('');
  for (const command of ['replay', 'verify']) {
    const { code, err } = await writepath(`${command} @/t.json @/my-design.ts`);
    expect([code, err]).toEqual([1, '']);
  }
  expect(await writepath('replay @/t.json')).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /t\.json: unknown design 'my-design'; .* name it, too: FILE \.\/mine\.ts\n/,
    ) as string,
  });
  const kept = 'writepath: kept: nothing-is-left-beyond-eof in blocks-smaller-than-a-page: ';
  const again = await writepath(ONE);
  expect(again.err).toBe(`${kept}still broken, in 9 steps\n`);
  expect(again.out).toBe(first.out);
  // Blocks that a failed write has left are trimmed now.
  const trims = design
    .replace("return f.err ? 'unlock_page' : 'prepare';", "return f.err ? 'trim' : 'prepare';")
    .replace(
      '    unlock_page(k, f) {',
      "    trim(k, f) {\n k.truncate_failed_blocks(f.pos, f.end);\n return 'unlock_page';\n },\n" +
        '    unlock_page(k, f) {',
    );
  write('my-design.ts', trims);
  const mended = await writepath(ONE);
  expect(mended.err).toBe(`${kept}mended: the search finds it kept in all states\n`);
  expect(mended.out).toContain('holds in all');
  expect(mended.code).toBe(0);
  write('my-design.ts', design);
});

test('a directory: its scenarios and promises are asked, a bad file costs no other', async () => {
  mkdirSync(join(folder, 'more'), { recursive: true });
  write('more/good.ts', design.replace("'my-design'", "'good'"));
  write(
    'more/asked.ts',
    `import { SMALL, emptyFile, wholeFile } from 'writepath';
    import type { Property, Scenario } from 'writepath';
    export const mine: Scenario = {
      name: 'mine', question: 'Of my own?', source: 'here', geometry: SMALL, others: [],
      faults: [], faults_max: 0, writers: (g) => [[wholeFile(g)]], files: emptyFile, must: [],
    };
    export const small: Property = {
      name: 'never-returns', short: 'never', promise: 'no call returns',
      premise: () => true,
      violated: (o) => o.hasReturned(0),
      explain: () => ({ expected: 'no return', found: 'a return', where: 'the call' }),
    };`,
  );
  write('more/syntax.ts', 'export const x = {\n  y: 1;\n};\n');
  write('more/exits.mjs', 'process.exit(0);\n');
  const { code, out, err } = await writepath('check @/more --scenario mine');
  expect(out).toContain('writepath: good breaks never-returns (mine)');
  expect(out).toContain('a return');
  expect(err.split('\n')).toEqual([
    'writepath: design error: @/more/exits.mjs: it does not load: it calls process.exit(0)',
    'writepath: design error: @/more/syntax.ts: @/more/syntax.ts:2:7: Expected "}" but found ";"',
    '',
  ]);
  expect(code).toBe(2);
  // What stands in the matrix is not lost, either.
  const table = await writepath('matrix @/more --scenario mine');
  expect(table.out).toMatch(/^good .* \d+x1/m);
  expect(table.code).toBe(2);
});

test('what cannot be used of a file is told of, and costs no other file', async () => {
  mkdirSync(join(folder, 'odd'));
  const scenario = (name: string, part: string) =>
    `import { SMALL, emptyFile, wholeFile } from 'writepath';
    export const it = {
      name: '${name}', question: 'Of my own?', source: 'here', geometry: SMALL, others: [],
      faults: [], faults_max: 0, writers: (g) => [[wholeFile(g)]], files: emptyFile, must: [],
      ${part}
    };`;
  write('odd/a-good.mjs', design.replace("'my-design'", "'good'"));
  write('odd/b-own.mjs', scenario('own', "code: 'm1', about: ['throws']"));
  write('odd/c-local.mjs', design.replace("done: 'cells'", "done: 'cell'"));
  write('odd/code.mjs', scenario('coded', "code: 'm1'"));
  write('odd/name.mjs', design.replace("'my-design'", "'../../good'"));
  write('odd/task.mjs', scenario('tasks', "others: ['writebak']"));
  write(
    'odd/promise.mjs',
    `export const p = { name: 'p', short: 'p', violated: () => 1, premise: 1 };`,
  );
  write(
    'odd/throws.mjs',
    `export const p = {
      name: 'throws', short: 'throws', promise: 'none', premise: () => true,
      violated: () => { throw new TypeError('no such thing'); }, explain: () => ({}),
    };`,
  );
  const { code, err } = await writepath('check @/odd --scenario own');
  const error = 'writepath: design error';
  expect(err.trimEnd().split('\n')).toEqual([
    `${error}: @/odd/c-local.mjs: design my-design: ` +
      "locals: done: unknown kind 'cell'; the nearest is 'cells'",
    `${error}: @/odd/code.mjs: scenario coded: code: 'm1' is that of own`,
    expect.stringMatching(
      /: @\/odd\/name.mjs: design "\.\.\/\.\.\/good": name: letters and digits/,
    ),
    `${error}: @/odd/promise.mjs: promise p: promise: a text is needed`,
    `${error}: @/odd/task.mjs: scenario tasks: ` +
      "others: unknown task 'writebak'; the nearest is 'writeback'",
    expect.stringMatching(/^\S+ design error: good in own: promise throws: no such thing/),
  ]);
  expect(code).toBe(2);
});

test('a promise that has changed is another question', async () => {
  const { buildDigest } = (await import(
    new URL('fingerprint.js', DIST).href
  )) as typeof import('./fingerprint.ts');
  const [first, same, other] = [() => true, () => true, () => false].map((violated) => {
    const properties = [guarded({ ...PROPERTIES[0]!, violated })];
    const asked = [{ design: DESIGNS[0]!, scenario: SCENARIOS[0]!, properties }];
    return buildDigest(asked, { listed: '', outside: [] });
  });
  expect(same).toBe(first);
  expect(other).not.toBe(first);
});

test('nothing is kept outside of its folder', () => {
  expect(within('kept', 'ext4/a')).toBe('kept/ext4/a');
  for (const name of ['..', '../x', 'a/../..', '.', '']) {
    expect(() => within('kept', name)).toThrow('outside of kept');
  }
});

test('an error of a row has its line, and the steps that led there', async () => {
  const wrong = [
    ['two', 'k.balance_dirty_pages(); k.balance_dirty_pages();', /: runs two commands/],
    ['thrown', 'throw new TypeError("no such thing");', /: no such thing/],
    ['nowhere', "return 'nowhere';", /: goes on to 'nowhere', which is no row/],
  ] as const;
  mkdirSync(join(folder, 'wrong'));
  for (const [name, code] of wrong) {
    const bad = design.replace("'my-design'", `'${name}'`);
    const text = bad.replace('    copy(k, f) {\n', `    copy(k, f) {\n      ${code}\n`);
    write(`wrong/${name}.ts`, text);
  }
  const { code, err } = await writepath(`check @/wrong --scenario ${GROWING}`);
  const lines = err.trimEnd().split('\n').toSorted();
  expect(lines).toHaveLength(wrong.length);
  for (const [name, , what] of wrong) {
    const line = lines.find((one) => one.includes(`: ${name} in ${GROWING}: `));
    expect(line).toMatch(new RegExp(`row writer1\\.copy, \\S*wrong/${name}\\.ts:\\d+: `));
    expect(line).toMatch(what);
    expect(line).toMatch(/; after \S/);
  }
  expect(code).toBe(2);
});

test.each([
  ['@/none.ts', 'cannot read @/none.ts: no such file or directory'],
  ['@/my-design.txt', 'cannot read @/my-design.txt: no such file or directory'],
])('what cannot be read: %s', async (file, why) => {
  expect(await writepath(`check ${file}`)).toEqual({
    code: 2,
    out: '',
    err: `writepath: ${why}\n`,
  });
});

test('step: chosen, undone, run to the next breach, written to a file that replays', async () => {
  const lines = ['1', '', 'u', 'b', 's', 'w hand.json', 'j 2', '99', 'q', ''].join('\n');
  const { code, out, err } = program(`step ./my-design.ts --scenario ${GROWING}`, lines);
  expect(err).toBe('');
  expect(out).toMatch(
    /^at the start of blocks-smaller-than-a-page, my-design\n {3}1 {2}writer1 lock/m,
  );
  expect(out).toMatch(/^BROKEN: nothing-is-left-beyond-eof: DELALLOC/m);
  expect(out).toContain('hand.json written: it breaks nothing-is-left-beyond-eof\n');
  expect(out).toMatch(/^'99': a number of 1\.\.\d+, or a command; \? is help$/m);
  // It ends in the state after step 2, where nothing is broken.
  expect(code).toBe(0);
  expect((await writepath('replay @/hand.json @/my-design.ts')).out).toContain(
    'found by hand, step by step',
  );
  const again = program('step ./my-design.ts --from hand.json', '>\n>\n1\n>\n');
  expect(again.out).toMatch(/^after step 4, writer1 /m);
});

test('check --watch: again when the file is saved, until an interrupt', async () => {
  const asked = ['check', './my-design.ts', '--scenario', GROWING, '--watch'];
  const child = spawn(process.execPath, [MAIN, ...asked], { cwd: folder });
  let err = '';
  let out = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  const waiting = async (times: number): Promise<void> => {
    while (err.split('waiting for a change').length <= times) {
      const [data] = (await once(child.stderr, 'data')) as [Buffer];
      err += data.toString();
    }
  };
  await waiting(1);
  write('my-design.ts', design.replace('lock_inode(k, f) {', 'lock_inode(k, f) {{'));
  await waiting(2);
  expect(err).toMatch(/design error: \.\/my-design\.ts: my-design\.ts:\d+:\d+: /);
  write('my-design.ts', design);
  await waiting(3);
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(1);
  expect(out.match(/breaks nothing-is-left-beyond-eof/g)).toHaveLength(2);
});
