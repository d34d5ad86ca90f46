/** `writepath cost`: what it prints, and bad arguments. */
import { expect, test } from 'vitest';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

async function cost(line: string, stop = new AbortController().signal) {
  let out = '';
  let err = '';
  const code = await run(['cost', ...line.split(' ').filter(Boolean)], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop,
  });
  return { code, out, err };
}

test('designs of a family that cost the same stand together; so do extents', async () => {
  const { code, out, err } = await cost('page-at-a-time* --pages 32,1');
  expect(out.split('\n\n').slice(0, 3).join('\n\n')).toBe(`a write into a hole
                      calls   reserve     later     locks    copies     kmaps     waits
                 pages       map     alloc   handles      held    faults      held      held
page-at-a-time
 unordered
 2.6.37-ext3
 2.6.37-ext3-writeback
                     1    1    1    .    1    .    1    1    1    1    1    .    .    .    .
                    32    1   32    .   32    .   32   32    1   32   32    .    .    .    .
page-at-a-time/      1    1    1    1    .    1    1    1    1    1    1    .    .    .    .
 ext4-delalloc      32    1   32   32    .    1   32   32    1   32   32    .    .    .    .
page-at-a-time/      1    1    1    1    .    1    .    1    1    1    1    .    .    .    .
 xfs-2013           32    1   32   32    .    1    .   32    1   32   32    .    .    .    .
 delalloc
page-at-a-time/
 6.18-ext4
 6.18-ext4-writeback
                     1    1    1    1    .    1    .    1    1    1    .    .    .    .    .
                    32    1   32   32    .    1    .   32    1   32    .    .    .    .    .
page-at-a-time/
 6.18-ext4-nonda
 6.18-ext4-nodelalloc
                     1    1    1    .    1    .    1    1    1    1    .    .    .    .    .
                    32    1   32    .   32    .   32   32    1   32    .    .    .    .    .

a write over mapped extents: as into a hole, but nothing is reserved, and nothing allocated

a write over unwritten extents: as over mapped extents
  -  the filesystem has none: page-at-a-time page-at-a-time/unordered
     page-at-a-time/2.6.37-ext3 page-at-a-time/2.6.37-ext3-writeback
     page-at-a-time/6.18-ext4-nodelalloc`);
  expect(out).toMatch(/^Not counted: time, /m);
  expect(out).toMatch(/\n\nTo see it again: npx writepath cost 'page-at-a-time\*' --pages 1,32\n$/);
  expect([code, err]).toEqual([0, '']);
});

test('by default for 1, 32 and 1024 pages; a pattern is quoted', async () => {
  const { out } = await cost('multip*e --over hole');
  expect(out).toMatch(/^multipage +1 .*\n +32 .*\n +1024 +1 +1 +1 +\. +1 +\. +1024 +1 +1024 /m);
  expect(out).toContain("\nTo see it again: npx writepath cost 'multip*e' --over hole\n");
});

test('several that begin alike, and no others: by a pattern; a lock that is kept', async () => {
  const { out } = await cost('multipage-rfc --pages 2 --over hole');
  expect(out).toMatch(/^multipage-rfc\/ +2 .*\n unlocked,\*\n/m);
  expect(out).toMatch(/^multipage-rfc\/ +2 +1 +1 +1 +1 +\? .*\n locked,\*\n/m);
  expect(out).toContain('\n  ?        writeback waits for ever, ');
});

test('a long name stands above its numbers; without such extents there are none', async () => {
  const { out } = await cost(
    'multipage-rfc/unlocked,mapped,skips multipage-rfc/legacy --pages 1 --over unwritten',
  );
  expect(out).toMatch(/^multipage-rfc\/\n unlocked,mapped,skips\n {21}1 +1 +1 +\. /m);
  expect(out).toMatch(/^multipage-rfc\/ +1(?: +-){14}\n legacy\n/m);
});

test('no line is wider than 100 columns; all is ASCII', async () => {
  const { out } = await cost('--pages 1');
  for (const line of out.split('\n')) expect(line).toMatch(/^[ -~]{0,100}$/);
});

test('--json: one object a line, by extents, then by design; the same again', async () => {
  const line = 'recvfile multipage --pages 2 --over mapped --over unwritten --json';
  const first = await cost(line);
  const rows = first.out.trimEnd().split('\n');
  expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual([
    expect.objectContaining({ design: 'recvfile', over: 'mapped', pages: 2 }),
    expect.objectContaining({ design: 'multipage', over: 'mapped', pages: 2 }),
    { design: 'recvfile', over: 'unwritten', pages: 2, costs: null },
    expect.objectContaining({
      design: 'multipage',
      over: 'unwritten',
      costs: expect.objectContaining({ mappings: 1, page_locks: 2, copies: 2 }) as unknown,
    }),
  ]);
  expect((await cost(line)).out).toBe(first.out);
});

test.each([
  ['recvfil', "unknown design 'recvfil'; the nearest is 'recvfile'"],
  ['--pages 0', "option '--pages <n,...>' argument '0' is invalid. Expected a number in 1..4,096."],
  [
    '--pages 1,,2',
    "option '--pages <n,...>' argument '1,,2' is invalid. Expected a number in 1..4,096.",
  ],
  [
    '--pages 4097',
    "option '--pages <n,...>' argument '4097' is invalid. Expected a number in 1..4,096.",
  ],
  [
    '--over holes',
    "option '--over <extents>' argument 'holes' is invalid. Expected hole, mapped, unwritten.",
  ],
  ['--faults 1', "unknown option '--faults'"],
])('bad input is one line, and exit code 2: %s', async (line, says) => {
  expect(await cost(line)).toEqual({ code: 2, out: '', err: `writepath: ${says}\n` });
});

test('an interrupt is no pass', async () => {
  const { code, out, err } = await cost('--pages 4096 --over hole', AbortSignal.abort());
  expect(err).toBe('writepath: interrupted; nothing is said of what was not counted\n');
  expect([code, out]).toEqual([3, '']);
});
