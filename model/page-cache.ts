/**
 * The page cache: finding and locking pages, filling them, copying into them, taking data in.
 * Lock, wherever none is named: PG_locked of the page.
 */
import { Allocator } from './allocator.ts';
import { WHICH_PAGE, site } from './base.ts';
import { RECLAIM } from './memory.ts';
import type { Gfp } from './memory.ts';
import {
  DELALLOC,
  EFAULT,
  EIO,
  ENOSPC,
  ERANGE,
  GARBAGE,
  HOLE,
  MAPPED,
  NOTHING,
  REPORTED,
  WRITE,
  ZERO,
  allCells,
  cellAt,
  errorName,
  withCell,
} from './state.ts';

const FAULT_IN = site('fault-in-efault');
const COPY_SHORT = site('copy-short');
const READ_EIO = site('read-eio');
const WRITE_BEGIN_ENOSPC = site('write-begin-enospc');

/** What write_begin hands out in *fsdata, for write_end to get back. */
export const FSDATA = 1;
/** The address of the variable, in place of its value. */
export const FSDATA_ADDRESS = 2;

export class PageCache extends Allocator {
  /** iov_iter_fault_in_readable(): touches the user buffer while no lock is held. */
  fault_in_readable(): number {
    this.command();
    const error = this.fails(FAULT_IN) ? EFAULT : 0;
    if (this.tracing) this.say(`fault_in_readable() = ${errorName(error)}`);
    return error;
  }

  /**
   * grab_cache_page_write_begin(): find_lock_page(), or a new page, locked. 0, -ENOMEM, or RECLAIM.
   * A filesystem that was given an iomap refuses a page outside of it: -ERANGE.
   */
  grab_cache_page_write_begin(pos: number, gfp: Gfp): number {
    this.command();
    const index = this.pageOf(pos);
    const error =
      this.fs.allocates === 'iomap' && this.#outside(index, pos) ? ERANGE : this.#grab(index, gfp);
    if (!this.blocked && this.tracing) {
      const how =
        error === RECLAIM ? ': direct reclaim' : error ? ` = ${errorName(error)}` : ', locked';
      this.say(`grab_cache_page_write_begin(${index})${how}`);
    }
    return error;
  }

