/** The kernel that runs here, where it can be recorded: what comes of it; nothing is left. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { readTrace } from '../traces/format.ts';
import type { FilesystemName } from '../traces/format.ts';
import { refuseUnable } from './able.ts';
import { Cannot } from './cannot.ts';
import type { Blocks } from './geometry.ts';
import { recordDirected, recordHeld } from './record-directed.ts';
import { record } from './record.ts';
import { openSession } from './session.ts';

const why = await unable();
const AS_ROOT = why === undefined ? 'a kernel' : `a kernel (skipped: ${why})`;

/** What this machine lacks; not asked of the recorder, which might be wrong about it. */
async function unable(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'no Linux';
  if (process.getuid!() !== 0) return 'not root';
  if (!existsSync('/dev/loop-control')) return 'no loop devices';
  const koffi: string = 'koffi';
  if (!(await import(koffi).catch(() => undefined))) return 'no koffi';
  for (const program of ['mkfs.ext4', 'mkfs.xfs']) {
    const found = spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`]);
    if (found.status !== 0) return `no ${program}`;
  }
  const known = readFileSync('/proc/filesystems', 'utf8').split(/\s+/);
  return known.includes('xfs') && known.includes('ext4') ? undefined : 'no xfs, or no ext4';
}

const ORDER = { mode: 'plain', seed: 1, sequences: 6, operations: 12, all_calls: true } as const;
const stop = new AbortController().signal;
const ALL: [FilesystemName, Blocks][] = (['xfs', 'ext4', 'ext4d'] as const).flatMap((fs) =>
  ([1, 2, 4] as const).map((blocks): [FilesystemName, Blocks] => [fs, blocks]),
);

/** Loop devices over an image of that process. */
const images = (pid: number | undefined): string[] =>
  readdirSync('/sys/block').filter((name) => {
    const file = `/sys/block/${name}/loop/backing_file`;
    return existsSync(file) && readFileSync(file, 'utf8').includes(`memfd:writepath-${pid} `);
  });

it('who is not root is told so', () => {
  const uid = vi.spyOn(process, 'getuid').mockReturnValue(1000);
  try {
    const ask = () => refuseUnable({ fs: 'xfs', blocks: 1, mode: 'plain' });
    expect(ask).toThrow(process.platform === 'linux' ? /as root/ : Cannot);
  } finally {
    uid.mockRestore();
  }
});

describe.skipIf(why !== undefined)(AS_ROOT, () => {
  it.each(ALL)('%s, %i blocks a page: a few sequences', async (fs, blocks) => {
    for (const mode of ['plain', 'enospc'] as const) {
      const { lines, operations, withheld, interrupted } = await record(
        { ...ORDER, fs, blocks, mode },
        { stop },
      );
      expect([lines.length + withheld, interrupted]).toEqual([6, false]);
      expect(operations).toBe(lines.length * 12);
      for (const line of lines) expect(readTrace(line)).toEqual(JSON.parse(line));
    }
  });

  it('few blocks are free: as many as were asked for', async () => {
    const session = await openSession({ fs: 'xfs', blocks: 4, mode: 'enospc' });
    try {
      for (const avail of [0, 5, 11, 3]) {
        const { init } = session.begin({ file: { size: 0, blocks: '.'.repeat(12) }, avail });
        expect(init.avail).toBe(avail);
      }
    } finally {
      session.close();
    }
  });

  it('a sequence can be run again from its beginning', async () => {
    const session = await openSession({ fs: 'ext4', blocks: 1, mode: 'plain' });
    const run = () => {
      const begun = session.begin({ file: { size: 2, blocks: 'M..' } });
      const write = session.run({ op: 'write', pos: 1, count: 2, name: 'a' });
      // Which block is taken is up to the allocator, and so is whether it lies beside the other.
      return [begun, { ...write, obs: { ...write.obs, extents: 0 } }, session.end()];
    };
    try {
      const once = run();
      expect(once[2]).toEqual({ end: 'oaa' });
      expect(run()).toEqual(once);
    } finally {
      session.close();
    }
  });

  it.each([ALL[0]!, ALL[4]!, ALL[8]!])(
    '%s, %i: the EOF block is zeroed when the file is extended',
    async (fs, blocks) => {
      const { lines } = await recordDirected(fs, blocks);
      const tail = lines.map(readTrace).find(({ mode }) => mode.includes('tail of the EOF block'))!;
      expect(tail.end).toBe('o0dd');
    },
  );

  it('a write that is held: truncate() waits for it, and writeback does not', async () => {
    const { lines } = await recordHeld('ext4', 1);
    const meanwhile = lines
      .map(readTrace)
      .flatMap(({ ops }) => ops)
      .flatMap((one) => (one.op === 'held' ? one.meanwhile : []));
    const waited = (op: string) => [
      ...new Set(meanwhile.filter((one) => one.op === op).map((one) => one.waited ?? false)),
    ];
    expect([waited('truncate'), waited('sfr')]).toEqual([[true], [false]]);
  });

  it('an interrupt: what was recorded until then', async () => {
    const abort = new AbortController();
    const order = { ...ORDER, fs: 'ext4', blocks: 1 } as const;
    const { lines, interrupted } = await record(order, {
      stop: abort.signal,
      progress: (done) => done === 2 && abort.abort(),
    });
    expect([lines.length, interrupted]).toEqual([2, true]);
  });

  it('killed in between, it leaves nothing', async () => {
    const module = new URL('../dist/recorder/record.js', import.meta.url).href;
    const order = { ...ORDER, fs: 'xfs', blocks: 1, sequences: 100_000 };
    const script = `import { record } from '${module}';
      await record(${JSON.stringify(order)}, { stop: new AbortController().signal,
        progress: (done) => done === 1 && process.stdout.write('begun') });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await new Promise((resolve) => void child.stdout.once('data', resolve));
    const used = images(child.pid);
    expect(used).toHaveLength(1);
    child.kill('SIGKILL');
    await new Promise((resolve) => void child.once('exit', resolve));
    for (let i = 0; i < 50 && images(child.pid).length > 0; i++) await after(100);
    expect(images(child.pid)).toEqual([]);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(`/dev/${used[0]} `);
  });
});
