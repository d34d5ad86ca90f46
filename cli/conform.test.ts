/** `conform`, with files that are as they should be, and with all others. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, test } from 'vitest';
import type { Trace } from '../traces/format.ts';

// As they were built.
const built = (name: string): string => new URL(`../dist/cli/${name}`, import.meta.url).href;
const { run } = (await import(built('program.js'))) as typeof import('./program.ts');
const { conform } = (await import(built('conform.js'))) as typeof import('./conform.ts');
const { linesOf } = (await import(built('lines.js'))) as typeof import('./lines.ts');

const SUBSET = fileURLToPath(new URL('../traces/linux-6.18/', import.meta.url));
const XFS = join(SUBSET, 'xfs-1-plain.jsonl.gz');
const lines = gunzipSync(readFileSync(XFS)).toString().trimEnd().split('\n');

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

function ioFor(stop = new AbortController().signal) {
  const said = { out: '', err: '' };
  const io: Parameters<typeof run>[1] = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    progress: () => undefined,
    stop,
  };
  return { io, said };
}

async function writepath(argv: readonly string[], stop?: AbortSignal) {
  const { io, said } = ioFor(stop);
  const code = await run(['conform', ...argv], io);
  return { code, ...said };
}

/** The first trace with something changed. */
const changed = (change: (trace: Trace) => object): string => {
  const trace = JSON.parse(lines[0]!) as Trace;
  return JSON.stringify({ ...trace, ...change(trace) });
};
const withOp = (at: number, change: (op: Trace['ops'][number]) => object): string =>
  changed(({ ops }) => ({ ops: ops.map((op, i) => (i === at ? { ...op, ...change(op) } : op)) }));
const longer = withOp(1, ({ obs }) => ({ obs: { ...obs, size: 1 + obs.size } }));

describe('files as they should be', () => {
  it('all agree: a summary of each, a table over all, exit code 0', async () => {
    const plain = file('plain.jsonl', `${lines.join('\n')}\n`);
    const { code, out, err } = await writepath([XFS, plain]);
    expect([code, err]).toEqual([0, '']);
    const says = '21 sequences, 21 agree; 252 operations compared, 0 unexplained';
    const text = out.replaceAll('\n', ' ');
    expect(text).toContain(`${XFS}: xfs: ${says}`);
    expect(text).toContain(`${plain}: xfs: ${says}`);
    expect(out).toMatch(/^xfs of 6\.18 +504 +504 +0 +0$/m);
    expect(out).toMatch(/^ {2}write +\d+ +\d+ +0 +0 +1\.\d{3}$/m);
  });

  it('gzip is known by its content; the last line needs no end; members are one file', async () => {
    const first = gzipSync(`${lines[0]}\n`);
    const zipped = file('zipped.txt', Buffer.concat([first, gzipSync(lines[1]!)]));
    const { code, out } = await writepath(['--json', zipped]);
    expect([code, (JSON.parse(out) as { sequences: number }).sequences]).toEqual([0, 2]);
  });

  it('--json: one object a file, with all keys', async () => {
    const said = file(
      'said.jsonl',
      changed(() => ({ trace: 2, kernel: '6.18.44' })),
    );
    const { code, out } = await writepath(['--json', XFS, said]);
    const [one, two] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    const { outcomes, ...rest } = one!;
    expect(rest).toEqual({
      file: XFS,
      filesystem: 'xfs',
      kernel: null,
      sequences: 21,
      agreed: 21,
      operations: 252,
      unexplained: 0,
      incomplete: 0,
      withheld: 0,
      differences: {},
      kinds: {},
    });
    const by = outcomes as Record<string, { mean: number; n: number }>;
    expect(Object.keys(by)).toEqual(['crash', 'drop', 'fsync', 'read', 'sfr', 'write']);
    expect(Object.values(by).reduce((sum, { n }) => sum + n, 0)).toBe(252);
    for (const { mean } of Object.values(by)) expect(mean).toBeGreaterThanOrEqual(1);
    expect(two).toMatchObject({ kernel: '6.18.44', sequences: 1 });
  });

  it('of another kernel: it is judged, and said that the model is of 6.18', async () => {
    const older = file(
      'older.jsonl',
      changed(() => ({ kernel: '6.12.3' })),
    );
    const { code, out } = await writepath([older]);
    expect(code).toBe(0);
    expect(out.replaceAll('\n', ' ')).toContain('of Linux 6.12.3; the model is that of 6.18');
    expect((await writepath([XFS])).out).not.toContain('the model is that of');
  });

  it('--outcomes: kinds that were never seen', async () => {
    expect((await writepath(['--outcomes', XFS])).out).toMatch(
      /^xfs drop: \d+ of \d+ kinds never/m,
    );
    expect((await writepath([XFS])).out).not.toContain('never seen');
  });
});

