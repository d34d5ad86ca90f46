/**
 * truncate(), and what a write that has failed beyond EOF takes back: the tail of the block of EOF
 * is zeroed, i_size is set, pages go, and then blocks.
 */
import { ZERO } from './cells.ts';
import type { core } from './core.ts';
import { EIO, errorName } from './errno.ts';
import { HOLE, MAPPED, extentType, mapIsShared, ordersBlock, unmapRange } from './extents.ts';
import { CHECKED_LABELS, fsync, write_and_check } from './fsync.ts';
import type { CheckedLabel } from './fsync.ts';
import type { Filesystem } from './filesystem.ts';
import type { Geometry } from './geometry.ts';
import type { Row } from '../machine/rows.ts';
import { fileBlocksOf } from './geometry.ts';
import { locks, mustHoldInode } from './locks.ts';
import {
  DIRTY_PAGES,
  NOT_SPLIT,
  TAG_ALONE,
  addPage,
  cached,
  dropFolio,
  dropPage,
  fillBlock,
  isDirty,
  isizeExtended,
  keepDirty,
  pageOf,
  putCell,
  splitFolio,
  tracksBlocks,
  waitForPage,
  waitForWriteback,
} from './page-cache.ts';
import { choice, declare, fault, syscall, without } from './subsystem.ts';
import type { Ctx, Face } from './subsystem.ts';
import { writeback } from './writeback.ts';
import { ZERO_LOCALS, written, zero_range } from './zero-range.ts';
import type { zeroRange } from './zero-range.ts';
import type { Writeback } from './writeback.ts';

const TRUNCATE = declare({
  name: 'truncate',
  sites: {
    truncate_eio: fault('the transaction of truncate() fails', '-EIO'),
    split_fails: choice('a large folio that is cut off cannot be split', 'no', 'yes'),
  },
});
type Truncate = Ctx<typeof TRUNCATE> & Writeback;

/** Zeroing is due where a block may hold anything but zeroes, on disk or in memory. */
function isToBeZeroed(k: Writeback, fb: number): boolean {
  const type = extentType(k, fb);
  if (k.fs.zeroes) return k.fs.zeroes(k, fb);
  return type === MAPPED || cached(k, fb).dirty === 1;
}

/** iomap_zero_range() since 6.13: does `from` cut a block of a folio that is dirty? */
const isBesideDirty = (k: Writeback, from: number): boolean =>
  k.fs.zeroes_eof === 'by-mapping' && from % k.block_size !== 0 && isDirty(k, k.page_index(from));

/**
 * iomap_zero_range() of cells of one block, in the page cache: it is then dirty. A block that is
 * not mapped yet and under writeback soon will be, so that is waited for. 0 or -EIO; nothing is
 * done where the row has to wait.
 */
export function zeroInBlock(k: Writeback, from: number, to: number): number {
  const fb = k.blockOf(from);
  const index = k.page_index(from);
  const { locked_by, present, writeback: io } = pageOf(k, index);
  if (from >= to) return 0;
  if (extentType(k, fb) !== MAPPED && io && !k.fs.zeroes) {
    waitForWriteback(k, index);
    return 0;
  }
  const due = isToBeZeroed(k, fb) || isBesideDirty(k, from);
  // ext4_block_zero_page_range() makes the page before it looks.
  if (!due && !k.fs.makes_page_to_zero) return 0;
  if (locked_by !== 0) {
    waitForPage(k, index);
    return 0;
  }
  if (!due) {
    if (!present) addPage(k, index);
    return 0;
  }
  const block = cached(k, fb);
  if (!block.uptodate && k.fails(k.site.read_eio)) return EIO;
  if (!present) addPage(k, index);
  if (!block.uptodate) fillBlock(k, fb);
  tracksBlocks(k, index);
  for (let cell = from; cell < to; cell++) putCell(k, cell, ZERO);
  block.dirty = 1;
  if (k.fs.ordered) {
    k.s.inode[k.file]!.zeroed_block = 1 + fb;
    ordersBlock(k, fb);
  }
  return 0;
}

