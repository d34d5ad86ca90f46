/**
 * write_begin and write_end of a filesystem, and the copy between them.
 * Lock, wherever none is named: PG_locked of the page.
 */
import { ZERO } from './cells.ts';
import { EFAULT, EIO, ENOSPC, ERANGE, errorName } from './errno.ts';
import {
  DELALLOC,
  HOLE,
  MAPPED,
  UNWRITTEN,
  extentType,
  initializeRange,
  mapIsShared,
  placeHoles,
  settleTree,
  waitsForMap,
} from './extents.ts';
import { cellsOf } from './geometry.ts';
import type { Iomap } from './iomap.ts';
import { mustHoldInode, waitForInvalidate } from './locks.ts';
import { allocate, allocated, isReclaiming } from './memory.ts';
import type { Gfp, Memory } from './memory.ts';
import { mmapIsLocked, mmapIsWanted } from './mmap-lock.ts';
import type { MmapLock } from './mmap-lock.ts';
import {
  addFolio,
  beginsWrite,
  addPage,
  cached,
  dirtyBlocks,
  fillBlock,
  fillPage,
  isFolioUptodate,
  isUptodate,
  lockPage,
  mustHoldAll,
  pageOf,
  putCell,
  raiseSize,
  unlockPage,
  waitForPage,
  waitForWriteback,
} from './page-cache.ts';
import { range, untold } from '../machine/struct.ts';
import { holdersOf, isShared } from './rwsem.ts';
import { choice, declare, fault } from './subsystem.ts';
import type { Ctx } from './subsystem.ts';

/** What write_begin hands out in *fsdata, for write_end to get back. */
export const FSDATA = 1;
/** The address of the variable, in place of its value. */
export const FSDATA_ADDRESS = 2;
/** What the write_begin of another page has handed out. */
export const FSDATA_OF_ANOTHER = 3;

const WRITE_BEGIN = declare({
  name: 'write-begin',
  call: (z) => ({
    /** 1 + so many cells of the user buffer can be read; 0: all. */
    readable: untold(range(z.buffers_end ? cellsOf(z.geometry) + 1 : 0)),
    /** Who faults there has to wait (userfaultfd). */
    holds: untold(range(z.buffers_end ? 1 : 0)),
  }),
  stack: (z) => ({
    /** 1 + the cell of the user buffer at which the copy stopped: from there on it is not there. */
    buffer_absent: untold(range(2 * cellsOf(z.geometry) + 1)),
  }),
  sites: {
    write_begin_enospc: fault('no space in write_begin, at block 1, 2, ...'),
    fault_in_efault: fault('the user buffer is not there', '-EFAULT'),
    copy_short: fault('the atomic copy stops after 0, 1, ... cells'),
    read_again: choice('the page of a delayed block has been read again', 'no', 'yes'),
    buffer_reclaimed: choice('the page of the user buffer is reclaimed', 'no', 'yes'),
  },
});
export type WriteBegin = Ctx<typeof WRITE_BEGIN> & Iomap & Memory & MmapLock;
type K = WriteBegin;

/**
 * page_zero_new_buffers(): what write_begin instantiated for [pos, end) and the copy did not reach,
 * from `from` on, is zeroed and dirtied, lest what the block held before be seen.
 */
function zeroNew(k: K, pos: number, from: number, end: number): void {
  const pageUptodate = isFolioUptodate(k, k.page_index(pos));
  for (let fb = k.blockOf(pos); fb <= k.blockOf(end - 1); fb++) {
    const block = cached(k, fb);
    const start = fb * k.block_size;
    if (!block.fresh || start + k.block_size <= from) continue;
    if (!pageUptodate) {
      for (let i = 0; i < k.block_size; i++) {
        const kept = start + i >= pos && start + i < from;
        if (!kept) putCell(k, start + i, ZERO);
      }
    }
    block.uptodate = 1;
    block.dirty = 1;
    block.fresh = 0;
  }
}

/**
 * write_begin has failed with blocks of [pos, end) made: zeroed and kept, or as the filesystem has
 * it.
 */
function beginFailed(k: K, pos: number, end: number): void {
  if (k.fs.begin_failed) k.fs.begin_failed(k, pos, end);
  else zeroNew(k, pos, pos, end);
}