describe('differences', () => {
  const two = file('two.jsonl', `${longer}\n${longer}\n${lines[1]}\n`);

  it('the first is told, and exit code 1; with --all every one', async () => {
    const { code, out } = await writepath([two]);
    expect(code).toBe(1);
    expect(out).toMatch(/^\S+two\.jsonl:1: size\n\nKernel {5}xfs, 1 block a page/);
    expect(out).not.toContain('two.jsonl:2');
    expect(out.replaceAll('\n', ' ')).toContain(
      '3 sequences, 1 agree; 16 operations compared, 2 un',
    );
    const all = await writepath(['--all', two]);
    expect(all.out).toContain('two.jsonl:2: size');
    expect(all.out).not.toContain('two.jsonl:3');
  });

  it('--json counts them, by what differs, and says nothing else', async () => {
    const { code, out } = await writepath(['--json', two]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      sequences: 3,
      agreed: 1,
      unexplained: 2,
      kinds: { 'size of sfr': 2 },
    });
  });

  it('--filesystem: judged by the model of another one', async () => {
    const { code, out } = await writepath(['--filesystem', 'ext4', XFS]);
    expect(code).toBe(1);
    expect(out).toContain('Model      page-at-a-time/6.18-ext4-nodelalloc');
    expect(out).toMatch(/^ext4 of 6\.18 /m);
  });

  it('one with a name is told by it, counted apart, and no reason for exit code 1', async () => {
    const classes = [
      { name: 'invented', why: 'a test has invented it', example: '', has: () => true },
    ];
    const { io, said } = ioFor();
    expect(await conform([two], { json: true }, io, classes)).toBe(0);
    expect(JSON.parse(said.out)).toMatchObject({ unexplained: 0, differences: { invented: 2 } });
    const text = ioFor();
    expect(await conform([two], {}, text.io, classes)).toBe(0);
    expect(text.said.out).toContain('two.jsonl:1: invented\n');
    expect(text.said.out).toMatch(/^xfs of 6\.18 +\d+ +\d+ +2 +0$/m);
  });
});

describe('exit code 3', () => {
  it('interrupted before, or in between: what was judged is shown', async () => {
    const { code, err } = await writepath([XFS], AbortSignal.abort());
    const says = 'writepath: interrupted; nothing is said of what was not judged\n';
    expect([code, err]).toEqual([3, says]);
    const much = file('much.jsonl', `${lines.join('\n')}\n`.repeat(400));
    const program = fileURLToPath(built('main.js'));
    const child = spawn(process.execPath, [program, 'conform', XFS, much]);
    let [out, told] = ['', ''];
    // The first file has been judged.
    child.stdout.once('data', () => child.kill('SIGINT'));
    child.stdout.on('data', (text) => (out += String(text)));
    child.stderr.on('data', (text) => (told += String(text)));
    const [exit] = (await once(child, 'close')) as [number];
    expect([exit, told]).toEqual([3, says]);
    const table = /^xfs of 6\.18 +([\d,]+)/m.exec(out)![1]!;
    const compared = Number(table.replace(',', ''));
    expect(compared).toBeGreaterThanOrEqual(252);
    expect(compared).toBeLessThan(252 * 401);
  });
});

const zipped = gzipSync(lines.join('\n'));
const damaged = Buffer.from(zipped);
damaged.fill(0xff, 300, 340);