/** The same from `from` to the end of its block, if it does not begin there. */
function zeroTail(k: Writeback, from: number): number {
  if (from % k.block_size === 0) return 0;
  return zeroInBlock(k, from, (k.blockOf(from) + 1) * k.block_size);
}

/**
 * The same for all of the page of EOF. What was stored to whole blocks beyond it, which have no
 * place, is clean and zero when the page has been written, and that is done first.
 */
function zeroBeyondEof(k: Writeback, i_size: number): number {
  const index = k.page_index(i_size);
  if (i_size % k.page_size === 0 || index >= k.geometry.pages) return 0;
  const error = zeroTail(k, i_size);
  if (error || k.undone) return error;
  const { block, locked_by } = pageOf(k, index);
  for (let b = firstBeyond(k, index); b < block.length; b++) {
    const holds = block[b]!.uptodate && block[b]!.cells !== k.cells.all(ZERO);
    if (!holds && !block[b]!.dirty) continue;
    if (locked_by !== 0) waitForPage(k, index);
    else clearBlock(k, index, b);
  }
  return 0;
}

function clearBlock(k: Writeback, index: number, b: number): void {
  const block = pageOf(k, index).block[b]!;
  if (block.uptodate) block.cells = k.cells.all(ZERO);
  if (extentType(k, index * k.geometry.page_blocks + b) === HOLE) block.dirty = 0;
}

/** The first block of the page that lies wholly beyond i_size. */
function firstBeyond(k: Writeback, index: number): number {
  const fb = k.blockOf(k.s.inode[k.file]!.i_size + k.block_size - 1);
  return Math.max(0, fb - index * k.geometry.page_blocks);
}

/** Does the block of EOF, in memory, hold anything behind EOF? */
function holdsBehindEof(k: Writeback, index: number): boolean {
  const { i_size } = k.s.inode[k.file]!;
  if (i_size % k.block_size === 0 || !cached(k, k.blockOf(i_size)).uptodate) return false;
  const { cells } = cached(k, k.blockOf(i_size));
  for (let cell = i_size; cell % k.block_size !== 0; cell++) {
    if (k.cells.at(cells, cell % k.block_size) !== ZERO) return k.page_index(i_size) === index;
  }
  return false;
}

/**
 * Does EOF lie inside a large folio that has the page, and is all that is dirty in it gone? It is
 * split then; where somebody has a reference to it that fails, and it goes as a whole.
 */
function isToBeSplit(k: Writeback, index: number): boolean {
  const { i_size } = k.s.inode[k.file]!;
  const [first, last] = [k.folioFirst(index), k.folioLast(index)];
  if (first === last || first * k.page_size >= i_size) return false;
  if ((last + 1) * k.page_size <= i_size) return false;
  const { whole } = pageOf(k, first);
  for (let i = first; i <= last; i++) {
    const { block, dirty_alone } = pageOf(k, i);
    if (dirty_alone === NOT_SPLIT) return false;
    for (let b = 0; b < block.length; b++) if (block[b]!.dirty && !whole) return false;
  }
  return true;
}

/** truncate_inode_partial_folio(), where a large folio is to be split. */
function splitAtEof(k: Writeback, index: number): void {
  // Whatever has kept it from being split has kept it dirty.
  if (!k.judged && k.choose(k.site['split_fails']!, 2) === 1) {
    pageOf(k, index).dirty_alone = NOT_SPLIT;
    return;
  }
  const [first, last] = [k.folioFirst(index), k.folioLast(index)];
  let tagged = false;
  for (let i = first; i <= last; i++) if (pageOf(k, i).dirty_alone) tagged = true;
  splitFolio(k, index);
  // try_to_free_buffers() comes before.
  if (!tagged) return;
  for (let i = first; i <= last; i++) {
    if (pageOf(k, i).present) pageOf(k, i).dirty_alone = TAG_ALONE;
  }
}

