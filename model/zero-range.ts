/**
 * iomap_zero_range(), fs/iomap/buffered-io.c since 6.13: a range that lies before a write
 * beyond EOF, or before a new EOF, has to read as zero. Where it is a hole or unwritten on disk
 * there is nothing to do while the page cache is clean; where it is not, what is dirty is
 * written first, and the mapping looked at again. The block of EOF, where its page is dirty, is
 * zeroed there at once.
 */
import { ZERO } from './cells.ts';
import { EIO, errorName } from './errno.ts';
import {
  DELALLOC,
  MAPPED,
  UNWRITTEN,
  allocateDelayed,
  extentType,
  mapIsShared,
} from './extents.ts';
import { SYNC_LABELS, write_and_wait } from './fsync.ts';
import type { SyncLabel, SyncRows } from './fsync.ts';
import {
  addPage,
  cached,
  dropPage,
  fillBlock,
  isDirty,
  isHeldDirty,
  pageOf,
  putCell,
  tracksBlocks,
  waitForPage,
  zeroUptodate,
} from './page-cache.ts';
import { declare } from './subsystem.ts';
import type { Face } from './subsystem.ts';
import type { Writeback } from './writeback.ts';

const ZERO_RANGE = declare({ name: 'zero-range' });
type K = Writeback;

/** filemap_range_needs_writeback(): is a page of [from, to) dirty, locked, or under writeback? */
function needsWriteback(k: K, from: number, to: number): boolean {
  for (let index = k.page_index(from); index * k.page_size < to; index++) {
    const { locked_by, writeback } = pageOf(k, index);
    if (isDirty(k, index) || locked_by !== 0 || writeback) return true;
  }
  return false;
}

/** iomap_zero_iter() of [from, to) of one page; it is dirty then. 0 or -EIO, or it has to wait. */
function zeroInPage(k: K, from: number, to: number): number {
  const index = k.page_index(from);
  const { present, locked_by } = pageOf(k, index);
  if (locked_by !== 0) {
    waitForPage(k, index);
    return 0;
  }
  for (let fb = k.blockOf(from); fb * k.block_size < to; fb++) {
    const whole = fb * k.block_size >= from && (fb + 1) * k.block_size <= to;
    if (cached(k, fb).uptodate || whole) continue;
    if (k.fails(k.site.read_eio)) return EIO;
  }
  if (!present) addPage(k, index);
  tracksBlocks(k, index);
  for (let fb = k.blockOf(from); fb * k.block_size < to; fb++) {
    const block = cached(k, fb);
    const whole = fb * k.block_size >= from && (fb + 1) * k.block_size <= to;
    if (!block.uptodate && !whole) fillBlock(k, fb);
    block.uptodate = block.dirty = 1;
  }
  for (let cell = from; cell < to; cell++) putCell(k, cell, ZERO);
  return 0;
}

/**
 * truncate_pagecache(), of what lies beyond EOF: whole pages go, the rest is zeroed. A large folio
 * that is cut is split where it is clean, and its pages behind EOF go with that. Not modelled: who
 * has one of the pages locked, or under writeback.
 */
function truncateFrom(k: K, from: number): void {
  const { i_size } = k.s.inode[k.file]!;
  const first = k.folioFirst(k.page_index(from));
  const cut = first * k.page_size < from && k.folioLast(first) > first;
  const splits = cut && !isHeldDirty(k, first);
  const last = cut ? k.folioLast(first) : -1;
  for (let index = cut ? first : k.page_index(from); index < k.geometry.pages; index++) {
    const in_folio = index <= last;
    if (in_folio && splits) pageOf(k, index).joined = 0;
    const start = index * k.page_size;
    const goes = in_folio ? splits && start >= i_size : start >= from;
    if (goes && pageOf(k, index).present) dropPage(k, index);
    else zeroUptodate(k, index, from, k.file_cells);
  }
}

/** The end of the blocks of one type from the block of `from` on, in its page, and up to `to`. */
function endOfMapping(k: K, from: number, to: number): number {
  const first = k.blockOf(from);
  let fb = first + 1;
  while (fb * k.block_size < to && extentType(k, fb) === extentType(k, first)) fb++;
  return Math.min(to, fb * k.block_size);
}

