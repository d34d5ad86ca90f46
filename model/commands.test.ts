/**
 * Single commands, each a row: those that few designs give, and rules that hold for all of them.
 */
import { describe, expect, it } from 'vitest';
import { DesignError } from '../machine/rows.ts';
import { design } from './design.ts';
import type { Design, Frame } from './design.ts';
import { EIO, ENOSPC } from './errno.ts';
import { DELALLOC, HOLE, MAPPED, UNWRITTEN, typeOf } from './extents.ts';
import { MAPS } from './filesystem.ts';
import type { Filesystem } from './filesystem.ts';
import { ext4Delalloc, ext4Ordered } from './filesystems/ext4.ts';
import { xfsIomap } from './filesystems/iomap.ts';
import { multipageFs } from './filesystems/multipage.ts';
import { xfs, xfs2013 } from './filesystems/xfs.ts';
import { geometry } from './geometry.ts';
import type { Kernel } from './kernel.ts';
import { SUBSYSTEMS } from './kernel.ts';
import { kernelSystem } from './system.ts';
import type { Setup } from './system.ts';

/** `done` where it ends the call. */
type Row = (k: Kernel, f: Frame<{ at: 'cells' }>) => 'done' | void;

/** A call of these rows, one after the other. */
function script(rows: readonly Row[], filesystem: Filesystem, socket = false): Design {
  const labels = rows.map((_, i) => `row${i}`);
  const own = rows.map((row, i) => [
    `row${i}`,
    (k: Kernel, f: Frame<{ at: 'cells' }>) => row(k, f) ?? labels[i + 1] ?? 'ret',
  ]);
  const ret = (k: Kernel) => (k.returns(0, 1), 'done' as const);
  return design({
    name: 'script',
    about: 'row upon row',
    source: 'this test',
    filesystem,
    socket,
    locals: { at: 'cells' },
    rows: { ...(Object.fromEntries(own) as Record<string, Row & (() => string)>), ret },
  });
}

interface Given {
  readonly fs?: Filesystem;
  readonly socket?: boolean;
  readonly setup?: Partial<Setup>;
}

/** Runs them all, with all answers good; what the rows said, and the state they leave. */
function run(rows: readonly Row[], { fs = xfs, socket = false, setup = {} }: Given = {}) {
  const { system, observer } = kernelSystem(
    script(rows, fs, socket),
    {
      geometry: geometry(),
      files: [{ i_size: 0, blocks: '' }],
      writers: [[{ pos: 0, count: 4 }]],
      others: socket ? ['peer'] : [],
      faults: [],
      faults_max: 0,
      ...setup,
    },
    () => [],
  );
  let state = system.initial();
  const said: string[] = [];
  const stands = () => (system.look(state), system.label(0));
  while (!['ret', 'done'].includes(stands())) {
    const step = system.step(state, 0);
    // Where the writer waits, the peer sends.
    const other = step === undefined && socket ? system.step(state, 1) : undefined;
    const next = step ?? other;
    if (next === undefined) break;
    if (next === step) said.push(step.said);
    state = next.state;
  }
  system.look(state);
  const s = observer.s;
  const block = (page: number) => s.page[page]!.block[0]!;
  return {
    system,
    state,
    said,
    s,
    o: observer,
    block,
    shown: (n: number) => observer.cells.show(block(n).cells, 2 * n),
  };
}

const locked: Row[] = [
  (k) => k.inode_lock(),
  (k, f) => void k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS'),
];