/** Is there anything of this page beyond i_size that has to go? */
function beyondEof(k: Writeback, index: number): boolean {
  if (isToBeSplit(k, index)) return true;
  const page = pageOf(k, index);
  if (index * k.page_size >= k.s.inode[k.file]!.i_size) {
    return page.present === 1 && !(isCutByEof(k, index) && isEmpty(k, index));
  }
  // truncate_inode_partial_folio() waits for the I/O of what it keeps, too.
  const { i_size } = k.s.inode[k.file]!;
  if (page.writeback && i_size < (index + 1) * k.page_size) return true;
  for (let b = firstBeyond(k, index); b < page.block.length; b++) {
    const { dirty, fresh, uptodate, cells } = page.block[b]!;
    if (dirty || fresh || (uptodate && cells !== k.cells.all(ZERO))) return true;
  }
  return holdsBehindEof(k, index);
}

/** Does the folio that the page lies in begin before EOF? What is beyond goes by blocks then. */
const isCutByEof = (k: Writeback, index: number): boolean =>
  k.folioFirst(index) * k.page_size < k.s.inode[k.file]!.i_size;

/** Has the page nothing that is dirty, new, or not zero? */
export function isEmpty(k: Writeback, index: number): boolean {
  const { block } = pageOf(k, index);
  for (let b = 0; b < block.length; b++) {
    const { dirty, fresh, uptodate, cells } = block[b]!;
    if (dirty || fresh || (uptodate && cells !== k.cells.all(ZERO))) return false;
  }
  return true;
}

function truncatePage(k: Writeback, index: number): void {
  const { i_size } = k.s.inode[k.file]!;
  if (index * k.page_size >= i_size && !isCutByEof(k, index)) return dropPage(k, index);
  const { block } = pageOf(k, index);
  keepDirty(k, index);
  for (let b = firstBeyond(k, index); b < block.length; b++) {
    block[b]!.dirty = block[b]!.fresh = 0;
    block[b]!.cells = k.cells.all(ZERO);
  }
  if (!holdsBehindEof(k, index)) return;
  for (let cell = i_size; cell % k.block_size !== 0; cell++) putCell(k, cell, ZERO);
}

/** What is taken out of the cache of the cells [pos, end), a page at a time. */
export interface PagesOut {
  readonly what: string;
  readonly hasAny: (k: Writeback, index: number, pos: number, end: number) => boolean;
  readonly go: (k: Writeback, index: number, pos: number, end: number) => void;
}

/** Takes out what one page has, under its lock and after its writeback. False: none has any. */
export function takePagesOut(
  k: Writeback,
  { what, hasAny, go }: PagesOut,
  pos: number,
  end: number,
  waits = true,
): boolean {
  for (let index = k.page_index(pos); index * k.page_size < end; index++) {
    if (!hasAny(k, index, pos, end)) continue;
    const { locked_by, writeback: io } = pageOf(k, index);
    if (locked_by !== 0) waitForPage(k, index);
    else if (io && waits) waitForWriteback(k, index);
    else go(k, index, pos, end);
    if (k.tracing) k.say(`${what}: page ${index}`);
    return true;
  }
  if (k.tracing) k.say(`${what}: done`);
  return false;
}

const BEYOND_EOF: PagesOut = {
  what: 'truncate_inode_pages',
  hasAny: beyondEof,
  go: (k, index) => (isToBeSplit(k, index) ? splitAtEof(k, index) : truncatePage(k, index)),
};

/** The same for who has a reference to the folio. */
const BEYOND_EOF_PINNED: PagesOut = {
  ...BEYOND_EOF,
  go: (k, index) => (isToBeSplit(k, index) ? dropFolio(k, index) : truncatePage(k, index)),
};

