import { describe, expect, it } from 'vitest';
import { explore } from '../explorer/search.ts';
import { DesignError } from '../machine/rows.ts';
import { design } from '../model/design.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { example } from '../model/designs/example.ts';
import { geometry } from '../model/geometry.ts';
import { xfs } from '../model/filesystems/xfs.ts';
import type { Kernel } from '../model/kernel.ts';
import { kernelSystem } from '../model/system.ts';
import type { Setup } from '../model/system.ts';
import { PROPERTIES, checksOf } from './all.ts';

const LIMITS = { states: 1_100_000, depth: 1000 };

const SETUP: Setup = {
  geometry: geometry(),
  files: [{ i_size: 1, blocks: '' }],
  writers: [[{ pos: 1, count: 2 }]],
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [
    'page-enomem',
    'direct-reclaim',
    'fault-in-efault',
    'copy-short',
    'signal',
    'read-eio',
    'write-begin-enospc',
    'iomap-read-eio',
    'iomap-read-trim',
    'iomap-reserve-enospc',
    'iomap-allocate-eio',
    'iomap-allocate-partial',
    'peer-short',
    'peer-reset',
    'peer-stall',
  ],
  faults_max: 1,
};

const named = (name: string): Design => DESIGNS.find((d) => d.name === name)!;

function broken(d: Design, setup: Setup): string[] {
  const result = explore(kernelSystem(d, setup, checksOf(PROPERTIES)).system, LIMITS);
  expect(result.limit).toBeUndefined();
  return result.properties.filter((p) => p.verdict === 'violated').map((p) => p.name);
}

const shapes = [1, 2, 4].flatMap((page_blocks) =>
  [2, 3].map((block_cells) => ({ page_blocks, block_cells })),
);

/** A page and a half, from inside a block, over old data, unwritten blocks and holes. */
function setupOf(shape: (typeof shapes)[number], d: Design): Setup {
  const { page_blocks, block_cells } = shape;
  const page = page_blocks * block_cells;
  const blocks = d.filesystem.has_unwritten ? 'Mu.' : 'M.';
  return {
    ...SETUP,
    geometry: { ...SETUP.geometry, ...shape, blocks: 2 * page_blocks + 1 },
    files: [{ i_size: Math.min(block_cells * blocks.length, 2 * page - 1) - 1, blocks }],
    writers: [[{ pos: 1, count: 2 * page - 2 }]],
  };
}

describe('1, 2 and 4 blocks a page, 2 and 3 cells a block, one fault anywhere', () => {
  const sound = ['page-at-a-time', 'page-at-a-time/delalloc'];
  // The largest of delayed allocation take half a minute: `npm run check:deep` has the like.
  const closed = sound
    .flatMap((name) => shapes.map((shape) => ({ name, ...shape })))
    .filter(({ name, ...shape }) => name === 'page-at-a-time' || shape.page_blocks === 1);
  it.each(closed)(
    '$name: $page_blocks blocks of $block_cells cells: holds',
    ({ name, ...shape }) => {
      expect(broken(named(name), setupOf(shape, named(name)))).toEqual([]);
    },
  );

  it.each(shapes)(
    'recvfile: $page_blocks blocks of $block_cells cells: nests page locks',
    (shape) => {
      expect(broken(named('recvfile'), setupOf(shape, named('recvfile')))).toContain(
        'no-nested-page-locks',
      );
    },
  );
});

/** generic_perform_write() with everything written out, a page-cache command a row. */
function writtenOut(changes: Record<string, (k: Kernel) => string> = {}): Design {
  const page = (k: Kernel, f: { pos: number }) => k.page_index(f.pos);
  const stop = (k: Kernel, f: { pos: number; end: number }) => k.page_end(f.pos, f.end);
  const made = design({
    name: 'written-out',
    about: 'one command a row, down to the page flags',
    source: 'this test',
    filesystem: xfs,
    locals: { from: 'cells', done: 'cells', err: 'errno' },
    rows: {
      lock_inode(k) {
        k.inode_lock();
        return 'grab';
      },
      grab(k, f) {
        f.err = k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS');
        return f.err ? 'unlock_inode' : 'fill';
      },
      // Reads or zeroes all that is not uptodate, so that the copy may stop anywhere.
      fill(k, f) {
        f.err = k.read_page(page(k, f));
        return f.err ? 'unlock' : 'get_block';
      },
      get_block(k, f) {
        f.err = k.get_block(f.pos, stop(k, f));
        return f.err ? 'unlock' : 'copy';
      },
      copy(k, f) {
        const copied = k.copy_from_user_atomic(f.pos, stop(k, f));
        k.iov_iter_advance(copied);
        f.from = f.pos;
        f.done += copied;
        f.pos += copied;
        return 'dirty';
      },
      // Blocks were reserved for all that was asked for, so all of them are dirtied.
      dirty(k, f) {
        k.set_dirty(f.from, stop(k, { pos: f.from, end: f.end }));
        return 'size';
      },
      size(k, f) {
        k.i_size_write(f.pos);
        return 'unlock';
      },
      unlock(k, f) {
        k.unlock_page(f.err ? page(k, f) : k.page_index(f.from));
        return !f.err && f.pos < f.end ? 'grab' : 'unlock_inode';
      },
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      ret(k, f) {
        k.returns(f.done, f.err);
        return 'done';
      },
    },
  });
  return { ...made, rows: { ...made.rows, ...changes } };
}