/**
 * __block_commit_write(), i_size: [pos, end) is uptodate and dirty, and the file reaches its end.
 */
function commit(k: K, pos: number, end: number): void {
  if (end === pos) return commitNothing(k, pos);
  for (let fb = k.blockOf(pos); fb <= k.blockOf(end - 1); fb++) cached(k, fb).uptodate = 1;
  dirtyBlocks(k, pos, end);
  raiseSize(k, pos, end);
}

/**
 * The same with nothing copied: the block that `pos` lies in, if it does not begin there, is dirty
 * all the same, and the file reaches as far as `pos`.
 */
function commitNothing(k: K, pos: number): void {
  if (!k.fs.commits_nothing) return;
  const block = cached(k, k.blockOf(pos));
  if (pos % k.block_size !== 0) block.uptodate = block.dirty = 1;
  raiseSize(k, pos, pos);
}

/** iomap_to_bh(), fs/buffer.c of 4.8: is the block new to whoever has this iomap? */
function isNewBuffer(k: K, fb: number): boolean {
  if (cached(k, fb).uptodate) return false;
  const beyond = fb * k.block_size >= k.s.inode[k.file]!.i_size;
  return beyond || k.s.stack[k.current]!.iomap_type !== MAPPED;
}

/** Of what was copied, as much as lies in blocks that are uptodate, or were copied whole. */
function wholeBlocks(k: K, pos: number, copied: number): number {
  let end = pos;
  for (let fb = k.blockOf(pos); end < pos + copied; fb++) {
    const next = (fb + 1) * k.block_size;
    const whole = fb * k.block_size >= pos && next <= pos + copied;
    if (!whole && !cached(k, fb).uptodate) break;
    end = Math.min(next, pos + copied);
  }
  return end - pos;
}

/**
 * block_write_end(), generic_write_end(): takes in the `copied` of [pos, end), or as much of it as
 * it accepts, which is returned; zeroes what else is new; raises i_size. The page stays locked.
 */
export function endWrite(k: K, pos: number, end: number, copied: number, by_block = false): number {
  const index = k.page_index(pos);
  const short = copied < end - pos && !isFolioUptodate(k, index);
  const accepted = !short ? copied : by_block ? wholeBlocks(k, pos, copied) : 0;
  if (copied < end - pos) zeroNew(k, pos, pos + accepted, end);
  commit(k, pos, pos + accepted);
  const last = (k.folioLast(index) + 1) * k.geometry.page_blocks;
  for (let fb = k.folioFirst(index) * k.geometry.page_blocks; fb < last; fb++) {
    cached(k, fb).fresh = 0;
  }
  return accepted;
}

function mustBeCells(k: K, copied: number): void {
  if ((copied | 0) !== copied) k.wrong(`moves the iterator by ${copied} cells`);
}

/** Bytes of this call's write go into locked pages, as the user's iterator has them next. */
function copyIn(k: K, pos: number, count: number): void {
  const place = k.call.pos + k.call.iterated;
  for (let i = 0; i < count; i++) putCell(k, pos + i, k.cells.written(k.current, place + i));
}

/** How much of `count` cells is there, where `absent` - 1 is the first that is not; 0: all is. */
function thereToCopy(k: K, absent: number, count: number): number {
  if (absent === 0) return count;
  return Math.max(0, Math.min(count, absent - 1 - k.call.iterated));
}

/** The call's user buffer, as far as it can be read at all. */
const readableOf = (k: K): number => k.s.call[k.current]!.readable;

/** Nothing more of the user buffer can be read, now or later. */
const bufferEnds = (k: K): boolean => readableOf(k) > 0 && k.call.iterated >= readableOf(k) - 1;

/** Is the user buffer a mapping of a page of the file that is not there now? */
function bufferIsGone(k: K): boolean {
  const { buffer } = k.calls[k.current]!;
  return buffer !== undefined && !isUptodate(k, buffer);
}

/** Is the page of the user buffer that is next not there, so that who touches it faults? */
const isBufferAbsent = (k: K): boolean =>
  k.s.stack[k.current]!.buffer_absent > 0 || bufferIsGone(k);

