/**
 * Writeback in its steps, the completion of its I/O, and the throttling of those who dirty pages.
 *
 * A page is locked and write-protected; i_size is sampled; each dirty block is given its place; the
 * page goes under writeback and is unlocked; a bio of one or of several pages is submitted. When
 * the I/O has ended, unwritten blocks are converted, the size on disk is raised, and writeback of
 * the page ends.
 */
import { UNWRITTEN, convertExtent, extentType, mapIsShared, settleTree } from './extents.ts';
import {
  DIRTY_PAGES,
  ENDED,
  GATHERED,
  SUBMITTED,
  handleEof,
  isDirty,
  lockPage,
  mustHold,
  pageOf,
  tracksBlocks,
  unlockPage,
} from './page-cache.ts';
import { allocatesToMap } from './reclaim.ts';
import type { Reclaim } from './reclaim.ts';
import { range, untold } from '../machine/struct.ts';
import { choice, declare, fault, task } from './subsystem.ts';
import type { Ctx, Face } from './subsystem.ts';
import { firstBlock, isToBeWritten, mapBlock, mappingSetError, takeIntoBio } from './writepage.ts';

const WRITEBACK = declare({
  name: 'writeback',
  /** 1 + the first page of the bio that the page is in, where a bio may have several. */
  page: ({ geometry: g }) => ({ bio: untold(range(g.bio_pages > 1 ? g.files * g.pages : 0)) }),
  sites: {
    write_eio: fault('writing a bio to disk fails', '-EIO'),
    convert_eio: fault('converting unwritten blocks after the I/O fails', '-EIO'),
    set_size_eio: fault('logging the size on disk after the I/O fails', '-EIO'),
    throttled: choice('when a throttled writer is let go', 'after-a-pause', 'once-pages-are-clean'),
  },
});
export type Writeback = Ctx<typeof WRITEBACK> & Reclaim;
type K = Writeback;

const wantsWriteback = (k: K, index: number): boolean =>
  !pageOf(k, index).writeback && isToBeWritten(k, index);

const underIo = (k: K, index: number): boolean => pageOf(k, index).writeback >= SUBMITTED;

/** lock_page() and clear_page_dirty_for_io() of a page that is to be written. */
export function lockForIo(k: K, index: number): boolean {
  if (!lockPage(k, index)) return false;
  pageOf(k, index).writable = 0;
  tracksBlocks(k, index);
  const last = k.folioLast(index);
  for (let i = k.folioFirst(index); i <= last; i++) pageOf(k, i).dirty_alone = 0;
  if (k.tracing) k.say(`lock_page(${index}), clear_page_dirty_for_io()`);
  return true;
}

// An I/O that has ended, as a number: 0 none; else 1 + the page, and a mask of its blocks that are
// on disk now.
const ioEnd = (k: K, number: number, blocks: number): number =>
  1 + number * 2 ** k.geometry.page_blocks + blocks;
const pageOfIo = (k: K, io: number): number => Math.floor((io - 1) / 2 ** k.geometry.page_blocks);
const isInIo = (k: K, io: number, b: number): boolean =>
  io > 0 && (((io - 1) >>> b) & 1) === 1 && b < k.geometry.page_blocks;

/** The file up to the end of what is on disk of this page now; i_size may lie before it. */
function sizeAfter(k: K, io: number): number {
  if (io === 0) return 0;
  const index = k.turnTo(pageOfIo(k, io));
  let end = 0;
  for (let b = 0; b < k.geometry.page_blocks; b++) {
    if (isInIo(k, io, b)) end = (firstBlock(k, index) + b + 1) * k.block_size;
  }
  return Math.min(k.s.inode[k.file]!.i_size, end);
}

/** An error after the I/O. */
function ioFailed(k: K, io: number): void {
  const index = k.turnTo(pageOfIo(k, io));
  const { block } = pageOf(k, index);
  for (let b = 0; b < block.length; b++) {
    if (isInIo(k, io, b)) mappingSetError(k, firstBlock(k, index) + b);
  }
}

/** The bio of page `number` ends: data is on the media, or not. Returns the mask of its blocks. */
function endBio(k: K, number: number, failed: boolean): number {
  const index = k.turnTo(number);
  const { block } = pageOf(k, index);
  let blocks = 0;
  for (let b = 0; b < block.length; b++) {
    if (block[b]!.io === 0) continue;
    if (!failed) {
      k.s.disk[block[b]!.io - 1]!.cells = block[b]!.cells;
      blocks |= 1 << b;
    } else mappingSetError(k, firstBlock(k, index) + b);
  }
  return blocks;
}