  /** Is any part of what is left of this page to write not in the iomap? */
  #outside(index: number, pos: number): boolean {
    const { call, writers, me } = this;
    const { pos: from, count } = writers[me]!;
    const end = Math.min((index + 1) * this.page_size, from + count);
    return pos < call.iomap_pos || end > call.iomap_end;
  }

  #grab(index: number, gfp: Gfp): number {
    const page = this.s.page[index]!;
    if (page.locked_by !== 0) {
      this.waitFor(page.locked_by, `PG_locked of page ${index}`);
      return 0;
    }
    if (!page.present) {
      const error = this.allocate(gfp);
      if (error !== 0 || this.blocked) return error;
      this.addPage(index);
    }
    page.locked_by = this.me + 1;
    return 0;
  }

  /** add_to_page_cache_lru(): a new page holds whatever its memory held. */
  protected addPage(index: number): void {
    const page = this.s.page[index]!;
    page.present = 1;
    for (let b = 0; b < page.block.length; b++) {
      page.block[b]!.cells = allCells(GARBAGE, this.block_size);
    }
  }

  /**
   * The first half of __block_write_begin(): every block of [pos, end) gets a place in the extent
   * map. On an error the blocks instantiated so far are zeroed (page_zero_new_buffers()). A mutant
   * takes blocks that are mapped for holes.
   */
  get_block(pos: number, end: number, mappedIsHole = false): number {
    this.command();
    const first = this.blockOf(pos);
    const last = this.blockOf(end - 1);
    let holes = 0;
    for (let fb = first; fb <= last; fb++) if (mappedIsHole || this.isHole(fb)) holes++;
    let failing = holes > 0 ? this.fails(WRITE_BEGIN_ENOSPC, holes) : 0;
    let error = 0;
    for (let fb = first; fb <= last && error === 0; fb++) {
      if (!mappedIsHole && !this.isHole(fb)) continue;
      if (--failing === 0 || !this.#instantiate(fb)) error = ENOSPC;
      else this.block(fb).fresh = 1;
    }
    if (error) this.#zeroNew(pos, pos, end);
    if (this.tracing) this.say(`get_block(${pos}..${end}) = ${errorName(error)}`);
    return error;
  }

  protected isHole(fb: number): boolean {
    return this.s.extent[fb]!.type === HOLE;
  }

  #instantiate(fb: number): boolean {
    if (this.fs.allocates === 'write_begin') return this.allocateBlock(fb, false, MAPPED);
    if (!this.reserve(1)) return false;
    this.s.extent[fb]!.type = DELALLOC;
    return true;
  }

  /** The file block's share of its page. */
  protected block(fb: number) {
    const { page_blocks } = this.geometry;
    return this.s.page[Math.floor(fb / page_blocks)]!.block[fb % page_blocks]!;
  }

  /**
   * The second half of write_begin: the parts of its blocks that the copy will not cover are zeroed
   * where the block is new, a hole or unwritten, and else read from disk. Blocks that will be
   * overwritten whole are left as they are.
   */
  prepare_page(pos: number, end: number): number {
    this.command();
    let error = 0;
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) {
      const block = this.block(fb);
      const from = fb * this.block_size;
      if (block.uptodate || (pos <= from && end >= from + this.block_size)) continue;
      if (block.fresh || this.readsAsZero(fb)) {
        for (let i = 0; i < this.block_size; i++) {
          if (from + i < pos || from + i >= end) block.cells = withCell(block.cells, i, ZERO);
        }
      } else if (error === 0) error = this.#readBlock(fb);
    }
    if (error) this.#zeroNew(pos, pos, end);
    else this.call.begins_open = Math.min(this.call.begins_open + 1, this.geometry.pages);
    if (this.tracing) this.say(`write_begin(${pos}..${end}) = ${errorName(error)}`);
    return error;
  }

  /** Does write_begin hold this block to be empty on disk? With an iomap, it is the iomap that says. */
  protected readsAsZero(fb: number): boolean {
    if (this.fs.allocates === 'iomap') return this.call.iomap_type !== MAPPED;
    return this.s.extent[fb]!.type !== MAPPED;
  }

  #readBlock(fb: number): number {
    if (this.fails(READ_EIO)) return EIO;
    this.fillBlock(fb);
    return 0;
  }

  /** What the disk holds for a block, in the page, uptodate. Beyond i_size that is zero. */
  protected fillBlock(fb: number): void {
    const { s } = this;
    const block = this.block(fb);
    const extent = s.extent[fb]!;
    let cells = allCells(ZERO, this.block_size);
    if (extent.type === MAPPED) {
      const media = s.disk[extent.blkno - 1]!.cells;
      for (let i = 0; i < this.block_size; i++) {
        if (fb * this.block_size + i < s.i_size) cells = withCell(cells, i, cellAt(media, i));
      }
    }
    block.cells = cells;
    block.uptodate = 1;
  }

  /** iov_iter_copy_from_user_atomic(): page faults are off, so it may stop anywhere, also at once. */
  copy_from_user_atomic(pos: number, end: number): number {
    this.command();
    this.mustHold(this.pageOf(pos));
    const short = this.fails(COPY_SHORT, end - pos);
    const copied = short > 0 ? short - 1 : end - pos;
    this.putCells(pos, copied);
    if (this.tracing) this.say(`copy_from_user_atomic(${pos}..${end}) = ${copied}`);
    return copied;
  }

  /** Bytes of this task's write go into locked pages, from `pos` on. */
  protected putCells(pos: number, count: number): void {
    for (let cell = pos; cell < pos + count; cell++) {
      const block = this.block(this.blockOf(cell));
      block.cells = withCell(block.cells, cell % this.block_size, WRITE + this.me);
    }
  }

  protected mustHold(index: number): void {
    if (this.s.page[index]!.locked_by !== this.me + 1) {
      this.fault(`works on page ${index}, which it has not locked`);
    }
  }

  /**
   * block_write_end() and generic_write_end(): takes in the `copied` of [pos, end), or nothing where
   * that would leave a page that is not uptodate partly filled; zeroes what else is new; raises
   * i_size; unlocks the page. Returns what was accepted.
   */
  write_end(pos: number, end: number, copied: number, fsdata: number): number {
    this.command();
    const { call } = this;
    const index = this.pageOf(pos);
    this.mustHold(index);
    const accepted = copied < end - pos && !this.#uptodate(index) ? 0 : copied;
    if (copied < end - pos) this.#zeroNew(pos, pos + accepted, end);
    this.commitWrite(pos, pos + accepted);
    for (const block of this.s.page[index]!.block) block.fresh = 0;
    if (call.begins_open === 0 || fsdata !== FSDATA) call.mispaired = 1;
    if (call.begins_open > 0) call.begins_open--;
    this.unlock(index);
    if (this.tracing) this.say(`write_end(${pos}..${end}, copied ${copied}) = ${accepted}`);
    return accepted;
  }

  #uptodate(index: number): boolean {
    const { block } = this.s.page[index]!;
    for (let b = 0; b < block.length; b++) if (!block[b]!.uptodate) return false;
    return true;
  }

  /** Blocks of [pos, end) are uptodate and dirty, and the file reaches as far as `end`. */
  protected commitWrite(pos: number, end: number): void {
    if (end === pos) return;
    const { s } = this;
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) {
      const block = this.block(fb);
      block.uptodate = 1;
      block.dirty = 1;
    }
    for (let cell = pos; cell < end; cell++) {
      if (s.promise[cell]!.value === REPORTED) s.promise[cell]!.value = NOTHING;
    }
    if (end > s.i_size) s.i_size = end;
    if (this.fs.journalled && end > s.i_disksize) s.i_disksize = end;
  }

  /**
   * page_zero_new_buffers(): what write_begin instantiated for [pos, end) and the copy did not reach,
   * from `from` on, is zeroed and dirtied, lest what the block held before be seen.
   */
  #zeroNew(pos: number, from: number, end: number): void {
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) {
      const block = this.block(fb);
      const start = fb * this.block_size;
      if (!block.fresh || start + this.block_size <= from) continue;
      if (!block.uptodate) {
        for (let i = 0; i < this.block_size; i++) {
          const kept = start + i >= pos && start + i < from;
          if (!kept) block.cells = withCell(block.cells, i, ZERO);
        }
      }
      block.uptodate = 1;
      block.dirty = 1;
      block.fresh = 0;
    }
  }

  /**
   * truncate_inode_pages() from i_size on, after a write that failed beyond it: takes one page out of
   * the cache, under its lock. False when none is left.
   */
  truncate_failed_page(): boolean {
    this.command();
    const { s } = this;
    for (let index = this.pageOf(s.i_size + this.page_size - 1); index < s.page.length; index++) {
      const page = s.page[index]!;
      if (!page.present) continue;
      if (page.locked_by !== 0) this.waitFor(page.locked_by, `PG_locked of page ${index}`);
      else if (page.writeback) {
        this.wait(this.cleaners);
        if (this.tracing) this.sayWait(`writeback of page ${index}`);
      } else this.dropPage(index);
      if (this.tracing) this.say(`truncate_inode_pages: page ${index}`);
      return true;
    }
    if (this.tracing) this.say('truncate_inode_pages: done');
    return false;
  }

  /** The blocks that a failed write instantiated beyond i_size go back. Lock: i_data_sem, or ILOCK. */
  truncate_failed_blocks(): void {
    this.command();
    const { s } = this;
    for (let fb = this.blockOf(s.i_size + this.block_size - 1); fb < s.extent.length; fb++) {
      this.unmapBlock(fb);
      const block = this.block(fb);
      block.dirty = block.fresh = 0;
      if (block.uptodate) block.cells = allCells(ZERO, this.block_size);
    }
    if (this.tracing) this.say(`truncate_blocks(${s.i_size}..)`);
  }

  protected dropPage(index: number): void {
    const page = this.s.page[index]!;
    page.present = 0;
    for (let b = 0; b < page.block.length; b++) {
      const block = page.block[b]!;
      block.uptodate = block.dirty = block.fresh = block.cells = 0;
    }
  }

  /** For the reader: find_get_page() of a page below EOF that is not uptodate; returns it locked. */
  find_page_to_read(): number {
    this.command();
    const { s } = this;
    const pages = Math.ceil(s.i_size / this.page_size);
    let wanted = 0;
    for (let index = 0; index < pages; index++) if (!this.#uptodate(index)) wanted++;
    if (wanted === 0) return this.#none();
    let nth = this.choose(WHICH_PAGE, wanted);
    let index = 0;
    while (this.#uptodate(index) || nth-- > 0) index++;
    const page = s.page[index]!;
    if (page.locked_by !== 0) {
      this.waitFor(page.locked_by, `PG_locked of page ${index}`);
      return index;
    }
    if (!page.present) this.addPage(index);
    page.locked_by = this.me + 1;
    if (this.tracing) this.say(`find_or_create_page(${index}), locked`);
    return index;
  }

  #none(): number {
    this.idle();
    return 0;
  }

  /** ->readpage(): fills what is not uptodate, and unlocks. Not modelled: the I/O as a step of its own. */
  readpage(index: number): void {
    this.command();
    this.mustHold(index);
    if (this.mapIsLocked()) return;
    const { page_blocks } = this.geometry;
    const error = this.fails(READ_EIO) ? EIO : 0;
    for (let b = 0; b < page_blocks && error === 0; b++) {
      if (!this.s.page[index]!.block[b]!.uptodate) this.fillBlock(index * page_blocks + b);
    }
    this.unlock(index);
    if (this.tracing) this.say(`readpage(${index}) = ${errorName(error)}`);
  }

  /** shrink_page_list(): drops a clean page that nobody has locked. */
  reclaim_page(): void {
    this.command();
    const { s } = this;
    let clean = 0;
    for (let index = 0; index < s.page.length; index++) if (this.#reclaimable(index)) clean++;
    if (clean === 0) return this.idle();
    let nth = this.choose(WHICH_PAGE, clean);
    let index = 0;
    while (!this.#reclaimable(index) || nth-- > 0) index++;
    this.dropPage(index);
    if (this.tracing) this.say(`shrink_page_list: drop page ${index}`);
  }

  #reclaimable(index: number): boolean {
    const page = this.s.page[index]!;
    return page.present === 1 && page.locked_by === 0 && !page.writeback && !this.isDirty(index);
  }

  /** mapping_set_error(): fsync will tell; ghost: what this block held is promised no more. */
  protected mappingSetError(fb: number): void {
    for (let i = 0; i < this.block_size; i++) {
      this.s.promise[fb * this.block_size + i]!.value = REPORTED;
    }
  }
}
