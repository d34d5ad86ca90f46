/**
 * fallocate(): blocks are put into a file without data, or are taken out of the middle of it. The
 * size stays (FALLOC_FL_KEEP_SIZE).
 */
import type { Row } from '../machine/rows.ts';
import { freePreallocated } from './blockgc.ts';
import { ZERO } from './cells.ts';
import type { Core, core } from './core.ts';
import { ENOSPC, errorName } from './errno.ts';
import {
  DELALLOC,
  HOLE,
  extentType,
  mapIsShared,
  placeUnwritten,
  settleTree,
  unmapRange,
} from './extents.ts';
import { rowsByBlock } from './fallocate-by-block.ts';
import type { Filesystem } from './filesystem.ts';
import { CHECKED_LABELS, fsync, write_and_check } from './fsync.ts';
import type { CheckedLabel } from './fsync.ts';
import type { Geometry } from './geometry.ts';
import type { journal } from './journal.ts';
import { locks, mustHoldInode } from './locks.ts';
import { dropPage, isDirty, keepDirty, pageOf, splitFolio } from './page-cache.ts';
import { declare, fault, syscall, without } from './subsystem.ts';
import type { Ctx, Face } from './subsystem.ts';
import { isEmpty, takePagesOut, underInvalidateLock, zeroInBlock } from './truncate.ts';
import type { PagesOut } from './truncate.ts';
import { writeback } from './writeback.ts';
import type { Writeback } from './writeback.ts';

const FALLOCATE = declare({
  name: 'fallocate',
  sites: { fallocate_enospc: fault('fallocate() finds no space', '-ENOSPC') },
});
type Fallocate = Ctx<typeof FALLOCATE> & Writeback;

/** Is block `b` of page `index` wholly within [pos, end)? */
function isWithin(k: Writeback, index: number, b: number, pos: number, end: number): boolean {
  const from = index * k.page_size + b * k.block_size;
  return from >= pos && from + k.block_size <= end;
}

const isWholly = (k: Writeback, index: number, pos: number, end: number): boolean =>
  index * k.page_size >= pos && (index + 1) * k.page_size <= end;

/** Has the page anything in memory of the blocks that are punched? */
function holdsAny(k: Writeback, index: number, pos: number, end: number): boolean {
  const page = pageOf(k, index);
  if (isToBeSplit(k, index, pos, end)) return true;
  if (isWholly(k, index, pos, end)) {
    return page.present === 1 && !(isKept(k, index, pos, end) && isEmpty(k, index));
  }
  for (let b = 0; b < page.block.length; b++) {
    if (!isWithin(k, index, b, pos, end)) continue;
    const block = page.block[b]!;
    if (block.dirty || block.io !== 0 || (block.uptodate && block.cells !== k.cells.all(ZERO)))
      return true;
  }
  return false;
}

/** Is the page part of a large folio that is dirty outside of the range, and so cannot be split? */
function isKept(k: Writeback, index: number, pos: number, end: number): boolean {
  const last = k.folioLast(index);
  for (let i = k.folioFirst(index); i <= last; i++) {
    const { block } = pageOf(k, i);
    for (let b = 0; b < block.length; b++) {
      if (block[b]!.dirty && !isWithin(k, i, b, pos, end)) return true;
    }
  }
  return false;
}

/**
 * truncate_inode_partial_folio(): is the page part of a large folio that is clean, and cut by an
 * end of the range, wherever in a block that lies? It is split. XFS rounds the range to pages.
 */
function isToBeSplit(k: Writeback, index: number, pos: number, end: number): boolean {
  const [first, last] = [k.folioFirst(index), k.folioLast(index)];
  if (!k.fs.fallocates_by_block || first === last || isDirty(k, index)) return false;
  const starts = index === k.page_index(pos) && first * k.page_size < pos;
  return starts || (index === k.page_index(end - 1) && (last + 1) * k.page_size > end);
}