describe('pages', () => {
  it('lock_page() takes a page lock as write_begin does, and unlock_page() gives it back', () => {
    const lock = run([(k) => k.lock_page(1)]);
    expect(lock.s.page.map(({ locked_by }) => locked_by)).toEqual([0, 1]);
    const both = run([(k) => k.lock_page(1), (k) => k.unlock_page(1)]);
    expect(both.s.page.map(({ locked_by }) => locked_by)).toEqual([0, 0]);
    expect(both.said).toEqual(['lock_page(1)', 'unlock_page(1)']);
    // Who has it waits for himself.
    expect(run([(k) => k.lock_page(1), (k) => k.lock_page(1)]).said).toEqual(['lock_page(1)']);
  });

  it('zero_user() zeroes just that, and the page stays not uptodate', () => {
    const { shown, block } = run([...locked, (k) => k.zero_user(1, 2)]);
    expect([shown(0), block(0).uptodate, block(0).dirty]).toEqual(['GARBAGE,zero', 0, 0]);
  });

  it('set_uptodate() and set_dirty() are of the blocks that are touched', () => {
    const { block } = run([...locked, (k) => k.set_uptodate(1, 2)]);
    expect([block(0).uptodate, block(0).dirty, block(1).uptodate]).toEqual([1, 0, 0]);
    const setup = { geometry: geometry({ pages: 1, page_blocks: 2 }) };
    const two = run([...locked, (k) => k.set_uptodate(1, 3)], { setup });
    expect(two.s.page[0]!.block.map(({ uptodate }) => uptodate)).toEqual([1, 1]);
    const dirty = run([...locked, (k) => k.set_dirty(0, 1)]);
    expect([dirty.block(0).uptodate, dirty.block(0).dirty, dirty.block(1).dirty]).toEqual([
      0, 1, 0,
    ]);
  });

  const unlocked = /^row writer1\.row0: works on page 0, which it has not locked$/;

  it.each(['zero_user', 'set_uptodate', 'set_dirty'] as const)(
    '%s() of a page that is not locked is an error',
    (name) => {
      expect(() => run([(k) => k[name](0, 1)])).toThrow(unlocked);
    },
  );

  it.each(['readpage', 'read_page'] as const)('so is %s()', (name) => {
    expect(() => run([(k) => void k[name](0)])).toThrow(unlocked);
  });

  it('write_begin that fails keeps what it has made: zero, dirty, and no longer new', () => {
    const setup = { geometry: geometry({ page_blocks: 2, blocks: 1 }) };
    const fs = ext4Ordered;
    const { s, said } = run([...locked, (k) => void k.get_block(0, 4)], { fs, setup });
    expect(said.at(-1)).toBe('get_block(0..4) = -ENOSPC');
    const { uptodate, dirty, fresh, cells } = s.page[0]!.block[0]!;
    expect({ uptodate, dirty, fresh, cells }).toEqual({
      uptodate: 1,
      dirty: 1,
      fresh: 0,
      cells: 0,
    });
  });
});

describe('flush_eof()', () => {
  const setup = { files: [{ i_size: 1, blocks: 'd' }], others: ['writeback'] };
  const goes_on = (pos: number) =>
    run([(k) => k.inode_lock(), (k) => k.flush_eof(pos)], { setup }).said.length > 1;

  it('waits for writeback of the block of EOF where the write leaves a gap, not to append', () => {
    expect(goes_on(2)).toBe(false);
    expect(goes_on(1)).toBe(true);
  });
});

describe('rules of commands that count', () => {
  it('journal handles nest, and kmap slots add up, one more than there are pages', () => {
    const start: Row = (k) => k.journal_start();
    const nested = run([start, start, start], { fs: ext4Ordered });
    expect(nested.s.thread[0]!.handle).toBe(3);
    expect(() => run([start, start, start, start], { fs: ext4Ordered })).toThrow(
      'row writer1.row3: has 3 journal handles open, and starts another',
    );
    const kmap: Row = (k) => k.kmap(0);
    expect(run([kmap, kmap, kmap]).s.thread[0]!.kmaps).toBe(3);
    expect(() => run([kmap, kmap, kmap, kmap])).toThrow(
      'row writer1.row3: has 3 kmap slots, and takes another',
    );
  });

  it.each([NaN, 0.5, Infinity])('the iterator cannot be moved by %s', (by) => {
    expect(() => run([(k) => k.iov_iter_advance(by)])).toThrow(
      `row writer1.row0: moves the iterator by ${by} cells`,
    );
    expect(() => run([(k) => k.iov_iter_revert(by)])).toThrow('moves the iterator by');
  });

  it('nobody can put another command in the place of one', () => {
    const patch: Row = (k) => {
      Object.assign(Object.getPrototypeOf(k) as object, { command: () => undefined });
    };
    expect(() => run([patch])).toThrow(DesignError);
  });
});

