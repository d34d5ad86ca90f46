/** Writeback, the completion of its I/O, and the throttling of those who dirty pages. */
import { extentBlock, mapIsLocked } from './extents.ts';
import { MAPS, NO_SPACE } from './filesystem.ts';
import type { Iomap } from './iomap.ts';
import { isDirty, lockPage, mustHold, pageOf, unlockPage } from './page-cache.ts';
import { range, untold } from '../machine/struct.ts';
import { choice, declare, fault, task } from './subsystem.ts';
import type { Ctx, Face } from './subsystem.ts';

const WRITEBACK = declare({
  name: 'writeback',
  /** errseq_t: mask of the openers who have not been told of the last error. */
  inode: (z) => ({ wb_err: untold(range(z.syncs ? 2 ** z.threads - 1 : 0)) }),
  sites: {
    write_eio: fault('writing a page to disk fails', '-EIO'),
    throttled: choice('when a throttled writer is let go', 'after-a-pause', 'once-pages-are-clean'),
  },
});
export type Writeback = Ctx<typeof WRITEBACK> & Iomap;
type K = Writeback;

const firstBlock = (k: K, index: number): number => index * k.geometry.page_blocks;

/** Is there anything dirty below EOF that ->writepage would not only redirty? */
export function isToBeWritten(k: K, index: number): boolean {
  const page = pageOf(k, index);
  if (index * k.page_size >= k.s.inode[k.file]!.i_size) return false;
  for (let b = 0; b < page.block.length; b++) {
    if (page.block[b]!.dirty && !k.fs.redirties(k, firstBlock(k, index) + b)) return true;
  }
  return false;
}

const wantsWriteback = (k: K, index: number): boolean =>
  !pageOf(k, index).writeback && isToBeWritten(k, index);

const underWriteback = (k: K, index: number): boolean => pageOf(k, index).writeback === 1;

/** mapping_set_error(): fsync will tell. */
function mappingSetError(k: K, fb: number): void {
  k.ledger.reports(k.extentNumber(fb));
  k.s.inode[k.file]!.wb_err = k.openers;
}