describe('a design written out in single commands', () => {
  // A short copy of nothing would need a row of its own; it is not what is asked here.
  const setup = { ...SETUP, faults: ['page-enomem', 'direct-reclaim', 'read-eio'] as const };

  it('holds', () => {
    expect(broken(writtenOut(), setup)).toEqual([]);
  });

  it('is caught when it leaks its page lock', () => {
    const leaks = writtenOut({ size: (k) => (k.i_size_write(k.i_size_read()), 'unlock_inode') });
    expect(broken(leaks, setup)).toContain('no-lock-outlives-the-call');
  });

  it('is told where it unlocks what it has not locked', () => {
    const wrong = writtenOut({ lock_inode: (k) => (k.unlock_page(0), 'grab') });
    expect(() => broken(wrong, setup)).toThrow(DesignError);
    expect(() => broken(wrong, setup)).toThrow(
      'row writer1.lock_inode: unlocks page 0, which it has not locked',
    );
  });
});

describe("the README's example", () => {
  const broken_by = (row: string, next: string) => ({
    ...example,
    rows: {
      ...example.rows,
      [row]: (k: Kernel, f: { pos: number; end: number }) => {
        const label = example.rows[row]!(k, f);
        return label === 'unlock_inode' ? next : label;
      },
    },
  });

  it('holds', () => {
    expect(broken(example, SETUP)).toEqual([]);
  });

  it('is caught when write_end goes on to ret: i_rwsem is still held', () => {
    expect(broken(broken_by('write_end', 'ret'), SETUP)).toContain('no-lock-outlives-the-call');
  });
});

describe('what a design may not do is an error that names the row', () => {
  type Change = Record<string, (k: Kernel, f: { pos: number; end: number }) => string>;
  const wrong: [what: string, rows: Change, message: string][] = [
    [
      'ends without returns()',
      { get_block: () => 'done' },
      'row writer1.get_block: goes on to done without returns()',
    ],
    [
      'goes on after returns()',
      { ret: (k) => (k.returns(0, 1), 'lock_inode') },
      'row writer1.lock_inode: gives a command after returns()',
    ],
    [
      'faults in the user buffer under a page lock',
      { get_block: (k) => (k.fault_in_readable(), 'prepare') },
      'row writer1.get_block: faults in the user buffer while it holds the lock of page 0',
    ],
    [
      'asks for blocks without the page lock',
      { grab_page: (k, f) => (k.get_block(f.pos, f.pos + 1), 'copy') },
      'row writer1.grab_page: works on page 0, which it has not locked',
    ],
    [
      'prepares without the page lock',
      { grab_page: (k, f) => (k.prepare_page(f.pos, f.pos + 1), 'copy') },
      'row writer1.grab_page: works on page 0, which it has not locked',
    ],
    [
      'copies across the end of the page',
      { copy: (k, f) => (k.copy_from_user_atomic(f.pos, f.end), 'write_end') },
      'row writer1.copy: works on page 1, which it has not locked',
    ],
    [
      'raises i_size without i_rwsem',
      { lock_inode: (k) => (k.i_size_write(4), 'fault_in') },
      'row writer1.lock_inode: changes i_size without i_rwsem',
    ],
    [
      'asks for ->iomap where there is none',
      { lock_inode: (k) => (k.iomap_read(0, 1), 'fault_in') },
      'row writer1.lock_inode: asks for ->iomap, which this filesystem has not',
    ],
  ];
  it.each(wrong)('%s', (_what, rows, message) => {
    const changed: Design = { ...example, rows: { ...example.rows, ...rows } };
    expect(() => broken(changed, SETUP)).toThrow(new DesignError(message));
  });

  it('a file with unwritten blocks on a filesystem that has none is refused', () => {
    const setup = { ...SETUP, files: [{ i_size: 2, blocks: 'U' }] };
    expect(() => broken(named('page-at-a-time'), setup)).toThrow(
      "the filesystem 'ordered' has no unwritten or delayed blocks",
    );
  });
});

it('recvfile refuses more than 32 pages, and has then touched nothing', () => {
  const large = geometry({ pages: 33 });
  const writers = [[{ pos: 0, count: 33 * 2 }]];
  const setup: Setup = {
    ...SETUP,
    geometry: large,
    writers,
    others: ['peer'],
    faults: [],
    faults_max: 0,
  };
  const { system } = kernelSystem(named('recvfile'), setup, checksOf(PROPERTIES));
  const result = explore(system, LIMITS);
  const rows = result.coverage.rows().filter(({ times }) => times > 0);
  expect(rows.map(({ name }) => name)).toEqual([
    'writer1.check_count',
    'writer1.ret',
    'peer.send',
    'peer.finish',
  ]);
  expect(result.properties.filter((p) => p.verdict === 'violated')).toEqual([]);
});
