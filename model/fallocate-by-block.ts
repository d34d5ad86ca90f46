/**
 * fallocate(), punch and zero range of ext4, since 6.14: nothing is written first. Pages leave the
 * cache, or what of them lies in whole blocks; what the blocks at both ends keep is zeroed in it.
 */
import type { Row } from '../machine/rows.ts';
import { errorName, ENOSPC } from './errno.ts';
import {
  MAPPED,
  UNWRITTEN,
  extentType,
  mapIsShared,
  placeUnwritten,
  settleTree,
  unconvertExtent,
} from './extents.ts';
import type { Does, FallocateFrame, FallocateRows } from './fallocate.ts';
import { mustHoldInode } from './locks.ts';
import { declare, without } from './subsystem.ts';
import type { Face } from './subsystem.ts';
import { underInvalidateLock, zeroInBlock } from './truncate.ts';
import type { Writeback } from './writeback.ts';

const BY_BLOCK = declare({ name: 'fallocate-by-block' });
type K = Writeback;

/** The next whole block of [pos, end) that is not unwritten; -1: there is none. */
function nextWhole(k: K, pos: number, end: number): number {
  for (let fb = k.blockOf(pos + k.block_size - 1); fb < k.blockOf(end); fb++) {
    if (extentType(k, fb) !== UNWRITTEN) return fb;
  }
  return -1;
}

const commands = {
  /** ext4_update_disksize_before_punch(): the size on disk covers the range. A transaction. */
  update_disksize_before_punch(this: K, pos: number, end: number): void {
    this.command();
    mustHoldInode(this);
    const inode = this.s.inode[this.file]!;
    const size = Math.min(end, inode.i_size);
    if (pos <= inode.i_size && inode.i_disksize < size) inode.i_disksize = size;
    if (this.tracing) this.say(`ext4_update_disksize_before_punch(${pos}..${end})`);
  },

  /**
   * ext4_alloc_file_blocks(), EXT4_GET_BLOCKS_CONVERT_UNWRITTEN: the next whole block of [pos, end)
   * is unwritten. 0 or -ENOSPC. Lock: i_data_sem, a transaction.
   */
  convert_to_unwritten(this: K, pos: number, end: number): number {
    this.command();
    mustHoldInode(this);
    if (mapIsShared(this)) return 0;
    const fb = nextWhole(this, pos, end);
    const type = fb < 0 ? UNWRITTEN : extentType(this, fb);
    let error = 0;
    if (type === MAPPED) {
      unconvertExtent(this, fb);
      settleTree(this);
    } else if (type !== UNWRITTEN && !placeUnwritten(this, fb, end)) {
      error = ENOSPC;
      this.ledger.refuses(this.current);
    }
    if (this.tracing) this.say(`ext4_alloc_file_blocks(${fb}): unwritten = ${errorName(error)}`);
    return error;
  },

  /**
   * ext4_zero_partial_blocks(): of [pos, end) what lies in the block of `pos`, or with `last`
   * in the one of `end`, and does not fill it. That it may fail is not looked at. PG_locked,
   * within.
   */
  zero_partial(this: K, pos: number, end: number, last: boolean): void {
    this.command();
    mustHoldInode(this);
    const first = this.blockOf(last ? end - 1 : pos) * this.block_size;
    const from = Math.max(pos, first);
    const to = Math.min(end, first + this.block_size);
    const both = last && this.blockOf(pos) === this.blockOf(end - 1);
    if (to - from < this.block_size && !both) zeroInBlock(this, from, to);
    if (this.tracing) this.say(`ext4_zero_partial_blocks(${from}..${to})`);
  },
};

