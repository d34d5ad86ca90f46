/**
 * The page cache: finding and locking pages, filling them, and what is known of them.
 * Lock, wherever none is named: PG_locked of the page.
 */
import { Allocator } from './allocator.ts';
import { site } from './faults.ts';
import { RECLAIM } from './memory.ts';
import type { Gfp } from './memory.ts';
import {
  EIO,
  ERANGE,
  GARBAGE,
  MAPPED,
  NOTHING,
  REPORTED,
  ZERO,
  allCells,
  cellAt,
  errorName,
  withCell,
} from './state.ts';

const READ_EIO = site('read-eio');

export class PageCache extends Allocator {
  /**
   * grab_cache_page_write_begin(): find_lock_page(), or a new page, locked. 0, -ENOMEM, or RECLAIM.
   * A filesystem that was given an iomap refuses a page outside of it: -ERANGE.
   */
  grab_cache_page_write_begin(pos: number, gfp: Gfp): number {
    this.command();
    const index = this.page_index(pos);
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
    if (!page.present && page.locked_by === 0) {
      const error = this.allocate(gfp);
      if (error !== 0 || this.blocked) return error;
      this.addPage(index);
    }
    this.lock(index);
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

  /** lock_page(). */
  lock_page(index: number): void {
    this.command();
    if (this.lock(index) && this.tracing) this.say(`lock_page(${index})`);
  }

  /** Reads from disk what of a locked page is not uptodate, and keeps it locked. 0 or -EIO. */
  read_page(index: number): number {
    this.command();
    this.mustHold(index);
    if (this.mapIsLocked()) return 0;
    const error = this.#fillPage(index);
    if (this.tracing) this.say(`read_page(${index}) = ${errorName(error)}`);
    return error;
  }

  #fillPage(index: number): number {
    const { page_blocks } = this.geometry;
    if (this.fails(READ_EIO)) return EIO;
    for (let b = 0; b < page_blocks; b++) {
      if (!this.s.page[index]!.block[b]!.uptodate) this.fillBlock(index * page_blocks + b);
    }
    return 0;
  }

  /** zero_user(): [pos, end) of a locked page is zero in memory; whether it is uptodate is not said. */
  zero_user(pos: number, end: number): void {
    this.command();
    this.mustHoldAll(pos, end);
    for (let cell = pos; cell < end; cell++) this.putCell(cell, ZERO);
    if (this.tracing) this.say(`zero_user(${pos}..${end})`);
  }

  protected putCell(cell: number, value: number): void {
    const block = this.block(this.blockOf(cell));
    block.cells = withCell(block.cells, cell % this.block_size, value);
  }

  /** set_buffer_uptodate() of every block that [pos, end) touches. */
  set_uptodate(pos: number, end: number): void {
    this.command();
    this.mustHoldAll(pos, end);
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) this.block(fb).uptodate = 1;
    if (this.tracing) this.say(`set_buffer_uptodate(${pos}..${end})`);
  }

  /** mark_buffer_dirty() of every block that [pos, end) touches. */
  set_dirty(pos: number, end: number): void {
    this.command();
    this.mustHoldAll(pos, end);
    this.dirtyBlocks(pos, end);
    if (this.tracing) this.say(`mark_buffer_dirty(${pos}..${end})`);
  }

  protected dirtyBlocks(pos: number, end: number): void {
    const { promise } = this.s;
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) this.block(fb).dirty = 1;
    // Ghost: an error that was reported is about older data.
    for (let cell = pos; cell < end; cell++) {
      if (promise[cell]!.value === REPORTED) promise[cell]!.value = NOTHING;
    }
  }

  /** i_size_write(): the file reaches as far as `end`. Lock: i_rwsem. */
  i_size_write(end: number): void {
    this.command();
    this.mustHoldInode();
    this.raiseSize(end);
    if (this.tracing) this.say(`i_size_write(${end})`);
  }

  /** A journalled filesystem logs the size in the transaction that is open. */
  protected raiseSize(end: number): void {
    const { s } = this;
    if (end > s.i_size) s.i_size = end;
    if (this.fs.journalled && end > s.i_disksize) s.i_disksize = end;
  }

  protected isUptodate(index: number): boolean {
    const { block } = this.s.page[index]!;
    for (let b = 0; b < block.length; b++) if (!block[b]!.uptodate) return false;
    return true;
  }

  /** The file block's share of its page. */
  protected block(fb: number) {
    const { page_blocks } = this.geometry;
    return this.s.page[Math.floor(fb / page_blocks)]!.block[fb % page_blocks]!;
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

  protected mustHold(index: number): void {
    if (this.s.page[index]!.locked_by !== this.me + 1) {
      this.fault(`works on page ${index}, which it has not locked`);
    }
  }

  /** Every page of [pos, end). */
  protected mustHoldAll(pos: number, end: number): void {
    for (let index = this.page_index(pos); index * this.page_size < end; index++) {
      this.mustHold(index);
    }
  }

  protected mustHoldInode(): void {
    if (this.s.i_rwsem !== this.me + 1) this.fault('changes i_size without i_rwsem');
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
    const index = this.pickPage(this.#wantsReading);
    if (index < 0 || !this.lock(index)) return 0;
    if (!this.s.page[index]!.present) this.addPage(index);
    if (this.tracing) this.say(`find_or_create_page(${index}), locked`);
    return index;
  }

  readonly #wantsReading = (index: number): boolean => {
    return index * this.page_size < this.s.i_size && !this.isUptodate(index);
  };

  /** ->readpage(): fills what is not uptodate, and unlocks. Not modelled: the I/O as a step of its own. */
  readpage(index: number): void {
    this.command();
    this.mustHold(index);
    if (this.mapIsLocked()) return;
    const error = this.#fillPage(index);
    this.unlock(index);
    if (this.tracing) this.say(`readpage(${index}) = ${errorName(error)}`);
  }

  /** shrink_page_list(): drops a clean page that nobody has locked. */
  reclaim_page(): void {
    this.command();
    const index = this.pickPage(this.#reclaimable);
    if (index < 0) return;
    this.dropPage(index);
    if (this.tracing) this.say(`shrink_page_list: drop page ${index}`);
  }

  readonly #reclaimable = (index: number): boolean => {
    const page = this.s.page[index]!;
    return page.present === 1 && page.locked_by === 0 && !page.writeback && !this.isDirty(index);
  };

  /** mapping_set_error(): fsync will tell; ghost: what this block held is promised no more. */
  protected mappingSetError(fb: number): void {
    for (let i = 0; i < this.block_size; i++) {
      this.s.promise[fb * this.block_size + i]!.value = REPORTED;
    }
  }
}