/** All pages of one bio. */
const sameBio = (k: K, number: number, other: number): boolean =>
  number === other || (k.s.page[number]!.bio > 0 && k.s.page[number]!.bio === k.s.page[other]!.bio);

/** The page that follows; at the end of the file, where writeback wraps around, the first dirty. */
function nextPage(k: K, index: number): number {
  if (index + 1 < k.geometry.pages || !k.geometry.range_cyclic) return index + 1;
  let first = 0;
  while (first < index && !wantsWriteback(k, first)) first++;
  return first;
}

const commands = {
  /**
   * write_cache_pages(): lock_page() of a dirty page below EOF that is not under writeback, and
   * clear_page_dirty_for_io(): stores fault from now on. A page that ->writepage would only redirty
   * is never picked.
   */
  lock_dirty_page(this: K): number {
    this.command();
    const number = this.pickPage(wantsWriteback);
    if (number < 0) return 0;
    if (this.fs.caches_mapping) forgetMappings(this, this.turnTo(number));
    lockForIo(this, this.turnTo(number));
    return number;
  },

  /**
   * The same for the page that follows `number`, where it can go into the same bio; at the end of
   * the file writeback may wrap around. Returns 1 + its number. 0: there is none.
   */
  lock_next_dirty_page(this: K, number: number): number {
    this.command();
    const next = nextPage(this, this.turnTo(number));
    const { pages, bio_pages } = this.geometry;
    let gathered = 0;
    for (let i = 0; i < this.s.page.length; i++) if (sameBio(this, number, i)) gathered++;
    const joins = next < pages && gathered < bio_pages && wantsWriteback(this, next);
    if (!joins) {
      if (this.tracing) this.say('no page that follows goes into the bio');
      return 0;
    }
    lockForIo(this, next);
    return 1 + this.pageNumber(next);
  },

  /**
   * iomap_writepage_handle_eof(): samples i_size, after the page was write-protected. What lies
   * beyond it in the page is zeroed. Returns where there is nothing more to write. Lock: PG_locked.
   */
  handle_eof(this: K, number: number): number {
    this.command();
    const index = this.turnTo(number);
    mustHold(this, index);
    const end = handleEof(this, index);
    if (this.tracing) this.say(`i_size_read(): page ${index} ends at ${end}`);
    return end;
  },

  /**
   * The next dirty block of the page gets a place on disk, where it has none; with an error its
   * data is given up. It allocates memory, under GFP_NOFS. True while there is another one. Lock:
   * PG_locked; what guards the extent map within.
   */
  map_block(this: K, number: number, end: number): boolean {
    this.command();
    const index = this.turnTo(number);
    mustHold(this, index);
    if (allocatesToMap(this)) return true;
    const { block } = pageOf(this, index);
    let mapped = -1;
    let more = false;
    let what = 'beyond EOF';
    for (let b = 0; b < block.length; b++) {
      const fb = firstBlock(this, index) + b;
      if (!block[b]!.dirty || block[b]!.io !== 0) continue;
      if (this.fs.redirties(this, fb)) continue;
      if (mapped >= 0) more = true;
      else {
        mapped = b;
        if (fb * this.block_size >= end) block[b]!.dirty = 0;
        else what = mapBlock(this, index, b, true);
      }
    }
    if (this.tracing) {
      this.say(mapped < 0 ? 'no dirty block' : `map block ${mapped} of page ${index}: ${what}`);
    }
    return more;
  },

  /**
   * set_page_writeback(), unlock_page(): the blocks that have a place are in a bio now. `bio` is 1
   * + a page of the bio that they go into; 0: it is theirs, and goes to the disk at once. False:
   * there was nothing to write. Lock: PG_locked.
   */
  start_writeback(this: K, number: number, bio = 0): boolean {
    this.command();
    const index = this.turnTo(number);
    mustHold(this, index);
    const page = pageOf(this, index);
    const blocks = takeIntoBio(this, index);
    if (blocks > 0) {
      page.writeback = this.geometry.bio_pages > 1 ? GATHERED : SUBMITTED;
      if (this.geometry.bio_pages > 1) {
        page.gathered_by = this.me + 1;
        this.s.page[number]!.bio = bio > 0 ? this.s.page[bio - 1]!.bio : number + 1;
      }
    }
    unlockPage(this, index);
    if (this.tracing) {
      const of = `${blocks} of ${page.block.length} blocks`;
      const how = this.geometry.bio_pages > 1 ? 'in the bio' : 'submitted';
      this.say(`set_page_writeback(${index}): ${of} ${how}; unlock_page()`);
    }
    return blocks > 0;
  },

  /** submit_bio() of the bio that page `number` is in. */
  submit_bio(this: K, number: number): void {
    this.command();
    const { page } = this.s;
    let pages = 0;
    for (let i = 0; i < page.length; i++) {
      if (!sameBio(this, number, i) || page[i]!.writeback !== GATHERED) continue;
      page[i]!.writeback = SUBMITTED;
      page[i]!.gathered_by = 0;
      pages++;
    }
    if (this.tracing) this.say(`submit_bio(): ${pages} pages`);
  },

  /**
   * A bio has ended: the data of all its pages is on the media, or -EIO for all. Returns the I/O of
   * one page, whose completion follows.
   */
  bio_endio(this: K): number {
    this.command();
    const number = this.pickPage(underIo);
    if (number < 0) return 0;
    const { page } = this.s;
    let said = '';
    if (page[number]!.writeback === SUBMITTED) {
      const failed = this.fails(this.site.write_eio) > 0;
      for (let i = 0; i < page.length; i++) {
        if (!sameBio(this, number, i)) continue;
        page[i]!.writeback = ENDED;
        const blocks = endBio(this, i, failed);
        if (blocks === 0) forgetIo(this, i);
      }
      said = failed ? ' = -EIO' : '';
    }
    const io = ioEnd(this, number, takeIo(this, number));
    if (this.tracing) this.say(`bio_endio: page ${this.turnTo(number)}${said}`);
    return io;
  },

  /** xfs_iomap_write_unwritten(), after the I/O. Lock: ILOCK, a transaction. False: -EIO. */
  convert_unwritten(this: K, io: number): boolean {
    this.command();
    const index = this.turnTo(pageOfIo(this, io));
    if (mapIsShared(this)) return true;
    const failed = this.fails(this.site.convert_eio) > 0;
    if (failed) ioFailed(this, io);
    const blocks = failed ? 0 : this.geometry.page_blocks;
    for (let b = 0; b < blocks; b++) {
      if (isInIo(this, io, b)) convertExtent(this, firstBlock(this, index) + b);
    }
    settleTree(this);
    if (this.tracing) this.say(`convert_unwritten(page ${index})${failed ? ' = -EIO' : ''}`);
    return !failed;
  },

  /** xfs_setfilesize(), after the I/O. Lock: ILOCK, a transaction. */
  set_disk_size(this: K, io: number): void {
    this.command();
    const size = sizeAfter(this, io);
    if (mapIsShared(this)) return;
    const inode = this.s.inode[this.file]!;
    const failed = this.fails(this.site.set_size_eio) > 0;
    if (failed) ioFailed(this, io);
    else if (size > inode.i_disksize) inode.i_disksize = size;
    if (this.tracing) this.say(`setfilesize(${size})${failed ? ' = -EIO' : ''}`);
  },

  end_page_writeback(this: K, io: number): void {
    this.command();
    const number = pageOfIo(this, io);
    const index = this.turnTo(number);
    this.s.page[number]!.writeback = 0;
    this.s.page[number]!.bio = 0;
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
    if (looks_again) this.again(DIRTY_PAGES);
    else if (throttled) this.ledger.throttles(this.current);
    if (this.tracing) {
      const how = looks_again ? `${dirty} dirty, pauses and looks again` : 'throttled';
      this.say(`balance_dirty_pages_ratelimited()${throttled ? `: ${how}` : ''}`);
    }
  },
};

