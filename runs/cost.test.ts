/** What a write costs, against numbers that can be read off the C code. */
import { describe, expect, it, test } from 'vitest';
import { encodeAction } from '../machine/rows.ts';
import { BY_COMMAND, NO_COSTS } from '../model/cost.ts';
import type { Costs } from '../model/cost.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { cellsOf, geometry } from '../model/geometry.ts';
import { SUBSYSTEMS } from '../model/kernel.ts';
import { kernelSystem, othersOf } from '../model/system.ts';
import { costOf } from './cost.ts';

const named = (name: string): Design => DESIGNS.find((design) => design.name === name)!;

const costs = (name: string, pages: number, over: Parameters<typeof costOf>[2] = 'hole') =>
  costOf(named(name), pages, over);

/** A call of one page lock at a time, and what else it does; the rest is 0. */
const call = (pages: number, others: Partial<Costs>): Costs => ({
  ...NO_COSTS,
  calls: 1,
  page_locks: pages,
  page_locks_held: 1,
  copies: pages,
  ...others,
});

describe('32 pages into a hole, by hand', () => {
  // generic_perform_write(): for each page iov_iter_fault_in_readable(), ext4_write_begin() with
  // its handle, ext4_get_block(), which allocates, and one copy.
  it('page-at-a-time', () => {
    expect(costs('page-at-a-time', 32)).toEqual(
      call(32, { mappings: 32, allocations: 32, handles: 32, faults: 32 }),
    );
  });

  // xfs_get_blocks() reserves; xfs_vm_writepage() allocates the whole delayed extent.
  it('page-at-a-time/xfs-2013', () => {
    expect(costs('page-at-a-time/xfs-2013', 32)).toEqual(
      call(32, { mappings: 32, reservations: 32, allocations_in_writeback: 1, faults: 32 }),
    );
  });

  // do_splice_from_socket(): 32 times write_begin and kmap(), then one kernel_recvmsg(), which
  // sleeps: with all pages locked. No fault, since there is no user buffer.
  it('recvfile', () => {
    expect(costs('recvfile', 32)).toEqual(
      call(32, {
        mappings: 32,
        allocations: 32,
        handles: 32,
        page_locks_held: 32,
        kmaps: 32,
        kmaps_held: 32,
        waits: 1,
        page_locks_held_in_waits: 32,
      }),
    );
  });

  // Out of the socket into pages of its own, while no page is locked; then from there.
  it('recvfile-safe', () => {
    expect(costs('recvfile-safe', 32)).toEqual(
      call(32, {
        mappings: 32,
        reservations: 32,
        allocations_in_writeback: 1,
        copies: 64,
        waits: 1,
      }),
    );
  });

  // Each page of its own is moved into the cache: what is copied is out of the socket.
  it('recvfile-safe/moves', () => {
    expect(costs('recvfile-safe/moves', 32)).toEqual(
      call(32, { mappings: 32, reservations: 32, allocations_in_writeback: 1, waits: 1 }),
    );
  });

  // generic_perform_direct_netrx_write(): for each page write_begin, and then out of the socket. No
  // kmap(), no fault; it sleeps once, with a page locked, since the peer sends all at once.
  it('recvfile/f-oxnas', () => {
    expect(costs('recvfile/f-oxnas', 32)).toEqual(
      call(32, {
        mappings: 32,
        reservations: 32,
        allocations_in_writeback: 1,
        waits: 1,
        page_locks_held_in_waits: 1,
      }),
    );
  });

  // do_aggregate_recvfile() returns with all pages locked and kmapped: nothing is dirty yet.
  it('recvfile/e-synology-aggregate', () => {
    expect(costs('recvfile/e-synology-aggregate', 32)).toEqual(
      call(32, {
        mappings: 32,
        reservations: 32,
        page_locks_held: 32,
        kmaps: 32,
        kmaps_held: 32,
        waits: 1,
        page_locks_held_in_waits: 32,
      }),
    );
  });

  // multipage_write_segment(): one READ, one RESERVE, one ALLOCATE; the actor is the old loop.
  it('multipage-rfc/unlocked,unwritten,redirties', () => {
    expect(costs('multipage-rfc/unlocked,unwritten,redirties', 32)).toEqual(
      call(32, { mappings: 1, reservations: 1, allocations: 1, faults: 32 }),
    );
  });

  // The same with a delayed allocation; so has iomap_file_buffered_write().
  it.each(['multipage', 'iomap', 'iomap/6.1'])('%s', (name) => {
    expect(costs(name, 32)).toEqual(
      call(32, { mappings: 1, reservations: 1, allocations_in_writeback: 1, faults: 32 }),
    );
  });
});