const commands = {
  /**
   * write_cache_pages(): lock_page() of a dirty page below EOF that is not under writeback. A page
   * that ->writepage would only redirty is never picked.
   */
  lock_dirty_page(this: K): number {
    this.command();
    const number = this.pickPage(wantsWriteback);
    if (number < 0) return 0;
    const index = this.turnTo(number);
    if (lockPage(this, index) && this.tracing) this.say(`lock_page(${index})`);
    return number;
  },

  /**
   * clear_page_dirty_for_io(), ->writepage(): gives every dirty block below EOF a place on disk
   * where it has none, sets PG_writeback, submits the I/O, unlocks. Lock: PG_locked, and what
   * guards the extent map within.
   */
  writepage(this: K, number: number): void {
    this.command();
    const index = this.turnTo(number);
    mustHold(this, index);
    if (mapIsLocked(this)) return;
    const page = pageOf(this, index);
    const { i_size } = this.s.inode[this.file]!;
    let submitted = 0;
    for (let b = 0; b < page.block.length; b++) {
      const fb = firstBlock(this, index) + b;
      const block = page.block[b]!;
      if (!block.dirty || this.fs.redirties(this, fb)) continue;
      block.dirty = 0;
      if (fb * this.block_size >= i_size) continue;
      const result = this.fs.map_for_writeback(this, fb);
      if (result === NO_SPACE) mappingSetError(this, fb);
      if (result !== MAPS) continue;
      block.io = extentBlock(this, fb) + 1;
      submitted++;
    }
    if (submitted > 0) page.writeback = 1;
    unlockPage(this, index);
    if (this.tracing) {
      this.say(`writepage(${index}): ${submitted} of ${page.block.length} blocks submitted`);
    }
  },

  /**
   * The bio of a page under writeback has ended: data is on the media, or -EIO. Returns 1 + the
   * page, below zero where the I/O failed.
   */
  bio_endio(this: K): number {
    this.command();
    const number = this.pickPage(underWriteback);
    if (number < 0) return 0;
    const index = this.turnTo(number);
    const failed = this.fails(this.site.write_eio) > 0;
    const { block } = pageOf(this, index);
    for (let b = 0; b < block.length; b++) {
      if (block[b]!.io === 0) continue;
      if (!failed) this.s.disk[block[b]!.io - 1]!.cells = block[b]!.cells;
      // What is dirty again is newer than what was lost, and will be written.
      else if (!block[b]!.dirty) mappingSetError(this, firstBlock(this, index) + b);
    }
    if (this.tracing) this.say(`bio_endio: page ${index}${failed ? ' = -EIO' : ''}`);
    return failed ? -1 - number : 1 + number;
  },

  /**
   * xfs_iomap_write_unwritten() and xfs_setfilesize(), after the I/O. Lock: ILOCK, a transaction.
   */
  convert_unwritten(this: K, number: number): void {
    this.command();
    const index = this.turnTo(number);
    if (mapIsLocked(this)) return;
    this.fs.end_io?.(this, index);
    if (this.tracing) this.say(`convert_unwritten(page ${index})`);
  },

  end_page_writeback(this: K, number: number): void {
    this.command();
    const index = this.turnTo(number);
    const page = pageOf(this, index);
    page.writeback = 0;
    for (let b = 0; b < page.block.length; b++) page.block[b]!.io = 0;
    if (this.tracing) this.say(`end_page_writeback(${index})`);
  },

  /**
   * balance_dirty_pages_ratelimited(): above the limit the writer sleeps. After a pause it is let
   * go, as since 3.2; or it looks again, until writeback has cleaned pages, as before. So it is
   * never stuck, and where its pages cannot be cleaned it looks again for ever. Where writeback or
   * the completion of I/O is not at work at all it does not.
   */
  balance_dirty_pages(this: K): void {
    this.command();
    const { files, pages } = this.geometry;
    const { file } = this;
    let dirty = 0;
    for (let number = 0; number < files * pages; number++) {
      const index = this.turnTo(number);
      if (isDirty(this, index) || pageOf(this, index).writeback) dirty++;
    }
    this.file = file;
    const throttled = dirty > this.geometry.dirty_limit;
    const looks_again = throttled && this.cleans && this.choose(this.site.throttled, 2) === 1;
    if (looks_again) this.again();
    else if (throttled) this.ledger.throttles(this.current);
    if (this.tracing) {
      const how = looks_again ? `${dirty} dirty, pauses and looks again` : 'throttled';
      this.say(`balance_dirty_pages_ratelimited()${throttled ? `: ${how}` : ''}`);
    }
  },
};

const looks = {
  /** Is there anything to convert or to log when this page's I/O has succeeded? */
  needs_conversion(this: K, number: number): boolean {
    return this.fs.needs_end_io?.(this, this.turnTo(number)) ?? false;
  },
};

type Rows = Face<{ commands: typeof commands; looks: typeof looks }>;

export const writeback = {
  ...WRITEBACK,
  commands,
  looks,
  tasks: {
    writeback: task<Rows>()(
      'writes dirty pages',
      { page: 'page' },
      {
        // write_cache_pages(): lock_page().
        lock(k, f) {
          f.page = k.lock_dirty_page();
          return 'writepage';
        },
        // clear_page_dirty_for_io(), ->writepage(), unlock_page().
        writepage(k, f) {
          k.writepage(f.page);
          f.page = 0;
          return 'lock';
        },
      },
    ),
    ioend: task<Rows>()(
      'completes the I/O of writeback',
      { page: 'page' },
      {
        // bio_endio(), in interrupt.
        bio(k, f) {
          const ended = k.bio_endio();
          f.page = Math.max(0, Math.abs(ended) - 1);
          return ended > 0 && k.needs_conversion(f.page) ? 'convert' : 'end';
        },
        // xfs_end_io(): a transaction, from a workqueue.
        convert(k, f) {
          k.convert_unwritten(f.page);
          return 'end';
        },
        // end_page_writeback().
        end(k, f) {
          k.end_page_writeback(f.page);
          f.page = 0;
          return 'bio';
        },
      },
      { absent: (fs) => (fs.end_io === undefined ? ['convert'] : []) },
    ),
  },
};