/** writepages() begins anew, where it begins with the first page. */
function forgetMappings(k: K, index: number): void {
  if (index > 0) return;
  for (let i = 0; i < k.s.extent.length; i++) k.s.extent[i]!.cached_map = 0;
}

/** The blocks of a page whose I/O has ended, as a mask; they are in no I/O from now on. */
function takeIo(k: K, number: number): number {
  const { block } = pageOf(k, k.turnTo(number));
  let blocks = 0;
  for (let b = 0; b < block.length; b++) {
    if (block[b]!.io !== 0) blocks |= 1 << b;
    block[b]!.io = 0;
  }
  return blocks;
}

const forgetIo = (k: K, number: number): void => void takeIo(k, number);

const looks = {
  /** Is there anything to convert of what is on disk now? */
  needs_conversion(this: K, io: number): boolean {
    if (io === 0 || !this.fs.end_io.includes('convert')) return false;
    const index = this.turnTo(pageOfIo(this, io));
    for (let b = 0; b < this.geometry.page_blocks; b++) {
      const fb = firstBlock(this, index) + b;
      if (isInIo(this, io, b) && extentType(this, fb) === UNWRITTEN) return true;
    }
    return false;
  },
  /** Does the size on disk follow this I/O? */
  needs_size(this: K, io: number): boolean {
    const size = sizeAfter(this, io);
    return size > this.s.inode[this.file]!.i_disksize && this.fs.end_io.includes('set_size');
  },
  /** May a bio have several pages? */
  gathers(this: K): boolean {
    return this.geometry.bio_pages > 1;
  },
};

