/**
 * write_begin and write_end of a filesystem, and the copy between them.
 * Lock, wherever none is named: PG_locked of the page.
 */
import { site } from './faults.ts';
import { PageCache } from './page-cache.ts';
import {
  DELALLOC,
  EFAULT,
  EIO,
  ENOSPC,
  HOLE,
  MAPPED,
  WRITE,
  ZERO,
  allCells,
  errorName,
} from './state.ts';

const FAULT_IN = site('fault-in-efault');
const COPY_SHORT = site('copy-short');
const READ_EIO = site('read-eio');
const WRITE_BEGIN_ENOSPC = site('write-begin-enospc');

/** What write_begin hands out in *fsdata, for write_end to get back. */
export const FSDATA = 1;
/** The address of the variable, in place of its value. */
export const FSDATA_ADDRESS = 2;

export class WriteBegin extends PageCache {
  /** iov_iter_fault_in_readable(): touches the user buffer while no lock is held. */
  fault_in_readable(): number {
    this.command();
    const { page } = this.s;
    for (let index = 0; index < page.length; index++) {
      // The buffer may be a mapping of that very page, or wait for whoever waits for it.
      if (page[index]!.locked_by === this.me + 1) {
        this.fault(`faults in the user buffer while it holds the lock of page ${index}`);
      }
    }
    const error = this.fails(FAULT_IN) ? EFAULT : 0;
    if (this.tracing) this.say(`fault_in_readable() = ${errorName(error)}`);
    return error;
  }

  /**
   * The first half of __block_write_begin(): every block of [pos, end) gets a place in the extent
   * map. On an error the blocks instantiated so far are zeroed (page_zero_new_buffers()). A mutant
   * takes blocks that are mapped for holes.
   */
  get_block(pos: number, end: number, mappedIsHole = false): number {
    this.command();
    this.mustHoldAll(pos, end);
    const first = this.blockOf(pos);
    const last = this.blockOf(end - 1);
    let holes = 0;
    for (let fb = first; fb <= last; fb++) if (mappedIsHole || this.#isHole(fb)) holes++;
    let failing = holes > 0 ? this.fails(WRITE_BEGIN_ENOSPC, holes) : 0;
    let error = 0;
    for (let fb = first; fb <= last && error === 0; fb++) {
      if (!mappedIsHole && !this.#isHole(fb)) continue;
      if (--failing === 0 || !this.#instantiate(fb)) error = ENOSPC;
      else this.block(fb).fresh = 1;
    }
    if (error) this.#zeroNew(pos, pos, end);
    if (this.tracing) this.say(`get_block(${pos}..${end}) = ${errorName(error)}`);
    return error;
  }

  #isHole(fb: number): boolean {
    return this.s.extent[fb]!.type === HOLE;
  }

  #instantiate(fb: number): boolean {
    if (this.fs.allocates === 'write_begin') return this.allocateBlock(fb, false, MAPPED);
    if (!this.reserve(1)) return false;
    this.s.extent[fb]!.type = DELALLOC;
    return true;
  }

  /**
   * The second half of write_begin: the parts of its blocks that the copy will not cover are zeroed
   * where the block is new, a hole or unwritten, and else read from disk. Blocks that will be
   * overwritten whole are left as they are.
   */
  prepare_page(pos: number, end: number): number {
    this.command();
    this.mustHoldAll(pos, end);
    let error = 0;
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) {
      const block = this.block(fb);
      const from = fb * this.block_size;
      if (block.uptodate || (pos <= from && end >= from + this.block_size)) continue;
      if (block.fresh || this.#readsAsZero(fb)) {
        for (let i = 0; i < this.block_size; i++) {
          if (from + i < pos || from + i >= end) this.putCell(from + i, ZERO);
        }
      } else if (error === 0) error = this.#readBlock(fb);
    }
    if (error) this.#zeroNew(pos, pos, end);
    else this.call.begins_open = Math.min(this.call.begins_open + 1, this.geometry.pages);
    if (this.tracing) this.say(`write_begin(${pos}..${end}) = ${errorName(error)}`);
    return error;
  }

