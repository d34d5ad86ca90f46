/** `writepath locks`: what it prints, its exit codes, and bad arguments. */
import { expect, test } from 'vitest';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

async function locks(line: string, stop = new AbortController().signal) {
  let out = '';
  let err = '';
  const code = await run(['locks', ...line.split(' ').filter(Boolean)], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop,
  });
  return { code, out, err };
}

test('orders, each with where it was seen first; no cycle', async () => {
  expect(await locks('page-at-a-time --scenario two-writers')).toEqual({
    code: 0,
    out: `page-at-a-time
  no cycle among 4 orders, within 23,363 states of 1 run, all closed

  i_rwsem -> PG_locked
      writer1.grab_page takes it in step 4 of two-writers
  i_rwsem -> journal handle (shared)
      writer1.journal_start takes it in step 3 of two-writers
  dirty pages -> PG_locked
      writeback.lock takes it in step 9 of two-writers
  journal handle (shared) -> PG_locked
      writer1.grab_page takes it in step 4 of two-writers
`,
    err: '',
  });
});

const CYCLE = 'multipage-rfc/locked,mapped,skips --scenario throttled-before-allocate';

test('a cycle: each of its orders with a trace that shows it', async () => {
  const { code, out, err } = await locks(CYCLE);
  expect([code, err]).toEqual([1, '']);
  expect(out).toContain(`
  possible circular locking dependency:
    dirty pages -> mapping lock
        writeback.map waits for it after step 10 of
        throttled-before-allocate:
          writer1*8 writeback*2
    mapping lock -> dirty pages
        writer1.balance waits for it after step 8 of
        throttled-before-allocate:
          writer1*8
`);
});

test('the same bytes from one thread and from several', async () => {
  const line = `recvfile-safe page-at-a-time --scenario two-writers --scenario signal`;
  const one = await locks(`${line} --workers 1`);
  expect(await locks(`${line} --workers 3`)).toEqual(one);
  expect(one.out).toMatch(/^page-at-a-time\n[^]*\n\nrecvfile-safe\n/);
});

test('as JSON: one object a line, for each design', async () => {
  const { code, out } = await locks(`${CYCLE} --json`);
  expect(code).toBe(1);
  const [line, ...rest] = out.split('\n');
  expect(rest).toEqual(['']);
  const found = JSON.parse(line!) as Record<string, unknown>;
  expect(Object.keys(found)).toEqual(['design', 'orders', 'cycles', 'states', 'runs', 'open']);
  expect(found).toMatchObject({
    design: 'multipage-rfc/locked,mapped,skips',
    runs: 1,
    open: [],
    cycles: expect.arrayContaining([
      [
        expect.objectContaining({ from: 'dirty pages', to: 'mapping lock', how: 'waits for' }),
        expect.objectContaining({ from: 'mapping lock', row: 'writer1.balance', steps: 8 }),
      ],
    ]),
  });
});

test('where a run did not close nothing is claimed; a cycle that was seen stands', async () => {
  const open = await locks('page-at-a-time --scenario two-writers --max-states 100');
  expect([open.code, open.err]).toEqual([3, '']);
  expect(open.out).toMatch(/\n {2}incomplete: 4 orders in the first 100 states of 1 run; not all /);
  expect(open.out).not.toContain('no cycle');
  const seen = await locks(`${CYCLE} --max-depth 12`);
  expect(seen.code).toBe(1);
  expect(seen.out).toMatch(/\n {2}incomplete: \d cycles? among \d+ orders in the first /);
});

test('interrupted', async () => {
  const { code, out, err } = await locks('page-at-a-time', AbortSignal.abort());
  expect(code).toBe(3);
  expect(out).toMatch(/ {2}incomplete: /);
  expect(err).toBe('writepath: interrupted; nothing is said of what was not seen\n');
});

test('what is not there, or out of range, is an error in one line', async () => {
  for (const [line, message] of [
    ['recvfil', "unknown design 'recvfil'"],
    ['recvfile --scenario two-writer', "unknown scenario 'two-writer'"],
    ['recvfile --workers 0', 'Expected a number in 1..64.'],
  ] as const) {
    const { code, out, err } = await locks(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err.trimEnd()).not.toContain('\n');
  }
});
