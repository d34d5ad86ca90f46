/** Writeback, the completion of its I/O, the journal, and the neighbour on the same disk. */
import { site } from './faults.ts';
import { WriteBegin } from './write-begin.ts';
import { BUSY, DELALLOC, FREE, HOLE, MAPPED, NEIGHBOUR, UNWRITTEN } from './state.ts';

const WRITE_EIO = site('write-eio');

export class Disk extends WriteBegin {
  /**
   * write_cache_pages(): lock_page() of a dirty page below EOF that is not under writeback. A page
   * that ->writepage would only redirty is looked at and left in one hold of its lock: no step.
   */
  lock_dirty_page(): number {
    this.command();
    const index = this.pickPage(this.#wantsWriteback);
    if (index < 0 || !this.lock(index)) return 0;
    if (this.tracing) this.say(`lock_page(${index})`);
    return index;
  }

  readonly #wantsWriteback = (index: number): boolean => {
    const page = this.s.page[index]!;
    if (page.writeback || index * this.page_size >= this.s.i_size) return false;
    for (let b = 0; b < page.block.length; b++) {
      if (page.block[b]!.dirty && !this.#onlyRedirtied(index * page.block.length + b)) return true;
    }
    return false;
  };

  #onlyRedirtied(fb: number): boolean {
    return this.fs.hole_in_writeback === 'redirties' && this.s.extent[fb]!.type === HOLE;
  }