  /** Does write_begin hold this block to be empty on disk? With an iomap, it is the iomap that says. */
  #readsAsZero(fb: number): boolean {
    if (this.fs.allocates === 'iomap') return this.call.iomap_type !== MAPPED;
    return this.s.extent[fb]!.type !== MAPPED;
  }

  #readBlock(fb: number): number {
    if (this.fails(READ_EIO)) return EIO;
    this.fillBlock(fb);
    return 0;
  }

  /** iov_iter_copy_from_user_atomic(): page faults are off, so it may stop anywhere, also at once. */
  copy_from_user_atomic(pos: number, end: number): number {
    this.command();
    this.mustHoldAll(pos, end);
    const short = this.fails(COPY_SHORT, end - pos);
    const copied = short > 0 ? short - 1 : end - pos;
    this.putCells(pos, copied);
    if (this.tracing) this.say(`copy_from_user_atomic(${pos}..${end}) = ${copied}`);
    return copied;
  }

  /** Bytes of this task's write go into locked pages, from `pos` on. */
  protected putCells(pos: number, count: number): void {
    for (let cell = pos; cell < pos + count; cell++) this.putCell(cell, WRITE + this.me);
  }

  /**
   * block_write_end() and generic_write_end(): takes in the `copied` of [pos, end), or nothing where
   * that would leave a page that is not uptodate partly filled; zeroes what else is new; raises
   * i_size; unlocks the page. Returns what was accepted.
   */
  write_end(pos: number, end: number, copied: number, fsdata: number): number {
    this.command();
    const { call } = this;
    const index = this.page_index(pos);
    this.mustHoldAll(pos, end);
    this.mustHoldInode();
    const accepted = copied < end - pos && !this.isUptodate(index) ? 0 : copied;
    if (copied < end - pos) this.#zeroNew(pos, pos + accepted, end);
    this.#commit(pos, pos + accepted);
    const { block } = this.s.page[index]!;
    for (let b = 0; b < block.length; b++) block[b]!.fresh = 0;
    if (call.begins_open === 0 || fsdata !== FSDATA) call.mispaired = 1;
    if (call.begins_open > 0) call.begins_open--;
    this.unlock(index);
    if (this.tracing) this.say(`write_end(${pos}..${end}, copied ${copied}) = ${accepted}`);
    return accepted;
  }

  /** __block_commit_write(), i_size: [pos, end) is uptodate and dirty, and the file reaches its end. */
  #commit(pos: number, end: number): void {
    if (end === pos) return;
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) this.block(fb).uptodate = 1;
    this.dirtyBlocks(pos, end);
    this.raiseSize(end);
  }

  /**
   * page_zero_new_buffers(): what write_begin instantiated for [pos, end) and the copy did not reach,
   * from `from` on, is zeroed and dirtied, lest what the block held before be seen.
   */
  #zeroNew(pos: number, from: number, end: number): void {
    const pageUptodate = this.isUptodate(this.page_index(pos));
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) {
      const block = this.block(fb);
      const start = fb * this.block_size;
      if (!block.fresh || start + this.block_size <= from) continue;
      if (!pageUptodate) {
        for (let i = 0; i < this.block_size; i++) {
          const kept = start + i >= pos && start + i < from;
          if (!kept) this.putCell(start + i, ZERO);
        }
      }
      block.uptodate = 1;
      block.dirty = 1;
      block.fresh = 0;
    }
  }

  /**
   * truncate_inode_pages() from i_size on, after a write that failed beyond it: takes one page out of
   * the cache, or the part of it that is beyond, under its lock. False when none is left.
   */
  truncate_failed_page(): boolean {
    this.command();
    this.mustHoldInode();
    const { page } = this.s;
    for (let index = this.page_index(this.s.i_size); index < page.length; index++) {
      if (!this.#beyondEof(index)) continue;
      const { locked_by, writeback } = page[index]!;
      if (locked_by !== 0) this.waitFor(locked_by, `PG_locked of page ${index}`);
      else if (writeback) {
        this.wait(this.cleaners);
        if (this.tracing) this.sayWait(`writeback of page ${index}`);
      } else this.#truncatePage(index);
      if (this.tracing) this.say(`truncate_inode_pages: page ${index}`);
      return true;
    }
    if (this.tracing) this.say('truncate_inode_pages: done');
    return false;
  }

  /** Is there anything of this page beyond i_size that has to go? */
  #beyondEof(index: number): boolean {
    const { s } = this;
    const page = s.page[index]!;
    if (index * this.page_size >= s.i_size) return page.present === 1;
    for (let b = this.#firstBeyond(index); b < page.block.length; b++) {
      if (page.block[b]!.dirty || page.block[b]!.fresh) return true;
    }
    return false;
  }

  /** The first block of the page that lies wholly beyond i_size. */
  #firstBeyond(index: number): number {
    const fb = this.blockOf(this.s.i_size + this.block_size - 1);
    return Math.max(0, fb - index * this.geometry.page_blocks);
  }

  #truncatePage(index: number): void {
    if (index * this.page_size >= this.s.i_size) return this.dropPage(index);
    const { block } = this.s.page[index]!;
    for (let b = this.#firstBeyond(index); b < block.length; b++) {
      block[b]!.dirty = block[b]!.fresh = 0;
      block[b]!.cells = allCells(ZERO, this.block_size);
    }
  }

  /** The blocks that a failed write instantiated beyond i_size go back. Lock: i_data_sem, or ILOCK. */
  truncate_failed_blocks(): void {
    this.command();
    this.mustHoldInode();
    const { s } = this;
    const first = this.blockOf(s.i_size + this.block_size - 1);
    for (let fb = first; fb < s.extent.length; fb++) this.unmapBlock(fb);
    if (this.tracing) this.say(`truncate_blocks(${s.i_size}..)`);
  }
}