describe('exit code 2: one line that says what is wrong, and where', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['empty', '', ': it is empty: no trace in it'],
    ['empty.gz', gzipSync(''), ': it is empty: no trace in it'],
    ['no-line', '\n', ':1: not JSON'],
    ['text', 'Hello\n', ':1: not JSON'],
    ['binary', Buffer.from([0, 1, 2, 255, 254]), ':1: not JSON'],
    ['truncated', `${lines[0]}\n${lines[1]!.slice(0, 700)}`, ':2: truncated, or not JSON'],
    ['no-object', '[]\n', ':1: '],
    ['null', 'null\n', ':1: '],
    ['version', changed(() => ({ trace: 3 })), ':1: of another version: 3; this is 2'],
    ['version-text', changed(() => ({ trace: 'x' })), ':1: of another version: "x"; this is 2'],
    ['no-ops', changed(() => ({ ops: undefined })), ':1: ops: '],
    ['unknown-op', withOp(2, () => ({ op: 'sync' })), ':1: ops.2.op: '],
    [
      'beyond',
      withOp(0, () => ({ op: 'write', pos: 5, count: 2, name: 'a', ret: 2 })),
      ':1: ops.0.',
    ],
    [
      'pages',
      withOp(2, ({ obs }) => ({ obs: { ...obs, cache: 'p--' } })),
      ':1: ops.2.obs.cache: 1',
    ],
    ['blocks', changed(({ init }) => ({ init: { ...init, blocks: 'M' } })), ':1: init.blocks: 1'],
    ...(
      [
        ['size', 5],
        ['ext', '..M'],
        ['free', 1],
        ['cache', 'p-- --- ---'],
      ] as const
    ).map(([key, value]): [string, string, string] => [
      `begins-with-${key}`,
      changed(({ init }) => ({ init: { ...init, obs: { ...init.obs, [key]: value } } })),
      `:1: init.obs.${key}: ${value}`,
    ]),
    ['file', withOp(2, () => ({ file: 1 })), ':1: ops.2.file: there is no second one'],
    ['btrfs', changed(() => ({ fs: 'btrfs' })), ':1: btrfs has no model; --filesystem'],
    [
      'many',
      changed(({ ops }) => ({ ops: Array.from({ length: 65 }, () => ops[0]) })),
      ':1: ops: ',
    ],
    ['too-large', changed(() => ({ bc: 3, pb: 4 })), ':1: init.blocks: 3 in place of 12'],
    ['long', `${' '.repeat(2 ** 20 + 1)}\n`, ':1: the line has more than 1 MiB'],
    ['deep', '['.repeat(100_000), ':1: '],
    // A thousand times as large when it is unpacked.
    ['bomb.gz', gzipSync(Buffer.alloc(64 * 2 ** 20)), ':1: the line has more than 1 MiB'],
    ['cut-off.gz', zipped.subarray(0, zipped.length - 30), ': the gzip file is cut off'],
    ['damaged.gz', damaged, ': the gzip file is damaged'],
    ['head.gz', zipped.subarray(0, 5), ':1: the gzip file is cut off'],
  ])('%s', async (name, content, message) => {
    const path = file(name, content);
    const { code, out, err } = await writepath([path]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^writepath: [ -~]*\n$/);
    expect(err.replace(/:\d+(?=: the gzip)/, name === 'head.gz' ? ':1' : '')).toContain(
      path + message,
    );
    expect(err.length).toBeLessThan(500);
  });

  test.each([
    ['no-such-file', 'cannot read no-such-file: no such file or directory'],
    ['/dev/zero', 'cannot read /dev/zero: it is a device, and no regular file'],
    [folder, `cannot read ${folder}: it is a directory, and no regular file`],
  ])('%s', async (path, message) => {
    expect(await writepath([path])).toEqual({ code: 2, out: '', err: `writepath: ${message}\n` });
  });

  it('a pipe is not waited for', async () => {
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    expect((await writepath([pipe])).err).toContain('it is a pipe, and no regular file');
  });

  it('no file, an unknown filesystem', async () => {
    expect((await writepath([])).err).toContain("missing required argument 'traces'");
    expect((await writepath(['--filesystem', 'btrfs', XFS])).err).toContain('xfs, ext4, ext4d');
  });

  it('what was told before the damaged line stands', async () => {
    const { code, out, err } = await writepath([file('later', `${longer}\nHello\n`)]);
    expect([code, err]).toEqual([2, `writepath: ${join(folder, 'later')}:2: not JSON\n`]);
    expect(out).toContain('later:1: size');
  });
});

it('a file that is too large ends there', async () => {
  mkdirSync(join(folder, 'large'));
  const large = file('large/file', `${lines[0]}\n`.repeat(10));
  const read = async (): Promise<void> => {
    for await (const { text } of linesOf(large, { line: 2 ** 20, file: 5000 }))
      expect(text).toBe(lines[0]);
  };
  await expect(read()).rejects.toThrow(/large\/file:1: it has more than/);
});