const commands = {
  /**
   * xfs_zero_eof(): a write at `pos` beyond EOF leaves a gap, which has to read as zero. What lies
   * behind EOF in its last page is zeroed in the page cache. 0 or -EIO. PG_locked, within.
   */
  zero_eof(this: Truncate, pos: number): number {
    this.command();
    mustHoldInode(this);
    const { i_size } = this.s.inode[this.file]!;
    const error = pos > i_size ? zeroBeyondEof(this, i_size) : 0;
    if (this.tracing) this.say(`zero_eof(${i_size}..${pos}) = ${errorName(error)}`);
    return error;
  },

  /**
   * filemap_write_and_wait_range() of the block of EOF, before a write at `pos` makes the file
   * longer.
   */
  flush_eof(this: Truncate, pos: number): void {
    this.command();
    mustHoldInode(this);
    const { i_size } = this.s.inode[this.file]!;
    const grows = pos > i_size && i_size % this.block_size !== 0 && this.cleaners !== 0;
    if (grows) {
      const { writeback: io } = pageOf(this, this.page_index(i_size));
      if (cached(this, this.blockOf(i_size)).dirty || io) {
        this.wait(this.cleaners, DIRTY_PAGES);
        if (this.tracing) this.sayWait('writeback of the block of EOF');
        return;
      }
    }
    if (this.tracing) this.say('filemap_write_and_wait_range(EOF)');
  },

  /**
   * ext4_zero_partial_blocks(): the file has grown from `old_size`, by a write at `pos`. What lies
   * between in the two blocks is zeroed in the page cache. That it may fail is not looked at.
   * PG_locked, within.
   */
  zero_behind(this: Truncate, old_size: number, pos: number): void {
    this.command();
    mustHoldInode(this);
    const first = this.blockOf(pos) * this.block_size;
    const gap = Math.min(pos, (this.blockOf(old_size) + 1) * this.block_size);
    if (old_size % this.block_size !== 0) zeroInBlock(this, old_size, gap);
    if (!this.undone && first >= old_size) zeroInBlock(this, first, pos);
    if (this.tracing) this.say(`ext4_zero_partial_blocks(${old_size}..${pos})`);
  },

  /**
   * truncate_inode_pages() from i_size on: takes one page out of the cache, or the part of it that
   * is beyond, under its lock and after its writeback. False when none is left. `waits`: false in
   * no kernel. `pinned`: the caller has a reference to the folio of this page, which then cannot be
   * split; -1: to none.
   */
  truncate_page(this: Truncate, waits = true, pinned = -1): boolean {
    this.command();
    mustHoldInode(this);
    const { i_size } = this.s.inode[this.file]!;
    const holds =
      pinned >= 0 && this.folioFirst(pinned) === this.folioFirst(this.page_index(i_size));
    const out = holds ? BEYOND_EOF_PINNED : BEYOND_EOF;
    return takePagesOut(this, out, i_size, this.file_cells, waits);
  },

  /**
   * The blocks that a failed write of [pos, end) has left go back. Lock: i_data_sem, or ILOCK.
   */
  truncate_failed_blocks(this: Truncate, pos: number, end: number): void {
    this.command();
    mustHoldInode(this);
    if (mapIsShared(this)) return;
    this.fs.failed_write(this, pos, end);
    if (this.tracing) this.say(`truncate_blocks(${this.s.inode[this.file]!.i_size}..)`);
  },

  /**
   * xfs_setattr_size(), T2: the tail of the block of the old EOF, or where the file gets shorter of
   * the new one, is zeroed in the page cache. 0 or -EIO. PG_locked, within.
   */
  zero_tail(this: Truncate, size: number): number {
    this.command();
    mustHoldInode(this);
    const { i_size } = this.s.inode[this.file]!;
    const from = Math.min(size, i_size);
    const error =
      size > i_size && !this.fs.truncate_logs_size_first
        ? zeroBeyondEof(this, i_size)
        : zeroTail(this, from);
    if (this.tracing) this.say(`zero_tail(${from}..) = ${errorName(error)}`);
    return error;
  },

  /**
   * truncate_setsize(): i_size_write(). Some filesystems log the size in the same transaction.
   * Lock: i_rwsem, and invalidate_lock where there is one.
   */
  truncate_setsize(this: Truncate, size: number): void {
    this.command();
    mustHoldInode(this);
    const inode = this.s.inode[this.file]!;
    const before = inode.i_size;
    inode.i_size = size;
    if (this.fs.truncate_logs_size_first) inode.i_disksize = size;
    // unmap_mapping_range(), of whole pages.
    for (let index = Math.ceil(size / this.page_size); index < this.geometry.pages; index++) {
      pageOf(this, index).writable = 0;
    }
    if (size > before) {
      this.ledger.grows(this.current, before, size);
      isizeExtended(this, before, size);
    }
    if (this.tracing) this.say(`truncate_setsize(${size})`);
  },

  /**
   * xfs_setattr_size(), T5: the size on disk, and unless the file got longer every block beyond it,
   * in one transaction. Lock: ILOCK. 0 or -EIO: i_size has changed by then.
   */
  truncate_extents(this: Truncate, size: number, longer: boolean): number {
    this.command();
    mustHoldInode(this);
    if (mapIsShared(this)) return 0;
    const error = this.fails(this.site.truncate_eio) ? EIO : 0;
    if (error === 0) {
      this.s.inode[this.file]!.i_disksize = size;
      const first = this.blockOf(size + this.block_size - 1);
      const last = longer ? first : fileBlocksOf(this.geometry);
      unmapRange(this, first, last);
    }
    if (this.tracing) this.say(`itruncate_extents(${size}) = ${errorName(error)}`);
    return error;
  },
};