type Rows = Face<{ commands: typeof commands; looks: typeof looks }>;

interface PageFrame {
  page: number;
  size: number;
}

/** ->writepage() of the page that is locked, up to where it goes under writeback. */
export function writepage<F extends PageFrame, Exit extends string>(
  written: (k: Rows, f: F) => Exit,
) {
  type Label = 'eof' | 'map' | Exit;
  return {
    // iomap_writepage_handle_eof(). PG_locked.
    eof(k: Rows, f: F): Label {
      f.size = k.handle_eof(f.page);
      return 'map';
    },
    // ->map_blocks() of each dirty block. PG_locked; ILOCK within.
    map(k: Rows, f: F): Label {
      if (k.map_block(f.page, f.size)) return 'map';
      f.size = 0;
      return written(k, f);
    },
  };
}

export const writeback = {
  ...WRITEBACK,
  commands,
  looks,
  tasks: {
    writeback: task<Rows>()(
      'writes dirty pages',
      { page: 'page', size: 'cells', bio: 'page' },
      {
        // write_cache_pages(): lock_page(), clear_page_dirty_for_io().
        lock(k, f) {
          f.page = k.lock_dirty_page();
          return 'eof';
        },
        ...writepage<PageFrame & { bio: number }, 'start'>(() => 'start'),
        // set_page_writeback(), unlock_page(); a bio of one page is submitted at once.
        start(k, f) {
          const started = k.start_writeback(f.page, f.bio);
          if (started && k.gathers()) {
            f.bio = f.page + 1;
            f.page = 0;
            return 'next';
          }
          f.page = 0;
          return f.bio > 0 ? 'submit' : 'lock';
        },
        // The page that follows goes into the same bio, where there is one. The bio waits for it.
        next(k, f) {
          const next = k.lock_next_dirty_page(f.bio - 1);
          f.page = Math.max(0, next - 1);
          return next > 0 ? 'eof' : 'submit';
        },
        submit(k, f) {
          k.submit_bio(f.bio - 1);
          f.bio = 0;
          return 'lock';
        },
      },
      { absent: (_, g) => (g.bio_pages > 1 ? [] : ['next', 'submit']) },
    ),
    ioend: task<Rows>()(
      'completes the I/O of writeback',
      { io: 'io' },
      {
        // bio_endio(), in interrupt.
        bio(k, f) {
          f.io = k.bio_endio();
          if (k.needs_conversion(f.io)) return 'convert';
          return k.needs_size(f.io) ? 'set_size' : 'end';
        },
        // xfs_end_io(): transactions, from a workqueue.
        convert(k, f) {
          const converted = k.convert_unwritten(f.io);
          return converted && k.needs_size(f.io) ? 'set_size' : 'end';
        },
        set_size(k, f) {
          k.set_disk_size(f.io);
          return 'end';
        },
        // end_page_writeback(), after both.
        end(k, f) {
          k.end_page_writeback(f.io);
          f.io = 0;
          return 'bio';
        },
      },
      {
        absent: (fs) =>
          (['convert', 'set_size'] as const).filter((row) => !fs.end_io.includes(row)),
      },
    ),
  },
};
