/**
 * Locks that several may share, and one may have for himself: mmap_lock, and the extent map's; and
 * what a page fault holds of them where it allocates.
 */
import { describe, expect, it } from 'vitest';
import { encodeAction } from '../machine/rows.ts';
import type { Design } from './design.ts';
import { example } from './designs/example.ts';
import type { Filesystem } from './filesystem.ts';
import { ext3Ordered } from './filesystems/ext3-2.6.37.ts';
import { ext4Of618Nonda } from './filesystems/ext4-6.18.ts';
import { ext4Ordered } from './filesystems/ext4.ts';
import { xfs, xfs2013 } from './filesystems/xfs.ts';
import { geometry } from './geometry.ts';
import { isShared } from './rwsem.ts';
import { kernelSystem } from './system.ts';
import type { Setup } from './system.ts';

/**
 * Steps of tasks, by number, with these answers; undefined where the task has to wait, or is not
 * asked.
 */
function runs(setup: Partial<Setup>, filesystem: Filesystem = xfs, rows: Design['rows'] = {}) {
  const design: Design = { ...example, filesystem, rows: { ...example.rows, ...rows } };
  const whole: Setup = {
    geometry: geometry(),
    files: [{ i_size: 4, blocks: 'MM' }],
    writers: [],
    others: [],
    faults: [],
    faults_max: 0,
    ...setup,
  };
  const { system, observer } = kernelSystem(design, whole, () => []);
  let state = system.initial();
  const step = (task: number, ...answers: number[]): string | undefined => {
    const taken = system.step(state, encodeAction(task, answers));
    if (taken === undefined) return undefined;
    ({ state } = taken);
    system.look(state);
    return taken.said;
  };
  /** Until the task has said this. */
  const upTo = (task: number, said: string): void => {
    for (let n = 0; n < 40; n++) if (step(task) === said) return;
    throw new Error(`task ${task} never said '${said}'`);
  };
  return { step, upTo, s: observer.s, label: (task: number) => system.label(task) };
}

const store = (pos: number) => ({ call: 'store', pos, count: 1 });
const mmap = { call: 'mmap', pos: 0, count: 1 };

it('mmap() waits for faults that share mmap_lock, and who faults after it waits for mmap()', () => {
  const { step, upTo, s } = runs({ writers: [[store(0)], [mmap], [store(2)], [mmap]] });
  upTo(0, 'mmap_read_lock()');
  upTo(2, 'mmap_read_lock()');
  upTo(2, 'mmap_read_unlock()');
  expect(s.page[1]!.writable).toBe(1);
  expect(step(1)).toBe('mmap_write_lock(): in the queue');
  // It waits for the fault; a second one does not even get into the queue.
  expect([step(1), step(3)]).toEqual([undefined, undefined]);
  upTo(0, 'mmap_read_unlock()');
  expect(step(1)).toBe('mmap_write_lock()');
  expect(step(1)).toBe('mmap_region(): what was mapped is unmapped');
  expect(s.page.map(({ writable }) => writable)).toEqual([0, 0]);
  expect(step(3)).toBeUndefined();
  upTo(1, 'mmap_write_unlock()');
  expect(step(3)).toBe('mmap_write_lock(): in the queue');
});

const write = { pos: 0, count: 2 };
const RECLAIMED = 'the page of the user buffer is reclaimed';

it('a fault on the user buffer waits for mmap(), and mmap() not for it', () => {
  const { step, upTo, s } = runs({ writers: [[write], [mmap]] });
  upTo(1, 'mmap_write_lock(): in the queue');
  expect(step(0)).toBe('inode_lock()');
  expect(step(0, 1)).toBe(RECLAIMED);
  expect(s.stack[0]!.buffer_absent).toBe(1);
  expect(step(0)).toBeUndefined();
  upTo(1, 'mmap_write_unlock()');
  expect(step(0)).toBe('fault_in_readable() = 0');
  expect(s.stack[0]!.buffer_absent).toBe(0);
});

it('where the user buffer is there nobody faults, and nobody waits for mmap()', () => {
  const { step, upTo } = runs({ writers: [[write], [mmap]] });
  upTo(1, 'mmap_write_lock()');
  expect([step(0), step(0)]).toEqual(['inode_lock()', 'fault_in_readable() = 0']);
});

it('whether the user buffer is reclaimed is asked only where somebody wants mmap_lock', () => {
  for (const writers of [[[write]], [[write], [mmap]]]) {
    const { step } = runs({ writers });
    step(0);
    // It has no second answer.
    expect(step(0, 1)).toBeUndefined();
    expect(step(0)).toBe('fault_in_readable() = 0');
  }
});

