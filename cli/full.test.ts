/** `check` keeps fewer states where it can, and says so; `--full` keeps all. */
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

const HOLDS = 'check page-at-a-time/delalloc --scenario everything-fails-once --pages 3';
const ROWS = 'writer1.balance, writer1.unlock_inode, reader.leave';
const flat = (text: string) => text.replace(/\s+/g, ' ');

test('which rows moved alone is said wherever the verdict is', async () => {
  const [xml, tap] = [at('all.xml'), at('all.tap')];
  const { code, out, err } = await writepath(`${HOLDS} --junit ${xml} --tap ${tap}`);
  expect([code, err]).toEqual([0, '']);
  const text = flat(out);
  expect(text).toContain('holds in all states, reduced to 208,177 (3 pages, ');
  expect(text).toContain('Explored all states within these bounds, reduced to 208,177 states, ');
  expect(text).toContain(`Reduced ${ROWS} moved alone, each with the step before.`);
  const note = `holds; reduced: ${ROWS} moved alone`;
  expect(readFileSync(xml, 'utf8')).toContain(`<system-out>${note}</system-out>`);
  expect(readFileSync(tap, 'utf8')).toContain(`note: "${note}"`);
});

test('in a table below the line, and as JSON', async () => {
  const { out } = await writepath(`${HOLDS} --scenario signal`);
  expect(out).toContain(`      reduced: ${ROWS} moved alone\n`);
  const { out: json } = await writepath(`${HOLDS} --json`);
  const { verdict, reduced, states } = JSON.parse(json) as Report;
  expect([verdict, reduced, states]).toEqual(['holds', ROWS.split(', '), 208_177]);
});

test('what was broken before rows moved alone reads as with --full', async () => {
  const broken = 'check recvfile/delalloc --scenario everything-fails-once --pages 3';
  const [one, other] = [await writepath(broken), await writepath(`${broken} --full`)];
  expect([one.code, other.code]).toEqual([1, 1]);
  const said = 'Explored all states within these bounds';
  expect(flat(one.out)).toContain(`${said}, reduced to 267,828 states`);
  expect(flat(one.out)).toContain('What is broken was found among all states. --full keeps all.');
  // All but what was explored.
  const rest = ({ out }: { out: string }) =>
    flat(out)
      .replace(/(Explored ).*? (Not met)/, '$1$2')
      .replace(' --full', '');
  expect(rest(one)).toBe(rest(other));
  expect(flat(other.out)).not.toContain('reduced');
});

test.each(['--full', `--depths ${at('depths.svg')}`])('%s: all states', async (option) => {
  const { code, out } = await writepath(`${HOLDS} ${option}`);
  expect(code).toBe(0);
  expect(flat(out)).toContain('holds in all 527,967 states (3 pages, ');
  expect(out).not.toMatch(/reduced/i);
});
