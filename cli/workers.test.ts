/** `check --workers`: whatever their number, the same bytes. */
import { expect, test } from 'vitest';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

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

// Of 429,102 states, which are enough to be divided.
const LARGE = 'check iomap --scenario writeback-between-copy-and-allocate';

test.each([
  '',
  ' --full',
  ' --full --json',
  ' --full --max-states 200000',
  ' --full --max-depth 40',
])(
  'the same with two and three, check%s',
  async (more) => {
    const alone = await writepath(`${LARGE}${more} --workers 1`);
    expect(alone.err).toBe('');
    expect(await writepath(`${LARGE}${more} --workers 2`)).toEqual(alone);
    expect(await writepath(`${LARGE}${more} --workers 3`)).toEqual(alone);
  },
  120_000,
);

test.each(['0', '17', 'two', '1.5'])('so many cannot be: %s', async (workers) => {
  const { code, out, err } = await writepath(`${LARGE} --workers ${workers}`);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(`'--workers <n>' argument '${workers}' is invalid`);
  expect(err.trim().split('\n')).toHaveLength(1);
});