function takeOut(k: Writeback, index: number, pos: number, end: number): void {
  if (isToBeSplit(k, index, pos, end)) return splitFolio(k, index);
  const wholly = isWholly(k, index, pos, end) && !isKept(k, index, pos, end);
  if (wholly) return dropPage(k, index);
  const page = pageOf(k, index);
  const { block } = page;
  page.writable = 0;
  keepDirty(k, index);
  for (let b = 0; b < block.length; b++) {
    if (!isWithin(k, index, b, pos, end)) continue;
    block[b]!.dirty = 0;
    if (block[b]!.uptodate) block[b]!.cells = k.cells.all(ZERO);
  }
}

const PUNCHED: PagesOut = { what: 'truncate_pagecache_range', hasAny: holdsAny, go: takeOut };

const commands = {
  /**
   * truncate_pagecache_range(): takes one page of [pos, end) out of the cache, or what of it lies
   * in whole blocks, under its lock and after its writeback. False when none is left.
   */
  truncate_pagecache_range(this: Fallocate, pos: number, end: number): boolean {
    this.command();
    mustHoldInode(this);
    if (!this.fs.unmaps_pages) return takePagesOut(this, PUNCHED, pos, end);
    // xfs_flush_unmap_range() rounds outward to pages.
    const first = this.page_index(pos) * this.page_size;
    const last = (this.page_index(end - 1) + 1) * this.page_size;
    return takePagesOut(this, PUNCHED, first, last);
  },

  /**
   * xfs_free_file_space(): the whole blocks of [pos, end) go. 0 or -ENOSPC. Lock: ILOCK, a
   * transaction.
   */
  punch_extents(this: Fallocate, pos: number, end: number): number {
    this.command();
    mustHoldInode(this);
    if (mapIsShared(this)) return 0;
    const [first, last] = [this.blockOf(pos + this.block_size - 1), this.blockOf(end)];
    const error = first < last && !hasSpaceFor(this, 0) ? ENOSPC : 0;
    if (!error) unmapRange(this, first, last);
    if (this.tracing) this.say(`punch_extents(${pos}..${end}) = ${errorName(error)}`);
    return error;
  },

  /**
   * xfs_alloc_file_space(), its first transaction: space for all blocks of [pos, end), whatever
   * they are, and for the index. 0 or -ENOSPC.
   */
  reserve_space(this: Fallocate, pos: number, end: number): number {
    this.command();
    mustHoldInode(this);
    const blocks = this.blockOf(end + this.block_size - 1) - this.blockOf(pos);
    const error = hasSpaceFor(this, blocks) ? 0 : ENOSPC;
    if (this.tracing) this.say(`reserve_space(${pos}..${end}) = ${errorName(error)}`);
    return error;
  },

  /**
   * xfs_zero_range() of what the blocks at both ends keep. 0 or -EIO. PG_locked, within. `at` is
   * `pos` for the first end, and `end` for the other.
   */
  zero_edge(this: Fallocate, pos: number, end: number, at: number): number {
    this.command();
    mustHoldInode(this);
    const first = this.blockOf(at === pos ? pos : end - 1) * this.block_size;
    const from = Math.max(pos, first);
    const to = Math.min(end, first + this.block_size, this.s.inode[this.file]!.i_size);
    const whole = to - from === this.block_size;
    const error = whole ? 0 : zeroInBlock(this, from, to);
    if (this.tracing) this.say(`zero_range(${from}..${to}) = ${errorName(error)}`);
    return error;
  },

  /**
   * xfs_alloc_file_space(): the next hole of [pos, end) becomes an unwritten block, in a
   * transaction of its own. 0 or -ENOSPC. Lock: ILOCK.
   */
  alloc_file_space(this: Fallocate, pos: number, end: number): number {
    this.command();
    mustHoldInode(this);
    if (mapIsShared(this)) return 0;
    const fb = nextHole(this, pos, end);
    let error = 0;
    if (this.fs.frees_eof_blocks) this.s.inode[this.file]!.prealloc = 1;
    if (fb >= 0) {
      const injected = this.fails(this.site.fallocate_enospc) > 0;
      if (injected || !placeUnwritten(this, fb, end)) {
        error = ENOSPC;
        this.ledger.refuses(this.current, injected);
      } else this.ledger.obtains(this.current);
      settleTree(this);
    }
    const what = fb < 0 ? 'no hole is left' : `file block ${fb} = ${errorName(error)}`;
    if (this.tracing) this.say(`alloc_file_space: ${what}`);
    return error;
  },
};