describe('the limits of the code', () => {
  it('recvfile takes 32 pages: 1024 are 32 calls, each with 32 page locks', () => {
    expect(costs('recvfile', 1024)).toEqual(
      call(1024, {
        calls: 32,
        mappings: 1024,
        allocations: 1024,
        handles: 1024,
        page_locks_held: 32,
        kmaps: 1024,
        kmaps_held: 32,
        waits: 32,
        page_locks_held_in_waits: 32,
      }),
    );
    expect(costs('recvfile', 33)).toMatchObject({ calls: 2, page_locks_held: 32, waits: 2 });
    expect(costs('recvfile', 3)).toMatchObject({ calls: 1, page_locks_held: 3, kmaps_held: 3 });
  });

  // After 224 pages there might be no room for the next 32: the eighth call commits 256.
  it('do_aggregate_recvfile() holds 256 page locks from one call to the next', () => {
    const held = (pages: number) => costs('recvfile/e-synology-aggregate', pages)!;
    expect(held(224)).toMatchObject({
      calls: 7,
      page_locks_held: 224,
      allocations_in_writeback: 0,
    });
    expect(held(256)).toMatchObject({
      calls: 8,
      page_locks_held: 256,
      allocations_in_writeback: 1,
    });
    expect(held(288)).toMatchObject({ calls: 9, page_locks_held: 256, kmaps_held: 256 });
  });

  it('a segment has 1024 pages: one more is mapped and reserved by itself', () => {
    expect(costs('multipage', 1024)).toMatchObject({ mappings: 1, reservations: 1 });
    expect(costs('multipage', 1025)).toMatchObject({ mappings: 2, reservations: 2 });
    expect(costs('iomap', 1025)).toMatchObject({ mappings: 1, reservations: 1 });
  });

  it('READ that locks and is not ended keeps writeback from going on', () => {
    const stuck = (lock: string, over: 'hole' | 'mapped') =>
      costs(`multipage-rfc/${lock},unwritten,redirties`, 2, over)!.writeback_is_stuck;
    expect([stuck('locked', 'hole'), stuck('locked', 'mapped')]).toEqual([true, true]);
    expect([stuck('unlocked', 'hole'), stuck('unlocked', 'mapped')]).toEqual([false, false]);
  });
});

const OVER = ['hole', 'mapped', 'unwritten'] as const;
const ALL = DESIGNS.flatMap((design) => OVER.map((over) => ({ name: design.name, design, over })));

describe('of every design, over everything', () => {
  it.each(ALL)('$name, $over: so much a page, or so much a call', ({ design, over }) => {
    const one = costOf(design, 1, over);
    const most = costOf(design, 8, over);
    if (one === undefined || most === undefined) {
      expect([one, most, design.filesystem.has_unwritten]).toEqual([undefined, undefined, false]);
      expect(over).toBe('unwritten');
      return;
    }
    // Each page is locked, and copied, at least once.
    expect(one.page_locks).toBeGreaterThan(0);
    expect(one.copies).toBeGreaterThan(0);
    for (const key of ['page_locks', 'copies', 'faults', 'kmaps', 'handles'] as const) {
      expect([key, most[key]]).toEqual([key, 8 * one[key]]);
    }
    for (const key of ['mappings', 'reservations', 'allocations'] as const) {
      expect([one[key], 8 * one[key]]).toContain(most[key]);
    }
    for (const key of ['calls', 'waits'] as const) expect(most[key]).toBe(one[key]);
    // A block is allocated once: by the call, or by writeback, which never comes to pages that stay
    // locked.
    const placed = one.allocations + one.allocations_in_writeback;
    const committed = !design.uses.includes('aggregate');
    expect(placed).toBe(over === 'hole' && committed ? 1 : 0);
    if (over !== 'hole') expect(one.reservations).toBe(0);
  });

  it('counted again it is the same', () => {
    for (const { design, over } of ALL) {
      expect(costOf(design, 2, over)).toEqual(costOf(design, 2, over));
    }
  });
});

