/** `check --compact`: what is printed, and with what it cannot go. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Report } from '../evidence/report.ts';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

async function writepath(line: string) {
  let [out, err] = ['', ''];
  const code = await run(line.split(' '), {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop: new AbortController().signal,
  });
  return { code, out, err };
}

const HOLDS = 'check page-at-a-time/delalloc --scenario signal --pages 1 --compact';
const BREAKS = 'check recvfile --scenario disk-write-fails --pages 1';
const BUT_FOR = '(probability of omission < 3.0e-15)';
const flat = (text: string) => text.replace(/\s+/g, ' ');

test('what holds, holds but for an omission, wherever that is said', async () => {
  const [xml, tap] = [at('all.xml'), at('all.tap')];
  const { code, out, err } = await writepath(`${HOLDS} --junit ${xml} --tap ${tap}`);
  expect([code, err]).toEqual([0, '']);
  const text = flat(out);
  expect(text).toContain(`writepath: page-at-a-time/delalloc holds ${BUT_FOR} (signal)`);
  expect(text).toContain(`holds ${BUT_FOR} in all 327 states (1 page, `);
  expect(text).toContain(`Explored all states within these bounds ${BUT_FOR}: 327 states`);
  expect(text).toContain('Not asked whether all calls end: no loops are looked for');
  expect(text).not.toContain('every-call-ends');
  const [units, points] = [readFileSync(xml, 'utf8'), readFileSync(tap, 'utf8')];
  const passed = `<system-out>holds ${BUT_FOR.replace('<', '&lt;')}</system-out>`;
  expect(units.split(passed).length - 1).toBe(18);
  expect(points.split(`note: "holds ${BUT_FOR}"`).length - 1).toBe(18);
});

test('a table has the verdict below its line', async () => {
  const { code, out } = await writepath(`${HOLDS} --scenario two-writers`);
  expect(code).toBe(0);
  expect(out).toContain(
    `  signal                                               327         847    25
      holds ${BUT_FOR}
`,
  );
  expect(out).not.toMatch(/holds(?! \(probability of omission < )/);
});

test('as JSON the verdict is the same words, and the chance a number', async () => {
  const { out } = await writepath(`${HOLDS} --json`);
  const { verdict, omission, properties } = JSON.parse(out) as Report;
  expect([verdict, omission]).toEqual([`holds ${BUT_FOR}`, (327 * 328) / 2 ** 65]);
  expect(properties['no-lost-write']!.verdict).toBe(`holds ${BUT_FOR}`);
  expect(properties['every-call-ends']).toBe(undefined);
});

test('a counterexample is found in the same steps, and by the same command', async () => {
  const [exact, compact] = [await writepath(BREAKS), await writepath(`${BREAKS} --compact`)];
  expect([exact.code, compact.code]).toEqual([1, 1]);
  const steps = (out: string) => /^ +(\d+) [^]*?\n\n(?=Waiting|In the end)/m.exec(out)![0];
  expect(steps(compact.out).split('\n').length).toBe(steps(exact.out).split('\n').length);
  expect(compact.out).toMatch(/npx writepath check recvfile[^]*--compact\n/);
  expect(exact.out).not.toContain('compact');
});

test.each([
  ['--all', '--all needs all states, and --compact does not keep them'],
  ['--html x', '--html needs all states, and --compact does not keep them'],
  ['--checkpoint x', '--checkpoint needs all states, and --compact does not keep them'],
  ['--dot x', '--dot needs all states, and --compact does not keep them'],
  ['--svg x', '--svg needs all states, and --compact does not keep them'],
  [
    '--property every-call-ends',
    'every-call-ends is of loops, and with --compact they are not looked for',
  ],
  [
    '--max-states 300000000 --max-memory 100',
    'page-at-a-time/delalloc in signal: 300,000,000 states of 8 bytes may need 4,910 MiB, more ' +
      'than --max-memory 100; lower --max-states',
  ],
])('with %s it is refused', async (options, why) => {
  expect(await writepath(`${HOLDS} ${options}`)).toEqual({
    code: 2,
    out: '',
    err: `writepath: ${why}\n`,
  });
});