/**
 * The page of the user buffer may be reclaimed at any time. That is asked where its fault would
 * have to wait for mmap_lock; elsewhere nobody could see it. True: it is, and the row is to be run
 * again.
 */
function reclaimsBuffer(k: K): boolean {
  if (!mmapIsWanted(k) || isBufferAbsent(k)) return false;
  if (k.choose(k.site.buffer_reclaimed, 2) === 0) return false;
  k.s.stack[k.current]!.buffer_absent = 1 + k.call.iterated;
  k.again();
  if (k.tracing) k.say('the page of the user buffer is reclaimed');
  return true;
}

/** A page fault takes mmap_lock shared; where the buffer is there it is not asked for. */
const faultHasToWait = (k: K): boolean =>
  reclaimsBuffer(k) || (isBufferAbsent(k) && mmapIsLocked(k));

/**
 * A page fault on the user buffer: the page that it is a mapping of is read, under its lock, which
 * the caller may hold himself; so with the lock that ->iomap(READ) took, and invalidate_lock. 0 or
 * -EFAULT.
 */
function faultInBuffer(k: K): number {
  const index = k.calls[k.current]!.buffer!;
  const { map_lock, invalidate_lock } = k.s.inode[k.file]!;
  const { locked_by, present } = pageOf(k, index);
  if (!isShared(invalidate_lock)) waitForInvalidate(k);
  else if (locked_by !== 0) waitForPage(k, index);
  else if (!isShared(map_lock)) waitsForMap(k, holdersOf(map_lock), true);
  if (k.undone) return 0;
  if (!present) addPage(k, index);
  return fillPage(k, index) ? EFAULT : 0;
}

/** Which page the lock is held of, of all that the task holds; -1: none. */
function anyHeld(k: K): number {
  const { page } = k.s;
  for (let number = 0; number < page.length; number++) {
    if (page[number]!.locked_by === k.me + 1) return number;
  }
  return -1;
}

/** ->get_block() of a hole: it is new (BH_New). False: there is no space. */
function instantiate(k: K, fb: number, tree_is_due: boolean): boolean {
  if (!k.fs.get_block!(k, fb, tree_is_due)) return false;
  cached(k, fb).fresh = 1;
  return true;
}

/** Without delayed allocation unwritten blocks are mapped, and new. */
export function initializeBuffers(k: Iomap, first: number, last: number): void {
  const unwritten: number[] = [];
  for (let fb = first; fb < last; fb++) if (extentType(k, fb) === UNWRITTEN) unwritten.push(fb);
  if (!initializeRange(k, first, last)) return;
  for (const fb of unwritten) {
    const block = cached(k, fb);
    if (block.uptodate) block.dirty = 1;
    else block.fresh = 1;
  }
}

/**
 * ext4_da_get_block_prep(), ext4_get_block_unwritten(): the buffers of delayed and of unwritten
 * blocks that are not mapped yet are new. In a folio that is uptodate they are dirty at once.
 */
function renewBuffers(k: K, first: number, last: number): void {
  if (!k.fs.news_unwritten) return;
  // One after the other, up to one that finds no space.
  let end = first;
  while (end < last && extentType(k, end) !== HOLE) end++;
  if (k.fs.initializes) return initializeBuffers(k, first, end);
  const uptodate = isFolioUptodate(k, Math.floor(first / k.geometry.page_blocks));
  // A delayed block that is clean has a mapped buffer, unless the page has been read again since.
  const again = !k.judged && anyClean(k, first, end) && k.choose(k.site.read_again, 2) === 1;
  for (let fb = first; fb < end; fb++) {
    const type = extentType(k, fb);
    const block = cached(k, fb);
    if (block.fresh) continue;
    if ((type !== UNWRITTEN && type !== DELALLOC) || block.dirty) continue;
    if (!block.uptodate || (type === UNWRITTEN && !uptodate)) block.fresh = 1;
    else if (type === UNWRITTEN || again) block.dirty = 1;
  }
}

/** Is a delayed block of [first, last) uptodate, clean, and not new? */
function anyClean(k: K, first: number, last: number): boolean {
  for (let fb = first; fb < last; fb++) {
    const { uptodate, dirty, fresh } = cached(k, fb);
    if (extentType(k, fb) === DELALLOC && uptodate && !dirty && !fresh) return true;
  }
  return false;
}