describe('returns()', () => {
  it('-ENOSPC of which nobody has told the call is false while a block can be had', () => {
    const enospc: Row = (k) => (k.returns(0, ENOSPC), 'done');
    expect(run([enospc]).s.call[0]!.refused).toBe(1);
    const full = { geometry: geometry({ blocks: 1 }), files: [{ i_size: 2, blocks: 'M' }] };
    expect(run([enospc], { setup: full }).s.call[0]!.refused).toBe(0);
    expect(run([(k) => (k.returns(0, EIO), 'done')]).s.call[0]!.refused).toBe(0);
    // Nobody has told it so: that it says so itself is no answer of the kernel's.
    expect(run([enospc]).s.call[0]!.no_space).toBe(0);
  });

  it('-ENOSPC that a later success has made good is false, too', () => {
    const setup = { geometry: geometry({ blocks: 1 }), writers: [[{ pos: 0, count: 4 }]] };
    const rows: Row[] = [
      (k) => k.inode_lock(),
      (k) => k.lock_page(0),
      (k) => k.lock_page(1),
      (k) => void k.get_block(0, 2),
      (k) => void k.get_block(2, 4),
    ];
    const enospc: Row = (k) => (k.returns(0, ENOSPC), 'done');
    const told = run([...rows, enospc], { setup }).s.call[0]!;
    expect([told.no_space, told.told_enospc, told.refused]).toEqual([1, 1, 0]);
    // The block that it has already is enough for what it asks then.
    const again: Row = (k) => void k.get_block(0, 2);
    const free: Row = (k) => k.truncate_failed_blocks(0, 4);
    const other = run([...rows, free, again, enospc], { setup }).s.call[0]!;
    expect([other.no_space, other.told_enospc, other.refused]).toEqual([1, 0, 0]);
    const space = run([...rows, again, free, enospc], { setup }).s.call[0]!;
    expect([space.no_space, space.told_enospc, space.refused]).toEqual([1, 0, 1]);
  });

  it('reports what was taken from the socket and thrown away, one cell too', () => {
    const rows: Row[] = [
      (k) => void k.alloc_private_page('GFP_KERNEL'),
      (k) => void k.recv_private(1),
      (k) => (k.returns(0, 1, 1), 'done'),
    ];
    const { consumed, discarded } = run(rows, { socket: true }).s.call[0]!;
    expect({ consumed, discarded }).toEqual({ consumed: 1, discarded: 1 });
  });
});

describe('->iomap(UNRESERVE), where RESERVE notes a delayed allocation', () => {
  const answers = { read: 'unlocked', allocate: 'unwritten', hole: 'redirties' } as const;
  const posted = multipageFs(answers);
  const fs = { ...posted, patch: { ...posted.patch!, delays: true } };

  it('a RESERVE that fails and one that does not: the call has got what it asked for', () => {
    const setup = { geometry: geometry({ blocks: 1 }) };
    const rows: Row[] = [(k) => void k.iomap_read(0, 4), (k) => void k.iomap_reserve(0, 4)];
    const failed = run(rows, { fs, setup }).s.call[0]!;
    expect([failed.no_space, failed.told_enospc]).toEqual([1, 1]);
    const less = run([...rows, (k) => void k.iomap_reserve(0, 2)], { fs, setup }).s.call[0]!;
    expect([less.no_space, less.told_enospc]).toEqual([1, 0]);
  });

  it('takes back what was not used, once', () => {
    const rows: Row[] = [
      (k) => void k.iomap_read(0, 4),
      (k) => void k.iomap_reserve(0, 4),
      (k) => k.iomap_unreserve(0, 2),
    ];
    const { s } = run(rows, { fs });
    expect(s.extent.map(({ map }) => typeOf(map))).toEqual([DELALLOC, HOLE]);
    expect(s.stack[0]!.iomap_reserved_to).toBe(0);
  });
});