/**
 * xfs_trans_alloc(), XFS_DIOSTRAT_SPACE_RES: so many blocks, and those by which the index may grow;
 * where there are too few, what is preallocated goes first.
 */
function hasSpaceFor(k: Writeback, blocks: number): boolean {
  const { index_blocks } = k.geometry;
  if (index_blocks === 0) return true;
  const wanted = blocks + index_blocks - 1;
  if (k.s.free < wanted) freePreallocated(k, true);
  return k.s.free >= wanted;
}

function nextHole(k: Writeback, pos: number, end: number): number {
  for (let fb = k.blockOf(pos); fb * k.block_size < end; fb++) {
    const type = extentType(k, fb);
    const delayed = type === DELALLOC && (k.fs.unmaps_pages || k.fs.fallocates_by_block);
    if (type === HOLE || delayed) return fb;
  }
  return -1;
}

const looks = {
  /** Is there a hole in the blocks of [pos, end)? */
  has_hole(this: Fallocate, pos: number, end: number): boolean {
    return nextHole(this, pos, end) >= 0;
  },
  start_of_eof_page(this: Fallocate): number {
    return this.page_index(this.s.inode[this.file]!.i_size) * this.page_size;
  },
  /** Does [pos, end) reach up to EOF, or beyond, and EOF lie inside a page? */
  cuts_eof_page(this: Fallocate, pos: number, end: number): boolean {
    const { i_size } = this.s.inode[this.file]!;
    return pos < i_size && end >= i_size && i_size % this.page_size !== 0;
  },
};

export type FallocateRows = Face<{ commands: typeof commands; looks: typeof looks }> &
  Face<Pick<typeof writeback, 'commands' | 'looks'>> &
  Face<Pick<typeof locks, 'commands'>> &
  Face<Pick<typeof fsync, 'commands'>> &
  Face<Pick<typeof journal, 'commands'>> &
  Face<Pick<typeof core, 'commands'>>;

const LOCALS = {
  page: 'page',
  next: 'page',
  size: 'cells',
  zeroed: 'flag',
  retries: 'cells',
  err: 'errno',
} as const;
export type FallocateFrame = {
  page: number;
  next: number;
  size: number;
  zeroed: number;
  retries: number;
  err: number;
  pos: number;
  end: number;
};
type Rows = FallocateRows;
type F = FallocateFrame;
const PUNCH = ['drop', 'punch', 'zero_first', 'zero_last'] as const;
type Label =
  | 'lock_inode'
  | 'lock_invalidate'
  | CheckedLabel
  | (typeof PUNCH)[number]
  | 'reserve'
  | 'alloc'
  | 'unlock_invalidate'
  | 'unlock_inode'
  | 'ret';

/** What is done to the range: its blocks go, or blocks come, or first one and then the other. */
export interface Does {
  readonly punches: boolean;
  readonly allocates: boolean;
}

/**
 * xfs_file_fallocate(): dirty data of the range is written first (xfs_flush_unmap_range()), so that
 * what is punched has no I/O to come, and the size on disk covers it; pages go, then blocks, all
 * under i_rwsem and invalidate_lock.
 */