it('a fault fails where it can be served, and where the buffer is there none is', () => {
  const setup = { writers: [[write], [mmap]], faults: ['fault-in-efault'], faults_max: 1 };
  const free = runs(setup);
  free.step(0);
  expect(free.step(0, 1)).toBe('fault_in_readable() = -EFAULT');
  const { step, upTo } = runs(setup);
  upTo(1, 'mmap_write_lock(): in the queue');
  step(0);
  expect(step(0, 1)).toBe(RECLAIMED);
  expect([step(0), step(0, 1)]).toEqual([undefined, undefined]);
  upTo(1, 'mmap_write_unlock()');
  expect(step(0, 1)).toBe('fault_in_readable() = -EFAULT');
});

describe('a copy with page faults on', () => {
  const copies: Design['rows'] = {
    copy(k, f: { pos: number; end: number; copied: number }) {
      f.copied = k.copy_from_user(f.pos, k.page_end(f.pos, f.end));
      return 'write_end';
    },
  };
  const atCopy = () => {
    const run = runs({ writers: [[write], [mmap]] }, xfs, copies);
    run.upTo(0, 'write_begin(0..2) = 0');
    run.upTo(1, 'mmap_write_lock(): in the queue');
    return run;
  };

  it('waits for mmap_lock where the user buffer is not there, and then it is', () => {
    const { step, upTo, s } = atCopy();
    expect([step(0, 1), step(0)]).toEqual([RECLAIMED, undefined]);
    upTo(1, 'mmap_write_unlock()');
    expect(step(0)).toBe('copy_from_user(0..2) = 2');
    expect(s.stack[0]!.buffer_absent).toBe(0);
  });

  it('does not where it is', () => {
    expect(atCopy().step(0)).toBe('copy_from_user(0..2) = 2');
  });
});

describe('a page fault allocates with GFP_KERNEL, and holds then', () => {
  const faults = { faults: ['direct-reclaim'], faults_max: 1 };
  const both = [[store(0)], [mmap]];
  /** Takes steps of the store until it is in direct reclaim, and says so. */
  function reclaims(fs: Filesystem, writers: Setup['writers']) {
    const run = runs({ ...faults, writers }, fs);
    // Whether it has to is asked in one row alone: no other has a second answer.
    let said: string | undefined;
    for (let n = 0; n < 10 && said === undefined; n++) {
      said = run.step(0, 1);
      if (said === undefined) run.step(0);
    }
    return { ...run, said };
  }
  const held = ({ s }: ReturnType<typeof reclaims>) => ({
    mmap_lock: s.thread[0]!.mmap_lock,
    invalidate_lock: s.inode[0]!.invalidate_lock > 0 && isShared(s.inode[0]!.invalidate_lock),
    handle: s.thread[0]!.handle,
    pages: s.page.filter(({ locked_by }) => locked_by > 0).length,
  });
  const nothing = { mmap_lock: 0, invalidate_lock: false, handle: 0, pages: 0 };

  it.each([
    { fs: xfs, writers: [[store(0)]], holds: { invalidate_lock: true } },
    { fs: xfs, writers: both, holds: { invalidate_lock: true, mmap_lock: 1 } },
    { fs: xfs2013, writers: both, holds: { mmap_lock: 1 } },
    { fs: ext3Ordered, writers: both, holds: { mmap_lock: 1 } },
    { fs: ext4Of618Nonda, writers: [[store(0)]], holds: { invalidate_lock: true } },
    { fs: ext4Of618Nonda, writers: both, holds: { invalidate_lock: true, mmap_lock: 1 } },
    { fs: ext4Ordered, writers: both, holds: { mmap_lock: 1 } },
    { fs: ext4Ordered, writers: [[store(0)]], holds: {} },
  ])('$fs.name, $writers.length calls: $holds', ({ fs, writers, holds }) => {
    const run = reclaims(fs, writers);
    expect(run.said).toBe('filemap_fault(0): direct reclaim');
    expect(held(run)).toEqual({ ...nothing, ...holds });
    // No handle is open; what ->page_mkwrite needs comes after it.
    expect(run.step(0)).toBe('filemap_fault(0): allocated');
    expect([run.s.page[0]!.present, run.s.thread[0]!.reclaiming]).toEqual([1, 0]);
    run.upTo(0, 'return 1');
    expect(held(run)).toEqual(nothing);
  });

  it('a page that is there, and one beyond EOF, is not allocated', () => {
    const there = runs({ ...faults, writers: [[store(0)], [write]] });
    there.upTo(1, 'return 2');
    there.upTo(0, 'filemap_fault(0), locked');
    const beyond = runs({ ...faults, writers: [[store(0)]], files: [{ i_size: 0, blocks: '' }] });
    beyond.upTo(0, 'filemap_fault(0): SIGBUS');
    for (const { s } of [there, beyond]) expect(s.faults_left).toBe(1);
  });

  it('a page that was cut off while it was allocated is not added', () => {
    const { step, upTo, s } = reclaims(xfs2013, [
      [store(2)],
      [{ call: 'truncate', pos: 1, count: 1 }],
    ]);
    upTo(1, 'truncate_inode_pages: done');
    expect(step(0)).toBe('filemap_fault(1): allocated');
    expect([s.page[1]!.present, s.thread[0]!.reclaiming]).toEqual([0, 0]);
    expect(step(0)).toBe('filemap_fault(1): SIGBUS');
  });

  it('a page that was reclaimed before it was locked is added again', () => {
    const { step, upTo, s } = runs({ writers: [[store(0)]], others: ['reclaim'] }, ext4Of618Nonda);
    upTo(0, 'filemap_fault(0): the page is added');
    expect(step(1)).toBe('shrink_page_list: drop page 0');
    upTo(0, 'filemap_fault(0), locked');
    expect(s.page[0]!.present).toBe(1);
  });

  it('who waits for the page lock is no longer in reclaim', () => {
    const { step, upTo, s } = reclaims(xfs, [[store(0)], [write]]);
    upTo(1, 'grab_cache_page_write_begin(0), locked');
    expect(step(0)).toBe('filemap_fault(0): allocated');
    expect([step(0), s.thread[0]!.reclaiming]).toEqual([undefined, 0]);
  });
});

