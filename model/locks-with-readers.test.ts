/** Locks that several may share, and one may have for himself: mmap_lock, and the extent map's. */
import { expect, it } from 'vitest';
import { encodeAction } from '../machine/rows.ts';
import type { Design } from './design.ts';
import { example } from './designs/example.ts';
import type { Filesystem } from './filesystem.ts';
import { xfs, xfs2013 } from './filesystems/xfs.ts';
import { geometry } from './geometry.ts';
import { kernelSystem } from './system.ts';
import type { Setup } from './system.ts';

/** Steps of tasks, by number; undefined where the task has to wait. */
function runs(setup: Partial<Setup>, filesystem: Filesystem = xfs) {
  const design: Design = { ...example, filesystem };
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
  const step = (task: number): string | undefined => {
    const taken = system.step(state, encodeAction(task, []));
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

it('a fault on the user buffer waits for mmap(), and mmap() not for it', () => {
  const { step, upTo } = runs({ writers: [[{ pos: 0, count: 2 }], [mmap]] });
  upTo(1, 'mmap_write_lock(): in the queue');
  expect(step(0)).toBe('inode_lock()');
  expect(step(0)).toBeUndefined();
  upTo(1, 'mmap_write_unlock()');
  expect(step(0)).toBe('fault_in_readable() = 0');
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