const looks = {
  /** i_disksize, di_size. */
  disk_size(this: Truncate): number {
    return this.s.inode[this.file]!.i_disksize;
  },
  end_of_file(this: Truncate): number {
    return this.s.inode[this.file]!.i_size;
  },
  makes_longer(this: Truncate, size: number): boolean {
    return size > this.s.inode[this.file]!.i_size;
  },
};

type Rows = Face<{ commands: typeof commands; looks: typeof looks }> &
  Face<Pick<typeof writeback, 'commands' | 'looks'>> &
  Face<Pick<typeof locks, 'commands'>> &
  Face<Pick<typeof fsync, 'commands'>> &
  Face<typeof zeroRange> &
  Face<Pick<typeof core, 'commands'>>;

type LockRows = Face<Pick<typeof locks, 'commands'>>;

/** The rows that take and give back invalidate_lock, where a filesystem has one. */
export function underInvalidateLock<K extends LockRows, Frame, Next extends string>(
  next: (k: K, f: Frame) => Next,
) {
  return {
    lock_invalidate(k: K, f: Frame): Next {
      k.invalidate_lock();
      return next(k, f);
    },
    unlock_invalidate(k: K): 'unlock_inode' {
      k.invalidate_unlock();
      return 'unlock_inode';
    },
  };
}

type F = {
  page: number;
  next: number;
  size: number;
  zeroed: number;
  dirty: number;
  longer: number;
  err: number;
  pos: number;
  end: number;
};
type Label =
  | 'lock_inode'
  | 'lock_invalidate'
  | 'zero'
  | 'zero_first'
  | 'zero_next'
  | 'set_size'
  | 'pages'
  | CheckedLabel
  | 'free'
  | 'unlock_invalidate'
  | 'unlock_inode'
  | 'ret';

/**
 * xfs_setattr_size(); ext4_setattr() logs the size first, and has no T4. XFS of 3.10 writes before
 * it sets the size: what makes the file longer is zeroed before that, and the new tail after it.
 */