it('a store takes mmap_lock where somebody calls mmap(), and else has no row for it', () => {
  const { upTo } = runs({ writers: [[store(0)]] });
  expect(() => upTo(0, 'mmap_read_lock()')).toThrow('never said');
});

const seek = { call: 'seek_data', pos: 0, count: 1 };
const UNWRITTEN: Partial<Setup> = {
  geometry: geometry({ pages: 1, page_blocks: 2 }),
  files: [{ i_size: 4, blocks: 'u.' }],
};

it('SEEK_DATA of 3.10 shares ILOCK while it looks into a page: nobody changes the map', () => {
  const setup = { ...UNWRITTEN, writers: [[{ pos: 2, count: 2 }], [seek], [seek]] };
  const { step, upTo, s } = runs(setup, xfs2013);
  upTo(0, 'grab_cache_page_write_begin(0), locked');
  expect(step(1)).toBe('xfs_ilock_map_shared()');
  // A second one shares it; the write needs it for itself, and each waits for the other.
  expect(step(2)).toBe('xfs_ilock_map_shared()');
  expect(step(1)).toBe('xfs_bmapi_read(0): UNWRITTEN at 0');
  expect([step(0), step(1)]).toEqual([undefined, undefined]);
  expect(s.inode[0]!.map_lock).toBeGreaterThan(0);
});

it('SEEK_DATA of today keeps no lock; both find the data in the page', () => {
  const setup = { ...UNWRITTEN, writers: [[{ pos: 2, count: 2 }], [seek]] };
  const { step, upTo } = runs(setup);
  upTo(0, 'grab_cache_page_write_begin(0), locked');
  expect(step(1)).toBe('xfs_bmapi_read(0): UNWRITTEN at 0');
  expect(step(1)).toBeUndefined();
  expect(step(0)).toBe('get_block(2..4) = 0');
  upTo(0, 'write_end(2..4, copied 2) = 2');
  expect(step(1)).toBe('lock_page(0)');
  expect(step(1)).toBe('page 0: data; unlock_page()');

  const old = runs(
    { ...UNWRITTEN, files: [{ i_size: 4, blocks: '.U' }], writers: [[seek]] },
    xfs2013,
  );
  const said = Array.from({ length: 5 }, () => old.step(0));
  expect(said).toEqual([
    'xfs_ilock_map_shared()',
    'xfs_bmapi_read(0): UNWRITTEN at 2',
    'page 0 is not there',
    'xfs_iunlock_map_shared()',
    'return 0',
  ]);
});