describe('->iomap_begin and its end', () => {
  const fs = xfsIomap;
  const types = (s: ReturnType<typeof run>['s']) => s.extent.map(({ map }) => typeOf(map));

  it('a hole is reserved as far as there is space, and said to be new', () => {
    const begin = run([(k) => void k.iomap_begin(0, 4)], { fs });
    expect(begin.said).toEqual(['->iomap_begin(0, 4): DELALLOC, new 0..4']);
    expect([types(begin.s), begin.s.reserved]).toEqual([[DELALLOC, DELALLOC], 2]);
    const small = { setup: { geometry: geometry({ blocks: 1 }) } };
    const one = run([(k) => void k.iomap_begin(0, 4)], { fs, ...small });
    expect(one.said).toEqual(['->iomap_begin(0, 4): DELALLOC, new 0..2']);
    expect([types(one.s), one.s.reserved]).toEqual([[DELALLOC, HOLE], 1]);
  });

  it('what it gets of a hole is success, though it was told that there is no more', () => {
    const small = { setup: { geometry: geometry({ blocks: 1 }) } };
    const { no_space, told_enospc } = run([(k) => void k.iomap_begin(0, 4)], { fs, ...small }).s
      .call[0]!;
    expect({ no_space, told_enospc }).toEqual({ no_space: 1, told_enospc: 0 });
  });

  it('with not one block to be had it fails, and there is no mapping to end', () => {
    const setup = { geometry: geometry({ blocks: 1 }), files: [{ i_size: 2, blocks: 'M' }] };
    const none = run([(k) => void k.iomap_begin(2, 2)], { fs, setup });
    expect(none.said).toEqual(['->iomap_begin(2, 2) = -ENOSPC']);
    expect([none.s.call[0]!.maps, none.s.stack[0]!.iomap_new]).toEqual([0, 0]);
  });

  it('what it finds it leaves as it is, up to where the type changes', () => {
    const setup = { files: [{ i_size: 4, blocks: 'MU' }] };
    const found = run([(k) => void k.iomap_begin(1, 3)], { fs, setup });
    expect(found.said).toEqual(['->iomap_begin(1, 3): MAPPED 0..2']);
    expect([found.s.reserved, found.s.call[0]!.maps]).toEqual([0, 1]);
  });

  it('the end gives back what lies under no dirty data', () => {
    const files = [{ i_size: 4, blocks: '' }];
    const rows: Row[] = [
      ...locked,
      (k) => void k.iomap_begin(0, 4),
      (k, f) => void (f.at = k.iomap_is_new() ? 0 : 4),
      (k) => k.set_dirty(0, 1),
      (k) => k.unlock_page(0),
      (k, f) => void (f.at = k.iomap_delalloc_scan(f.at, 0, 4)),
      (k, f) => k.iomap_delalloc_punch(f.at, 4),
      (k) => k.iomap_end_mapping(),
    ];
    const { s, said } = run(rows, { fs, setup: { files } });
    expect(said.slice(-3, -1)).toEqual([
      'iomap_write_delalloc_scan(0..): dirty to 2',
      'xfs_bmap_punch_delalloc_range(2..4)',
    ]);
    expect([types(s), s.reserved, s.call[0]!.maps]).toEqual([[DELALLOC, HOLE], 1, 0]);
    expect([s.stack[0]!.iomap_end, s.stack[0]!.iomap_new]).toEqual([0, 0]);
    // Of a page that is dirty the blocks that are not go back under its lock, with what is before.
    const setup = { files, geometry: geometry({ pages: 1, page_blocks: 2 }) };
    const page: Row[] = [
      ...locked,
      (k) => void k.iomap_begin(0, 4),
      (k) => k.set_dirty(2, 3),
      (k) => k.unlock_page(0),
      (k, f) => void (f.at = k.iomap_delalloc_scan(0, 0, 4)),
    ];
    const one = run(page, { fs, setup });
    expect([types(one.s), one.s.reserved]).toEqual([[HOLE, DELALLOC], 1]);
    // A block of which a part is written stays: it begins before what is given back.
    const inside = run([(k) => void k.iomap_begin(0, 4), (k) => k.iomap_delalloc_punch(1, 4)], {
      fs,
    });
    expect(types(inside.s)).toEqual([DELALLOC, HOLE]);
  });

  it('iomap_valid(): until the map is changed, by whomever', () => {
    const ask: Row = (k, f) => void (f.at = k.iomap_valid() ? 1 : 2);
    const said = (...rows: Row[]) =>
      run([(k) => void k.iomap_begin(0, 4), ...rows, ask], { fs }).said.at(-1);
    expect(said()).toBe('iomap_valid() = true');
    expect(said((k) => k.iomap_delalloc_punch(0, 4))).toBe('iomap_valid() = false');
    const again: Row = (k) => void k.iomap_begin(0, 4);
    expect(said((k) => k.iomap_delalloc_punch(0, 4), again)).toBe('iomap_valid() = true');
  });

  it('on a filesystem that maps block by block it is an error', () => {
    expect(() => run([(k) => void k.iomap_begin(0, 4)])).toThrow(
      'row writer1.row0: asks for an iomap, which this filesystem has not',
    );
  });
});