const looks = {
  /** Is there a whole block of [pos, end) that is not unwritten? */
  has_to_convert(this: K, pos: number, end: number): boolean {
    return nextWhole(this, pos, end) >= 0;
  },
  /** Do both ends lie between blocks? */
  is_aligned(this: K, pos: number, end: number): boolean {
    return pos % this.block_size === 0 && end % this.block_size === 0;
  },
  /** Where a punch ends that reaches beyond EOF: with the page of EOF. 0: it begins behind it. */
  end_of_punch(this: K, pos: number, end: number): number {
    const { i_size } = this.s.inode[this.file]!;
    if (pos >= i_size) return 0;
    return end > i_size ? Math.ceil(i_size / this.page_size) * this.page_size : end;
  },
};

export const fallocateByBlock = { ...BY_BLOCK, commands, looks };

type Rows = FallocateRows & Face<typeof fallocateByBlock>;
type Label =
  | 'lock_inode'
  | 'lock_invalidate'
  | 'alloc'
  | 'disksize'
  | 'drop'
  | 'convert'
  | 'zero_first'
  | 'zero_last'
  | 'punch'
  | 'retry_alloc'
  | 'unlock_invalidate'
  | 'unlock_inode'
  | 'ret';

/** ext4_fallocate() and what it calls. */
export function rowsByBlock({ punches, allocates }: Does): {
  readonly [label in Label]: Row<Rows, FallocateFrame, Label>;
} {
  const unlocked = punches ? 'unlock_invalidate' : 'unlock_inode';
  const begins = (k: Rows, f: FallocateFrame): Label => {
    if (allocates) return k.is_aligned(f.pos, f.end) ? 'disksize' : 'alloc';
    f.end = k.end_of_punch(f.pos, f.end);
    return f.end === 0 ? unlocked : 'disksize';
  };
  const rows: { readonly [label in Label]: Row<Rows, FallocateFrame, Label> } = {
    lock_inode(k) {
      k.inode_lock();
      return punches ? 'lock_invalidate' : 'alloc';
    },
    ...underInvalidateLock(begins),
    // ext4_alloc_file_blocks(), the ends included.
    alloc(k, f) {
      f.err = k.alloc_file_space(f.pos, f.end);
      if (f.err) return 'retry_alloc';
      if (!punches) return k.has_hole(f.pos, f.end) ? 'alloc' : unlocked;
      return k.has_hole(f.pos, f.end) ? 'alloc' : 'disksize';
    },
    disksize(k, f) {
      k.update_disksize_before_punch(f.pos, f.end);
      return 'drop';
    },
    // ext4_truncate_page_cache_block_range().
    drop(k, f) {
      if (k.truncate_pagecache_range(f.pos, f.end)) return 'drop';
      return allocates && k.has_to_convert(f.pos, f.end) ? 'convert' : 'zero_first';
    },
    convert(k, f) {
      f.err = k.convert_to_unwritten(f.pos, f.end);
      if (f.err) return 'retry_alloc';
      return k.has_to_convert(f.pos, f.end) ? 'convert' : 'zero_first';
    },
    // ext4_alloc_file_blocks(): ext4_should_retry_alloc().
    retry_alloc(k, f) {
      if (!k.should_retry_alloc(f.retries)) return unlocked;
      f.retries++;
      f.err = 0;
      return punches && k.is_aligned(f.pos, f.end) ? 'convert' : 'alloc';
    },
    zero_first(k, f) {
      k.zero_partial(f.pos, f.end, false);
      return 'zero_last';
    },
    zero_last(k, f) {
      k.zero_partial(f.pos, f.end, true);
      return allocates ? unlocked : 'punch';
    },
    // ext4_ext_remove_space().
    punch(k, f) {
      k.punch_extents(f.pos, f.end);
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
  const of_punch = ['disksize', 'drop', 'zero_first', 'zero_last'] as const;
  return without(rows, [
    ...(punches ? [] : (['lock_invalidate', 'unlock_invalidate', ...of_punch] as const)),
    ...(punches && allocates ? [] : (['convert'] as const)),
    ...(allocates ? (['punch'] as const) : (['alloc', 'retry_alloc'] as const)),
  ]);
}