function rowsOfTruncate(
  fs: Filesystem,
  g: Geometry,
): { readonly [label in Label]: Row<Rows, F, Label> } {
  const unlocked = fs.invalidate_lock ? 'unlock_invalidate' : 'unlock_inode';
  const size_first = fs.truncate_logs_size_first === true;
  const flushes_first = fs.truncate_flushes_first === true;
  // What is between the size on disk and the new one has to be written.
  const flush = (k: Rows, f: F, otherwise: Label): Label =>
    f.pos > k.disk_size() ? 'lock' : otherwise;
  const by_mapping = fs.zeroes_eof === 'by-mapping';
  // ext4_setattr() since 6.13, c7fc0366c656: before the file gets longer.
  const zeroes_old_eof = fs.makes_page_to_zero === true;
  const begin = (k: Rows, f: F): Label => {
    if (size_first) return zeroes_old_eof && k.makes_longer(f.pos) ? 'zero' : 'set_size';
    if (by_mapping && k.makes_longer(f.pos)) return 'zero_first';
    return flushes_first && !k.makes_longer(f.pos) ? flush(k, f, 'zero') : 'zero';
  };
  const rows: { readonly [label in Label]: Row<Rows, F, Label> } = {
    // T0: i_rwsem, then invalidate_lock.
    lock_inode(k, f) {
      k.inode_lock();
      return fs.invalidate_lock ? 'lock_invalidate' : begin(k, f);
    },
    ...underInvalidateLock(begin),
    // T2; ext4 does it when the pages are gone.
    zero(k, f) {
      f.err = k.zero_tail(f.pos);
      if (f.err) return unlocked;
      if (size_first) return zeroes_old_eof && k.makes_longer(f.pos) ? 'set_size' : 'free';
      return flushes_first && k.makes_longer(f.pos) ? flush(k, f, 'set_size') : 'set_size';
    },
    // The same, since 6.13, where the file gets longer.
    ...zero_range<Rows, F, 'set_size' | typeof unlocked>(
      (k) => k.end_of_file(),
      (_, f) => (f.err ? unlocked : 'set_size'),
    ),
    // T3: from here on there is no way back.
    set_size(k, f) {
      f.longer = k.makes_longer(f.pos) ? 1 : 0;
      k.truncate_setsize(f.pos);
      return 'pages';
    },
    pages(k, f) {
      if (k.truncate_page()) return 'pages';
      if (size_first) return zeroes_old_eof && f.longer ? 'free' : 'zero';
      return flushes_first ? 'free' : flush(k, f, 'free');
    },
    // T4. Where it fails i_size has changed; not so in 3.10.
    ...write_and_check<Rows, F, 'set_size' | 'zero' | 'free' | 'zero_next', typeof unlocked>(
      g,
      (k, f) => {
        if (f.dirty) return written(f);
        return !flushes_first ? 'free' : k.makes_longer(f.pos) ? 'set_size' : 'zero';
      },
      unlocked,
      { begin: (k, f) => (f.dirty ? f.zeroed : k.disk_size()), end: (_, f) => f.pos },
    ),
    // T5.
    free(k, f) {
      f.err = k.truncate_extents(f.pos, f.longer === 1);
      f.longer = 0;
      return unlocked;
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
    ...(size_first ? CHECKED_LABELS : []),
    ...(by_mapping ? [] : (['zero_first', 'zero_next'] as const)),
  ]);
}

export const truncate = {
  ...TRUNCATE,
  commands,
  looks,
  calls: {
    truncate: syscall<Rows>()(
      (pos) => `truncates to ${pos}`,
      { ...ZERO_LOCALS, longer: 'flag', err: 'errno' },
      (fs, g) => rowsOfTruncate(fs, g),
      {
        begins(k) {
          k.ledger.removes(k.current, k.call.pos, k.file_cells);
          k.ledger.sizes(k.current, k.call.pos);
        },
        ends(k, error) {
          k.ledger.removed(k.current, k.call.pos, k.file_cells, error === 0);
          k.ledger.checked(k.current, error === 0);
          k.ledger.sized(k.current, error === 0);
        },
      },
    ),
  },
};