const rowsOf =
  ({ punches, allocates }: Does) =>
  (fs: Filesystem, g: Geometry): { readonly [label in Label]: Row<Rows, F, Label> } => {
    const allocated = g.index_blocks > 0 ? 'reserve' : 'alloc';
    const locked = punches ? 'lock' : allocated;
    const unlocked = fs.invalidate_lock ? 'unlock_invalidate' : 'unlock_inode';
    const zeroed = allocates ? allocated : unlocked;
    const rows: { readonly [label in Label]: Row<Rows, F, Label> } = {
      lock_inode(k) {
        k.inode_lock();
        return fs.invalidate_lock ? 'lock_invalidate' : locked;
      },
      ...underInvalidateLock(() => locked),
      ...write_and_check<Rows, F, 'drop' | typeof zeroed, typeof unlocked>(
        g,
        (_, f) => (f.zeroed ? zeroed : 'drop'),
        unlocked,
        {
          begin: (k, f) => (f.zeroed ? k.start_of_eof_page() : f.pos),
          end: (_, f) => (f.zeroed ? undefined : f.end),
        },
      ),
      drop(k, f) {
        return k.truncate_pagecache_range(f.pos, f.end) ? 'drop' : 'punch';
      },
      punch(k, f) {
        f.err = k.punch_extents(f.pos, f.end);
        return f.err ? unlocked : 'zero_first';
      },
      zero_first(k, f) {
        f.err = k.zero_edge(f.pos, f.end, f.pos);
        return f.err ? unlocked : 'zero_last';
      },
      zero_last(k, f) {
        f.err = k.zero_edge(f.pos, f.end, f.end);
        if (f.err) return unlocked;
        // xfs_free_file_space(): so that what is behind EOF is zeroed, too.
        f.zeroed = fs.unmaps_pages && k.cuts_eof_page(f.pos, f.end) ? 1 : 0;
        return f.zeroed ? 'lock' : zeroed;
      },
      reserve(k, f) {
        f.err = k.reserve_space(f.pos, f.end);
        return f.err ? unlocked : 'alloc';
      },
      alloc(k, f) {
        f.err = k.alloc_file_space(f.pos, f.end);
        return !f.err && k.has_hole(f.pos, f.end) ? 'alloc' : unlocked;
      },
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      ret(k, f) {
        k.returns(0, f.err);
        return 'done';
      },
    };
    return without(rows, [
      ...(fs.invalidate_lock ? [] : (['lock_invalidate', 'unlock_invalidate'] as const)),
      ...(punches ? [] : [...CHECKED_LABELS, ...PUNCH]),
      ...(allocates ? [] : (['alloc'] as const)),
      ...(allocates && allocated === 'reserve' ? [] : (['reserve'] as const)),
    ]);
  };

type AllRows = ReturnType<ReturnType<typeof rowsOf>>;

/** Rows of one filesystem or the other: that no row is gone to which is not there, runs show. */
const rowsFor =
  (does: Does) =>
  (fs: Filesystem, g: Geometry): AllRows =>
    fs.fallocates_by_block ? (rowsByBlock(does) as unknown as AllRows) : rowsOf(does)(fs, g);

const removes = {
  begins: (k: Core) => k.ledger.removes(k.current, k.call.pos, k.callEnd),
  ends(k: Core, error: number) {
    k.ledger.removed(k.current, k.call.pos, k.callEnd, error === 0);
    k.ledger.checked(k.current, error === 0);
  },
};

export const fallocate = {
  ...FALLOCATE,
  commands,
  looks,
  calls: {
    fallocate: syscall<Rows>()(
      (pos, end) => `fallocates ${pos}..${end}`,
      LOCALS,
      rowsFor({ punches: false, allocates: true }),
      { begins: (k) => k.ledger.preallocates(k.current, k.call.pos, k.callEnd) },
    ),
    punch_hole: syscall<Rows>()(
      (pos, end) => `punches ${pos}..${end}`,
      LOCALS,
      rowsFor({ punches: true, allocates: false }),
      removes,
    ),
    zero_range: syscall<Rows>()(
      (pos, end) => `zeroes ${pos}..${end}`,
      LOCALS,
      rowsFor({ punches: true, allocates: true }),
      removes,
    ),
  },
};