export const writeBegin = {
  ...WRITE_BEGIN,
  commands: {
    /**
     * grab_cache_page_write_begin(): find_lock_page(), or a new page, locked; and where the device
     * wants stable pages, wait_for_stable_page(): here the lock is taken after that, so that who
     * waits does not hold it. 0 or -ENOMEM. A filesystem that was given an iomap may refuse a page
     * of which [pos, end) is not in it: -ERANGE.
     */
    grab_cache_page_write_begin(this: K, pos: number, gfp: Gfp, end = this.callEnd): number {
      this.command();
      const index = this.page_index(pos);
      if (this.fs.refuses_page?.(this, pos, this.page_end(pos, end))) {
        if (this.tracing) this.say(`grab_cache_page_write_begin(${index}) = ${errorName(ERANGE)}`);
        return ERANGE;
      }
      const page = pageOf(this, index);
      const isMissing = !page.present && page.locked_by === 0;
      let error = 0;
      if (isMissing || isReclaiming(this)) {
        error = allocate(this, gfp);
        if (isMissing && error === 0 && !this.undone) addFolio(this, index, end - pos);
      }
      if (!this.undone && this.geometry.stable_pages && page.writeback && page.locked_by === 0) {
        waitForWriteback(this, index);
        return 0;
      }
      if (error === 0 && !this.undone) {
        lockPage(this, index);
        if (this.fs.maps_by === 'iomap_begin') beginsWrite(this, index, pos, end, isMissing);
      }
      if (this.tracing) {
        const how = error || this.undone ? allocated(this, error) : ', locked';
        this.say(`grab_cache_page_write_begin(${index})${how}`);
      }
      return error;
    },

    /**
     * iov_iter_fault_in_readable(): touches `bytes` of the user buffer while no page lock is held;
     * it fails where the first is not there. Lock, where the buffer is not there: mmap_lock shared,
     * within.
     */
    fault_in_readable(this: K, bytes = 1): number {
      this.command();
      const held = anyHeld(this);
      // The buffer may be a mapping of that very page, or wait for whoever waits for it.
      if (held >= 0)
        this.wrong(`faults in the user buffer while it holds the lock of page ${held}`);
      if (faultHasToWait(this)) return 0;
      if (this.s.call[this.current]!.holds && this.call.iterated + bytes >= readableOf(this)) {
        this.wait(0);
        if (this.tracing) this.sayWait('the page of the user buffer');
        return 0;
      }
      // Without mmap_lock no fault fails: the buffer is there.
      const fails =
        bufferEnds(this) || (!mmapIsWanted(this) && this.fails(this.site.fault_in_efault));
      let error = fails ? EFAULT : 0;
      if (error === 0 && bufferIsGone(this)) error = faultInBuffer(this);
      if (error === 0) this.s.stack[this.current]!.buffer_absent = 0;
      if (this.tracing) this.say(`fault_in_readable() = ${errorName(error)}`);
      return error;
    },

    /**
     * The first half of __block_write_begin(): every block of [pos, end) gets a place in the extent
     * map. On an error the blocks instantiated so far are zeroed (page_zero_new_buffers()).
     */
    get_block(this: K, pos: number, end: number): number {
      this.command();
      if (this.fs.get_block === undefined)
        this.wrong('asks for get_block, which this filesystem has not');
      mustHoldAll(this, pos, end);
      if (mapIsShared(this)) return 0;
      const first = this.blockOf(pos);
      const last = this.blockOf(end - 1) + 1;
      const site = this.site.write_begin_enospc;
      const error = placeHoles(this, first, last, site, instantiate) ? 0 : ENOSPC;
      renewBuffers(this, first, last);
      if (error) beginFailed(this, pos, end);
      else settleTree(this);
      if (this.tracing) this.say(`get_block(${pos}..${end}) = ${errorName(error)}`);
      return error;
    },

    /**
     * The second half of write_begin: the parts of its blocks that the copy will not cover are
     * zeroed where the block is new, a hole or unwritten, and else read from disk. Blocks that will
     * be overwritten whole are left as they are.
     */
    prepare_page(this: K, pos: number, end: number): number {
      this.command();
      mustHoldAll(this, pos, end);
      let error = 0;
      for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) {
        const block = cached(this, fb);
        const from = fb * this.block_size;
        if (this.fs.has_buffers && isNewBuffer(this, fb)) block.fresh = 1;
        if (block.uptodate || (pos <= from && end >= from + this.block_size)) continue;
        if (block.fresh || this.fs.reads_as_zero(this, fb)) {
          for (let i = 0; i < this.block_size; i++) {
            if (from + i < pos || from + i >= end) putCell(this, from + i, ZERO);
          }
        } else if (error === 0) {
          error = this.fails(this.site.read_eio) ? EIO : 0;
          if (error === 0) fillBlock(this, fb);
        }
      }
      if (error) beginFailed(this, pos, end);
      else this.ledger.opens(this.current, 'write_begins');
      if (this.tracing) this.say(`write_begin(${pos}..${end}) = ${errorName(error)}`);
      return error;
    },

    /**
     * iov_iter_copy_from_user_atomic(): page faults are off, so it may stop anywhere, also at once.
     * Where it has stopped the page of the buffer is not there, until it is faulted in.
     */
    copy_from_user_atomic(this: K, pos: number, end: number): number {
      this.command();
      mustHoldAll(this, pos, end);
      const stack = this.s.stack[this.current]!;
      const kept = thereToCopy(this, readableOf(this), end - pos);
      const there = bufferIsGone(this) ? 0 : thereToCopy(this, stack.buffer_absent, kept);
      const short = there < end - pos ? 0 : this.fails(this.site.copy_short, end - pos);
      const copied = short > 0 ? short - 1 : there;
      if (copied < end - pos) stack.buffer_absent = 1 + this.call.iterated + copied;
      copyIn(this, pos, copied);
      if (this.tracing) this.say(`copy_from_user_atomic(${pos}..${end}) = ${copied}`);
      return copied;
    },

    /**
     * copy_from_user(): page faults are on, as before 2.6.20; where the buffer is not there the
     * fault waits for the locks that it needs, whoever holds them.
     */
    copy_from_user(this: K, pos: number, end: number): number {
      this.command();
      mustHoldAll(this, pos, end);
      if (faultHasToWait(this)) return 0;
      const error = bufferIsGone(this) ? faultInBuffer(this) : 0;
      if (this.undone) return 0;
      if (error === 0) this.s.stack[this.current]!.buffer_absent = 0;
      const copied = error ? 0 : end - pos;
      copyIn(this, pos, copied);
      if (this.tracing) this.say(`copy_from_user(${pos}..${end}) = ${copied}`);
      return copied;
    },

    /**
     * block_write_end() and generic_write_end(): takes in the `copied` of [pos, end), or nothing
     * where that would leave a page that is not uptodate partly filled; zeroes what else is new;
     * raises i_size; unlocks the page. Returns what was accepted. `by_block`, which no kernel has:
     * what was copied into blocks that are uptodate is taken in, too.
     */
    write_end(
      this: K,
      pos: number,
      end: number,
      copied: number,
      fsdata: number,
      by_block = false,
    ): number {
      this.command();
      const index = this.page_index(pos);
      mustHoldAll(this, pos, end);
      mustHoldInode(this);
      if (copied > end - pos) this.wrong(`takes in ${copied} cells of ${pos}..${end}`);
      const accepted = endWrite(this, pos, end, copied, by_block);
      this.ledger.closes(this.current, 'write_begins', fsdata !== FSDATA);
      unlockPage(this, index);
      if (this.tracing) this.say(`write_end(${pos}..${end}, copied ${copied}) = ${accepted}`);
      return accepted;
    },
  },
  looks: {
    /**
     * iov_iter_advance(): what was taken in will not be copied again. No lock: it is the caller's.
     */
    iov_iter_advance(this: K, copied: number): void {
      mustBeCells(this, copied);
      this.call.iterated += copied;
    },
    iov_iter_revert(this: K, copied: number): void {
      mustBeCells(this, copied);
      this.call.iterated -= copied;
    },
  },
};