  /**
   * clear_page_dirty_for_io(), ->writepage(): gives every dirty block below EOF a place on disk where
   * it has none, sets PG_writeback, submits the I/O, unlocks. Lock: PG_locked, and what guards the
   * extent map within.
   */
  writepage(index: number): void {
    this.command();
    this.mustHold(index);
    const { s } = this;
    if (this.mapIsLocked()) return;
    const page = s.page[index]!;
    let submitted = 0;
    for (let b = 0; b < page.block.length; b++) {
      const fb = index * page.block.length + b;
      const block = page.block[b]!;
      if (!block.dirty || this.#onlyRedirtied(fb)) continue;
      block.dirty = 0;
      if (fb * this.block_size >= s.i_size || !this.#mapForWriteback(fb)) continue;
      block.io = s.extent[fb]!.blkno;
      submitted++;
    }
    if (submitted > 0) page.writeback = 1;
    this.unlock(index);
    if (this.tracing)
      this.say(`writepage(${index}): ${submitted} of ${page.block.length} blocks submitted`);
  }

  /** True where the block has a place on disk to be written to. */
  #mapForWriteback(fb: number): boolean {
    const { type } = this.s.extent[fb]!;
    if (type === MAPPED || type === UNWRITTEN) return true;
    if (type === HOLE && this.fs.hole_in_writeback === 'skips') return false;
    if (this.allocateBlock(fb, type === DELALLOC, this.newBlock)) return true;
    this.mappingSetError(fb);
    return false;
  }

  /** 1 where the bio that this row has ended failed. */
  bio_error = 0;

  /** The bio of a page under writeback has ended: data is on the media, or -EIO. Returns the page. */
  bio_endio(): number {
    this.command();
    const { s } = this;
    const index = this.pickPage(this.#underWriteback);
    if (index < 0) return 0;
    const failed = (this.bio_error = this.fails(WRITE_EIO));
    const { block } = s.page[index]!;
    for (let b = 0; b < block.length; b++) {
      if (block[b]!.io === 0) continue;
      if (failed) this.mappingSetError(index * block.length + b);
      else s.disk[block[b]!.io - 1]!.cells = block[b]!.cells;
    }
    if (this.tracing) this.say(`bio_endio: page ${index}${failed ? ' = -EIO' : ''}`);
    return index;
  }

  readonly #underWriteback = (index: number): boolean => {
    return this.s.page[index]!.writeback === 1;
  };

  /** Is there anything to convert or to log when this page's I/O has succeeded? */
  needs_conversion(index: number): boolean {
    const { s } = this;
    if (this.fs.journalled) return false;
    const { block } = s.page[index]!;
    if (Math.min(s.i_size, (index + 1) * this.page_size) > s.i_disksize) return true;
    for (let b = 0; b < block.length; b++) {
      if (block[b]!.io !== 0 && s.extent[index * block.length + b]!.type === UNWRITTEN) return true;
    }
    return false;
  }

  /** xfs_iomap_write_unwritten() and xfs_setfilesize(), after the I/O. Lock: ILOCK, a transaction. */
  convert_unwritten(index: number): void {
    this.command();
    if (this.mapIsLocked()) return;
    const { s } = this;
    const { block } = s.page[index]!;
    for (let b = 0; b < block.length; b++) {
      const extent = s.extent[index * block.length + b]!;
      if (block[b]!.io !== 0 && extent.type === UNWRITTEN) extent.type = MAPPED;
    }
    const size = Math.min(s.i_size, (index + 1) * this.page_size);
    if (size > s.i_disksize) s.i_disksize = size;
    if (this.tracing) this.say(`convert_unwritten(page ${index})`);
  }

  end_page_writeback(index: number): void {
    this.command();
    const page = this.s.page[index]!;
    page.writeback = 0;
    for (let b = 0; b < page.block.length; b++) page.block[b]!.io = 0;
    if (this.tracing) this.say(`end_page_writeback(${index})`);
  }

  /**
   * The journal commits: all metadata as it is now is what a crash will leave. Waits for open handles,
   * and with ordered data for the data of every block that it maps for the first time.
   */
  journal_commit(ordered = this.fs.ordered): void {
    this.command();
    const { s } = this;
    if (!this.#anythingToCommit()) return this.idle();
    const handles = this.handleOwners();
    if (handles !== 0) {
      this.wait(handles);
      if (this.tracing) this.sayWait('journal handles to be closed');
      return;
    }
    if (ordered && this.#dataUnwritten()) {
      this.wait(this.cleaners);
      if (this.tracing) this.sayWait('ordered data to be written');
      return;
    }
    s.log.i_size = s.i_disksize;
    for (let fb = 0; fb < s.extent.length; fb++) {
      const { type, blkno } = s.extent[fb]!;
      s.log.extent[fb]!.type = type === DELALLOC ? HOLE : type;
      s.log.extent[fb]!.blkno = blkno;
    }
    this.releaseBusy();
    if (this.tracing) this.say('jbd2_journal_commit_transaction()');
  }

  #anythingToCommit(): boolean {
    const { s } = this;
    if (s.log.i_size !== s.i_disksize) return true;
    for (let fb = 0; fb < s.extent.length; fb++) {
      const { type, blkno } = s.extent[fb]!;
      const logged = s.log.extent[fb]!;
      if (logged.type !== (type === DELALLOC ? HOLE : type) || logged.blkno !== blkno) return true;
    }
    for (let b = 0; b < s.disk.length; b++) if (s.disk[b]!.owner === BUSY) return true;
    return false;
  }

  #dataUnwritten(): boolean {
    const { s } = this;
    for (let fb = 0; fb < s.extent.length; fb++) {
      if (s.extent[fb]!.blkno === s.log.extent[fb]!.blkno) continue;
      const block = this.block(fb);
      if ((block.dirty || block.io !== 0) && fb * this.block_size < s.i_size) return true;
    }
    return false;
  }

  /** Another file takes a block, if one is free. */
  neighbour_takes(): void {
    this.command();
    const { s } = this;
    if (s.free === 0) return this.idle();
    for (let b = 0; b < s.disk.length; b++) {
      if (s.disk[b]!.owner !== FREE) continue;
      s.disk[b]!.owner = NEIGHBOUR;
      s.free--;
      if (this.tracing) this.say(`another file takes block ${b}`);
      return;
    }
    this.idle();
  }

  /** Another file gives its block back, with what is in it. */
  neighbour_gives(): void {
    this.command();
    const { s } = this;
    let b = 0;
    while (b < s.disk.length && s.disk[b]!.owner !== NEIGHBOUR) b++;
    if (b === s.disk.length) return this.idle();
    this.freeBlock(b);
    if (this.tracing) this.say(`another file frees block ${b}`);
  }
}