describe('private pages', () => {
  const page: Row = (k) => void k.alloc_private_page('GFP_KERNEL');
  const socket = true;

  it('are filled without a lock, copied from, and freed', () => {
    const rows: Row[] = [page, page, (k) => void k.recv_private(3), ...locked];
    const copied = run([...rows, (k) => void k.copy_from_private(0, 2)], { socket });
    expect(copied.shown(0)).toBe('w1,w1');
    expect([copied.s.thread[0]!.private_pages, copied.s.thread[0]!.in_private]).toEqual([2, 3]);
    expect(copied.s.call[0]!.consumed).toBe(3);
    const freed = run([...rows, (k) => k.free_private_pages()], { socket });
    expect([freed.s.thread[0]!.private_pages, freed.s.thread[0]!.in_private]).toEqual([0, 0]);
  });

  it('the copy goes on where the iterator stands; behind what has come lies garbage', () => {
    const rows: Row[] = [page, (k) => void k.recv_private(2), ...locked];
    const on: Row = (k) => (k.iov_iter_advance(1), void k.copy_from_private(0, 2));
    expect(run([...rows, on], { socket }).shown(0)).toBe('w1[1],GARBAGE');
    const back: Row = (k) => {
      k.iov_iter_advance(2);
      k.iov_iter_revert(2);
      k.copy_from_private(0, 2);
    };
    expect(run([...rows, back], { socket }).shown(0)).toBe('w1,w1');
  });

  it('a second receive takes the place of the first, and goes on in the stream', () => {
    const rows: Row[] = [page, (k) => void k.recv_private(2), ...locked];
    const second: Row[] = [
      (k) => (k.iov_iter_advance(2), void k.copy_from_private(0, 2)),
      (k) => void k.recv_private(2),
    ];
    const on = run([...rows, ...second, (k) => void k.copy_from_private(0, 2)], { socket });
    expect(on.shown(0)).toBe('w1[2],w1[3]');
    // Nobody has copied the first, and they are gone.
    const twice: Row[] = [(k) => void k.recv_private(2), (k) => void k.copy_from_private(0, 2)];
    expect(run([...rows, ...twice], { socket }).shown(0)).toBe('w1[2],w1[3]');
  });

  it('what was received is not received again', () => {
    const rows: Row[] = [3, 1, 1].map((count) => (k) => void k.recv_private(count));
    expect(run([page, page, ...rows], { socket }).said.slice(2)).toEqual([
      'kernel_recvmsg(3) = 3',
      'kernel_recvmsg(1) = 1',
      'kernel_recvmsg(1) = 0',
    ]);
  });

  it('more of them than pages of a file, and one, are an error; so is a negative place', () => {
    expect(() => run([page, page, page, page], { socket })).toThrow(
      'row writer1.row3: has 3 private pages, and takes another',
    );
    const back: Row = (k) => (k.iov_iter_revert(1), void k.recv_private(1));
    expect(() => run([page, back], { socket })).toThrow(
      'row writer1.row1: receives with the iterator before its beginning',
    );
  });

  it('more than there is room for is an error', () => {
    expect(() => run([page, (k) => void k.recv_private(3)], { socket })).toThrow(
      'row writer1.row1: receives 3 cells into 1 private pages',
    );
  });
});