const commands = {
  /**
   * The block that `from` lies in, where its page is dirty: zeroed in the page cache, up to `to`.
   * Returns where what is left begins; `from` itself where it begins a block, or is clean. Or -EIO,
   * as 1 below 0. PG_locked, within.
   */
  zero_dirty_block(this: K, from: number, to: number): number {
    this.command();
    const end = Math.min(to, (this.blockOf(from) + 1) * this.block_size);
    const due = from < to && from % this.block_size !== 0 && needsWriteback(this, from, end);
    const error = due ? zeroInPage(this, from, end) : 0;
    if (this.tracing) this.say(`zero_range(${from}..${due ? end : from}) = ${errorName(error)}`);
    return error ? -1 : due ? end : from;
  },

  /**
   * iomap_zero_range(), its loop, one mapping of [from, to). What is delayed beyond EOF becomes
   * unwritten (xfs_bmapi_convert_delalloc()). Returns where what is left begins; -1: -EIO; -2: what
   * is `dirty` has to be written first. ILOCK, PG_locked, within.
   */
  zero_mapping(this: K, from: number, to: number, dirty: boolean): number {
    this.command();
    const { i_size } = this.s.inode[this.file]!;
    const fb = this.blockOf(from);
    if (extentType(this, fb) === DELALLOC && fb * this.block_size >= i_size) {
      if (mapIsShared(this)) return from;
      truncateFrom(this, from);
      allocateDelayed(this, fb, UNWRITTEN);
      if (this.tracing) this.say(`xfs_bmapi_convert_delalloc(${fb})`);
      return from;
    }
    const type = extentType(this, fb);
    const eof = this.blockOf(i_size + this.block_size - 1) * this.block_size;
    const trimmed = type === DELALLOC ? Math.min(to, eof) : to;
    let end = endOfMapping(this, from, trimmed);
    if (type !== MAPPED && type !== DELALLOC) {
      if (this.tracing) this.say(`zero_range(${from}..${end}): zero on disk`);
      return dirty ? -2 : end;
    }
    end = this.page_end(from, end);
    const error = zeroInPage(this, from, end);
    if (this.tracing) this.say(`zero_range(${from}..${end}) = ${errorName(error)}`);
    return error ? -1 : end;
  },
};

const looks = {
  /** Is anything of the pages of [from, to) dirty, or under writeback? */
  needs_writeback(this: K, from: number, to: number): boolean {
    return from < to && needsWriteback(this, from, to);
  },
};

export const zeroRange = {
  ...ZERO_RANGE,
  commands,
  looks,
};

/** Locals of who zeroes: where it is, and whether anything behind is dirty. */
export const ZERO_LOCALS = {
  zeroed: 'cells',
  dirty: 'flag',
  page: 'page',
  next: 'page',
  size: 'cells',
} as const;

type Frame = {
  zeroed: number;
  dirty: number;
  page: number;
  next: number;
  size: number;
  err: number;
  pos: number;
  end: number;
};
export type ZeroLabel = 'zero_first' | 'zero_next' | SyncLabel;
/** All rows of who zeroes so, under invalidate_lock. */
export const ZERO_LABELS = [
  'lock_to_zero',
  'unlock_zeroed',
  'zero_first',
  'zero_next',
  ...SYNC_LABELS,
] as const;

type Rows = SyncRows & Face<typeof zeroRange>;

/** What was dirty is written: the mapping is looked at again. */
export function written(f: { dirty: number }): 'zero_next' {
  f.dirty = 0;
  return 'zero_next';
}

/** Zeroes from i_size to f.pos, in rows. `failed`: f.err is set. */
export function zero_range<Kernel extends Rows, F extends Frame, Exit extends string>(
  from: (k: Kernel) => number,
  exit: (k: Kernel, f: F) => Exit,
) {
  type Label = ZeroLabel | Exit;
  const ended = (k: Kernel, f: F): Label => {
    f.zeroed = f.dirty = 0;
    return exit(k, f);
  };
  return {
    zero_first(k: Kernel, f: F): Label {
      const next = k.zero_dirty_block(from(k), f.pos);
      if (next < 0) {
        f.err = EIO;
        return ended(k, f);
      }
      f.zeroed = next;
      if (next >= f.pos) return ended(k, f);
      f.dirty = k.needs_writeback(next, f.pos) ? 1 : 0;
      return 'zero_next';
    },
    zero_next(k: Kernel, f: F): Label {
      const next = k.zero_mapping(f.zeroed, f.pos, f.dirty === 1);
      if (next === -1) f.err = EIO;
      // `dirty` stays, until what follows is written.
      if (next === -2) return 'lock';
      if (next < 0) return ended(k, f);
      f.zeroed = next;
      return next < f.pos ? 'zero_next' : ended(k, f);
    },
    // iomap_zero_iter_flush_and_stale(): filemap_write_and_wait_range().
    ...write_and_wait<Kernel, F, 'zero_next'>(undefined, written, {
      begin: (_, f) => f.zeroed,
      end: (_, f) => f.pos,
    }),
  };
}