/** The same run on the kernel of a search: locks and slots as the states show them. */
test.each(DESIGNS)('$name: what is held is what the states show', (design) => {
  const g = geometry({ pages: 4, blocks: 4, block_cells: 1 });
  const { system } = kernelSystem(
    design,
    {
      geometry: g,
      files: [{ i_size: cellsOf(g), blocks: '' }],
      writers: [[{ pos: 0, count: cellsOf(g) }]],
      others: othersOf(['peer'], design),
      faults: [],
      faults_max: 0,
    },
    () => [],
  );
  const { struct } = system;
  const get = (state: Int32Array, name: string) => struct.get(state, struct.place(name));
  const locked = (state: Int32Array) =>
    [0, 1, 2, 3].filter((i) => get(state, `page[${i}].locked_by`) === 1).length;
  const seen = { page_locks: 0, page_locks_held: 0, kmaps: 0, kmaps_held: 0, handles: 0 };
  let state = system.initial();
  for (let steps = 0; system.row(state, 0) !== 'writer1.done'; steps++) {
    expect(steps).toBeLessThan(200);
    const next = system.step(state, encodeAction(0, [])) ?? system.step(state, encodeAction(1, []));
    const to = next!.state;
    const more = (of: (state: Int32Array) => number) => Math.max(0, of(to) - of(state));
    seen.page_locks += more(locked);
    seen.kmaps += more((at) => get(at, 'thread[0].kmaps'));
    seen.handles += more((at) => get(at, 'thread[0].handle'));
    seen.page_locks_held = Math.max(seen.page_locks_held, locked(to));
    seen.kmaps_held = Math.max(seen.kmaps_held, get(to, 'thread[0].kmaps'));
    state = to;
  }
  expect(costOf(design, 4, 'hole')).toMatchObject(seen);
});

describe('a design whose cost cannot be told is an error of the design', () => {
  const good = named('page-at-a-time/delalloc');
  const changed = (rows: Design['rows']): Design => ({ ...good, rows: { ...good.rows, ...rows } });
  const cost = (rows: Design['rows']) => () => costOf(changed(rows), 2, 'hole');

  it('one that writes too little', () => {
    const lock_inode: Design['rows'][string] = (k) => (k.inode_lock(), 'unlock_inode');
    expect(cost({ lock_inode })).toThrow('writes 0 of 2 pages, and nothing has failed');
  });

  it('one that goes round for ever', () => {
    expect(cost({ fault_in: (k) => (k.fault_in_readable(), 'fault_in') })).toThrow(
      'does not return within 64 rows a page',
    );
  });

  it('one that waits for ever', () => {
    expect(cost({ unlock_inode: (k) => (k.inode_lock(), 'ret') })).toThrow(
      'row writer1.unlock_inode: waits for ever, and nothing has failed',
    );
  });

  it('one that leaves the range of what is counted', () => {
    const map: Design['rows'][string] = (k, f) => (k.iomap_read(f.pos, 1), 'map');
    const endless = { ...named('multipage'), rows: { ...named('multipage').rows, map } };
    expect(() => costOf(endless, 2, 'hole')).toThrow(
      'row writer1.map: call[0].maps leaves its range, and nothing has failed',
    );
  });
});

/** Mappings, copies and faults leave no mark in a state: none may be overlooked. */
const NO_WRITE = new Set([
  'page-cache',
  'reclaim',
  'writeback',
  'fsync',
  'truncate',
  'fallocate',
  'fallocate-by-block',
  'fadvise',
  'read',
  'mmap',
  'mmap-lock',
  'seek',
  'power',
  'disk-cache',
]);

test('every command of a write is counted: by its name, by what it changes, or is none', () => {
  const others = [
    'alloc_page alloc_private_page fatal_signal_pending free_private_pages',
    'grab_cache_page_write_begin inode_lock inode_unlock iomap_allocate',
    'invalidate_lock invalidate_unlock',
    'iomap_delalloc_punch iomap_delalloc_scan',
    'iomap_end_mapping iomap_reserve iomap_unreserve iomap_valid',
    'journal_commit journal_start journal_stop kmap kunmap lock_transaction',
    'neighbour_gives neighbour_takes peer_finish peer_send prepare_page returns write_end',
    'add_private_page aggregate_kunmap aggregate_leave aggregate_write_end lock_sock',
    'blockgc_free_space flush_inodes',
    'mempool_alloc release_sock replace_page should_do_aggregate',
    'iomap_write_failed should_retry_alloc zero_dirty_block zero_mapping',
  ].flatMap((line) => line.split(' '));
  const all = SUBSYSTEMS.filter(({ name }) => !NO_WRITE.has(name)).flatMap(({ commands = {} }) =>
    Object.keys(commands),
  );
  expect(all.filter((name) => !others.includes(name)).toSorted()).toEqual(
    Object.keys(BY_COMMAND).toSorted(),
  );
});