describe('the journal', () => {
  it('waits for open handles before it looks for data that has to be written first', () => {
    const rows: Row[] = [
      (k) => k.inode_lock(),
      (k) => k.journal_start(),
      (k, f) => void k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS'),
      (k) => void k.get_block(0, 2),
      (k) => k.set_dirty(0, 2),
    ];
    const setup = { others: ['journal', 'writeback'], files: [{ i_size: 2, blocks: '' }] };
    const [WRITER, JOURNAL, WRITEBACK] = [0, 1, 2];
    const waitsFor = (more: Row[]) => {
      const { o, system, state } = run([...rows, ...more], { fs: ext4Ordered, setup });
      // The transaction is locked first.
      system.look(system.step(state, JOURNAL)!.state);
      return o.waits.waitsFor[JOURNAL];
    };
    expect(waitsFor([])).toBe(1 << WRITER);
    expect(waitsFor([(k) => k.journal_stop()])).toBe(1 << WRITEBACK);
  });
});

describe('writeback of a dirty block that lies over a hole', () => {
  const ext4Mended = ext4Ordered.flaws!.reduce((fs, { mend }) => mend(fs), ext4Ordered);
  /** Maps as writeback does, when write_begin asks. */
  const asWriteback = (fs: Filesystem): Filesystem => ({
    ...fs,
    get_block: (k, fb) => fs.map_for_writeback(k, fb) === MAPS,
  });

  it.each([
    { fs: xfs, type: UNWRITTEN },
    { fs: xfs2013, type: MAPPED },
    { fs: ext4Delalloc, type: MAPPED },
    { fs: ext4Mended, type: UNWRITTEN },
  ])('$fs.name: takes a free block, not a reserved one', ({ fs, type }) => {
    const { s } = run([...locked, (k) => void k.get_block(0, 2)], { fs: asWriteback(fs) });
    expect([typeOf(s.extent[0]!.map), s.free, s.reserved]).toEqual([type, 2, 0]);
  });

  it.each([xfs, xfs2013, ext4Delalloc, ext4Mended])(
    '$name: with none left there is no space',
    (fs) => {
      const setup = { geometry: geometry({ blocks: 1 }), files: [{ i_size: 2, blocks: 'M' }] };
      const rows: Row[] = [(k) => k.inode_lock(), (k) => k.lock_page(1)];
      const full = run([...rows, (k) => void k.get_block(2, 4)], { fs: asWriteback(fs), setup });
      expect(full.said.at(-1)).toBe('get_block(2..4) = -ENOSPC');
    },
  );
});

describe('every command', () => {
  const commands = SUBSYSTEMS.flatMap(({ name, commands: own = {} }) =>
    Object.entries(own).map(([command, code]) => ({ name, command, text: code.toString() })),
  );

  it.each(commands)('$name: $command() opens a command before it does anything', ({ text }) => {
    expect(text).toMatch(/^[^{]*\{\s*this\.command\(\);/);
  });

  it('so a row that gives two is told so', () => {
    const two: Row = (k) => (k.inode_lock(), k.inode_unlock());
    expect(() => run([two])).toThrow(DesignError);
    expect(() => run([two])).toThrow('runs two commands; a row is one command, one lock hold');
  });
});
