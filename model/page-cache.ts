/**
 * The page cache: finding and locking pages, filling them, and what is known of them; the reader.
 * Lock, wherever none is named: PG_locked of the page.
 */
import { flag, oneOf, range, untold, worded } from '../machine/struct.ts';
import { GARBAGE, ZERO } from './cells.ts';
import { maskOfOwner, owner } from './core.ts';
import { EIO, errorName } from './errno.ts';
import { fileBlocksOf } from './geometry.ts';
import { HOLE, MAPPED, extentBlock, extentType, mapIsLocked, typeOf } from './extents.ts';
import type { Extents } from './extents.ts';
import { mustHoldInode, shareInvalidateLock, unshareInvalidateLock } from './locks.ts';
import type { Locks } from './locks.ts';
import { declare, fault, task } from './subsystem.ts';
import type { Ctx, Face, Lock, State } from './subsystem.ts';

// Where the I/O of a page under writeback stands.
const NO_WRITEBACK = 0;
export const GATHERED = 1;
export const SUBMITTED = 2;
/** The bio has ended; what follows of this page has still to be done. */
export const ENDED = 3;

// Of `dirty_alone`: the folio could not be split; or only the tag is left, of which nothing knows
// that there is nothing to write (folio_cancel_dirty() leaves it).
export const NOT_SPLIT = 2;
export const TAG_ALONE = 3;

const PAGE_CACHE = declare({
  name: 'page-cache',
  inode: (z) => ({
    i_size: range(z.geometry.pages * z.geometry.page_blocks * z.geometry.block_cells),
    /** 1 + the file block that the running transaction has zeroed, where it orders data. */
    zeroed_block: untold(range(z.filesystem.ordered ? fileBlocksOf(z.geometry) : 0)),
  }),
  page: (z) => ({
    present: worded(flag, { change: (to) => (to === '1' ? 'added' : 'dropped'), stand: () => '' }),
    /** 1 + the task that holds PG_locked. */
    locked_by: worded(owner(z), {
      change: (to) => (to === 'nobody' ? 'unlocked' : 'locked'),
      stand: (value) => (value === 'nobody' ? '' : `locked by ${value}`),
    }),
    /** PG_writeback, and where the I/O stands; see writeback.ts. */
    writeback: worded(oneOf('no', 'gathered', 'submitted', 'ended'), {
      change: (to, from) => {
        if (to === 'no') return 'writeback ended';
        return from === 'no' ? 'under writeback' : '';
      },
      stand: (value) => (value === 'no' ? '' : 'under writeback'),
    }),
    /** 1 + the task that has still to submit the bio that it was gathered into. */
    gathered_by: untold(z.geometry.bio_pages > 1 ? owner(z) : range(0)),
    /**
     * PG_dirty without a dirty block: these were taken out. No promise is about it, so that it is
     * kept only for who holds a kernel against the model.
     */
    dirty_alone: untold(range(z.judged ? 0 : TAG_ALONE)),
    /**
     * It begins a large folio that a write has covered whole: the folio has no iomap_folio_state,
     * which would keep it from being split while it is dirty. Kept as `dirty_alone` is.
     */
    whole: untold(range(z.judged ? 0 : 1)),
    /** Somebody has it mapped writable: a store goes to it without a fault. */
    writable: worded(z.made.has('store') ? flag : range(0), {
      change: (to) => (to === '1' ? 'mapped writable' : 'write-protected'),
      stand: (value) => (value === '1' ? 'mapped writable' : ''),
    }),
  }),
  /** As buffer_heads have it. */
  block: (z) => ({
    cells: z.cells.field((record) => firstCell(z.geometry, record)),
    uptodate: worded(flag, {
      stand: (value) => (value === '1' ? 'uptodate' : 'not uptodate'),
    }),
    dirty: worded(flag, { change: (to) => (to === '1' ? 'dirty' : 'clean') }),
    /** BH_New: instantiated by the write_begin that holds the page lock. */
    fresh: worded(flag, { change: (to) => (to === '1' ? 'new' : ''), stand: () => '' }),
    /** 1 + the device block that the I/O in flight goes to. */
    io: untold(range(z.geometry.blocks)),
  }),
  sites: { read_eio: fault('reading a page from disk fails', '-EIO') },
});
export type PageCache = Ctx<typeof PAGE_CACHE> & Extents & Locks;
type K = PageCache;

/** Place in its file of the first cell of a block in the cache: `page`, n, `block`, b. */
function firstCell(
  g: { pages: number; page_blocks: number; block_cells: number },
  record: readonly (string | number)[],
): number {
  const [page, block] = [Number(record[1]) % g.pages, Number(record[3])];
  return (page * g.page_blocks + block) * g.block_cells;
}

/** The page, by its index in the file. */
export const pageOf = (k: K, index: number) => k.s.page[k.pageNumber(index)]!;

/** The file block's share of its page. */
export function cached(
  k: K,
  fb: number,
): State<typeof PAGE_CACHE>['page'][number]['block'][number] {
  const { page_blocks } = k.geometry;
  return pageOf(k, Math.floor(fb / page_blocks)).block[fb % page_blocks]!;
}

const PG_LOCKED: Lock<K> = {
  what: 'PG_locked',
  count: (k) => k.s.page.length,
  holders: (k, n) => maskOfOwner(k.s.page[n]!.locked_by),
};

/** That the I/O of a page has ended. */
export const PG_WRITEBACK: Lock<K> = {
  what: 'PG_writeback',
  count: (k) => k.s.page.length,
  holders(k, n) {
    const { writeback, gathered_by } = k.s.page[n]!;
    if (writeback === NO_WRITEBACK) return 0;
    return writeback === GATHERED ? maskOfOwner(gathered_by) : k.ioend;
  },
  completion: true,
};

/** That dirty pages have been written: balance_dirty_pages(), a commit in ordered mode. */
export const DIRTY_PAGES: Lock<K> = {
  what: 'dirty pages',
  count: () => 1,
  holders(k) {
    for (let i = 0; i < k.s.page.length; i++) {
      const { writeback, block } = k.s.page[i]!;
      if (writeback !== NO_WRITEBACK) return k.cleaners;
      for (let b = 0; b < block.length; b++) if (block[b]!.dirty) return k.cleaners;
    }
    return 0;
  },
  completion: true,
};

/** Somebody has the page locked. */
export function waitForPage(k: K, index: number): void {
  const number = k.pageNumber(index);
  k.waitFor(k.s.page[number]!.locked_by, `PG_locked of page ${index}`, PG_LOCKED, number);
}

/** Takes PG_locked, or waits for who has it; true where it was taken. */
export function lockPage(k: K, index: number): boolean {
  const page = pageOf(k, index);
  if (page.locked_by !== 0) {
    waitForPage(k, index);
    return false;
  }
  setLock(k, index, k.me + 1);
  return true;
}

/** The lock is the folio's: all its pages have it. */
function setLock(k: K, index: number, by: number): void {
  const last = k.folioLast(index);
  for (let i = k.folioFirst(index); i <= last; i++) pageOf(k, i).locked_by = by;
}

/** wait_on_page_writeback(). */
export function waitForWriteback(k: K, index: number): void {
  k.wait(k.cleaners, PG_WRITEBACK, k.pageNumber(index));
  if (k.tracing) k.sayWait(`writeback of page ${index}`);
}

export function unlockPage(k: K, index: number): void {
  const page = pageOf(k, index);
  if (page.locked_by !== k.me + 1) k.wrong(`unlocks page ${index}, which it has not locked`);
  setLock(k, index, 0);
}

/** add_to_page_cache_lru(): a new page holds whatever its memory held. */
export function addPage(k: K, index: number): void {
  const page = pageOf(k, index);
  page.present = 1;
  for (let b = 0; b < page.block.length; b++) page.block[b]!.cells = k.cells.all(GARBAGE);
}

/**
 * __filemap_get_folio() of pages that are not there, for a write of so many cells: where folios are
 * large, as large as the write (fgf_set_order()), aligned, and not over pages that are there.
 */
export function addFolio(k: K, index: number, cells: number): void {
  const { large_folios, pages } = k.geometry;
  let order = large_folios ? Math.max(0, Math.floor(Math.log2(cells / k.page_size))) : 0;
  while (index % 2 ** order !== 0 || anyThere(k, index, 2 ** order)) order--;
  for (let i = index; i < Math.min(pages, index + 2 ** order); i++) {
    addPage(k, i);
    if (i > index) pageOf(k, i).joined = 1;
  }
}

function anyThere(k: K, index: number, count: number): boolean {
  for (let i = index + 1; i < Math.min(k.geometry.pages, index + count); i++) {
    if (pageOf(k, i).present) return true;
  }
  return false;
}

/** All pages of the folio go. */
export function dropFolio(k: K, index: number): void {
  const last = k.folioLast(index);
  for (let i = k.folioFirst(index); i <= last; i++) dropPage(k, i);
}

/** A page of a large folio goes, which is split for that. */
export function dropPage(k: K, index: number): void {
  const page = pageOf(k, index);
  page.joined = 0;
  if (index + 1 < k.geometry.pages) pageOf(k, index + 1).joined = 0;
  page.present = page.writable = page.dirty_alone = page.whole = 0;
  for (let b = 0; b < page.block.length; b++) {
    const block = page.block[b]!;
    block.uptodate = block.dirty = block.fresh = block.cells = 0;
  }
}

export function isUptodate(k: K, index: number): boolean {
  const { block } = pageOf(k, index);
  for (let b = 0; b < block.length; b++) if (!block[b]!.uptodate) return false;
  return true;
}

/**
 * Its pages are folios of their own from now on, and those beyond EOF go (__folio_split()).
 */
export function splitFolio(k: K, index: number): void {
  const [first, last] = [k.folioFirst(index), k.folioLast(index)];
  for (let i = first; i <= last; i++) pageOf(k, i).joined = pageOf(k, i).whole = 0;
  const { i_size } = k.s.inode[k.file]!;
  for (let i = first + 1; i <= last; i++) if (i * k.page_size >= i_size) dropPage(k, i);
}

/** ifs_alloc(), where a folio has several blocks: it is then not split while it is dirty. */
export function tracksBlocks(k: K, index: number): void {
  pageOf(k, k.folioFirst(index)).whole = 0;
}

/** __iomap_write_begin(): a write of [pos, end) that covers a new folio whole needs none of it. */
export function beginsWrite(k: K, index: number, pos: number, end: number, isNew: boolean): void {
  if (k.judged) return;
  const [first, last] = [k.folioFirst(index), k.folioLast(index)];
  const covers = pos <= first * k.page_size && end >= (last + 1) * k.page_size;
  if (!covers) tracksBlocks(k, index);
  else if (isNew) pageOf(k, first).whole = 1;
}

/** What of a folio is dirty keeps it from being split. */
export function isHeldDirty(k: K, index: number): boolean {
  return isDirty(k, index) && pageOf(k, k.folioFirst(index)).whole === 0;
}

/** Is the whole folio? */
export function isFolioUptodate(k: K, index: number): boolean {
  const last = k.folioLast(index);
  for (let i = k.folioFirst(index); i <= last; i++) if (!isUptodate(k, i)) return false;
  return true;
}

/** PAGECACHE_TAG_DIRTY, as cachestat() sees it. */
export function isTaggedDirty(k: K, index: number): boolean {
  const last = k.folioLast(index);
  for (let i = k.folioFirst(index); i <= last; i++) {
    if (pageOf(k, i).dirty_alone === TAG_ALONE) return true;
  }
  return isDirty(k, index);
}

/** Is any block of the folio dirty? */
export function isDirty(k: K, index: number): boolean {
  const last = k.folioLast(index);
  for (let i = k.folioFirst(index); i <= last; i++) {
    const { block, dirty_alone } = pageOf(k, i);
    if (dirty_alone && dirty_alone !== TAG_ALONE) return true;
    for (let b = 0; b < block.length; b++) if (block[b]!.dirty) return true;
  }
  return false;
}

/** The folio stays dirty, whatever becomes of its dirty blocks. */
export function keepDirty(k: K, index: number): void {
  const page = pageOf(k, index);
  const { dirty_alone } = page;
  const has_none = dirty_alone === 0 || dirty_alone === TAG_ALONE;
  if (!k.judged && has_none && isDirty(k, index)) page.dirty_alone = 1;
}

/** What of [from, end) lies in blocks of the page that are uptodate is zero. */
export function zeroUptodate(k: K, index: number, from: number, end: number): void {
  const last = Math.min(end, (index + 1) * k.page_size);
  for (let cell = Math.max(from, index * k.page_size); cell < last; cell++) {
    if (cached(k, k.blockOf(cell)).uptodate) putCell(k, cell, ZERO);
  }
}

/** What lies beyond i_size in the page is zeroed. Returns where there is nothing more to write. */
export function handleEof(k: K, index: number): number {
  const { i_size } = k.s.inode[k.file]!;
  const first = index * k.page_size;
  zeroUptodate(k, index, i_size, k.file_cells);
  return Math.max(first, Math.min(first + k.page_size, i_size));
}

/** Is any page of the folio under writeback? */
export function isUnderWriteback(k: K, index: number): boolean {
  const last = k.folioLast(index);
  for (let i = k.folioFirst(index); i <= last; i++) if (pageOf(k, i).writeback) return true;
  return false;
}

export function mustHold(k: K, index: number): void {
  if (pageOf(k, index).locked_by !== k.me + 1) {
    k.wrong(`works on page ${index}, which it has not locked`);
  }
}

/** Every page of [pos, end). */
export function mustHoldAll(k: K, pos: number, end: number): void {
  if (pos >>> 0 !== pos || end >>> 0 !== end || pos > end) k.wrong(`works on cells ${pos}..${end}`);
  for (let index = k.page_index(pos); index * k.page_size < end; index++) mustHold(k, index);
}

/** What the disk holds for a block, in the page, uptodate. Beyond i_size that is zero. */
export function fillBlock(k: K, fb: number): void {
  const block = cached(k, fb);
  const { i_size } = k.s.inode[k.file]!;
  let cells = k.cells.all(ZERO);
  if (extentType(k, fb) === MAPPED) {
    const media = k.s.disk[extentBlock(k, fb)]!.cells;
    for (let i = 0; i < k.block_size; i++) {
      if (fb * k.block_size + i < i_size) cells = k.cells.with(cells, i, k.cells.at(media, i));
    }
  }
  block.cells = cells;
  block.uptodate = 1;
}

/** Reads from disk what of a page, of its whole folio, is not uptodate. 0 or -EIO. */
export function fillPage(k: K, index: number): number {
  const { page_blocks } = k.geometry;
  if (k.fails(k.site.read_eio)) return EIO;
  const end = (k.folioLast(index) + 1) * page_blocks;
  for (let fb = k.folioFirst(index) * page_blocks; fb < end; fb++) {
    if (!cached(k, fb).uptodate) fillBlock(k, fb);
  }
  return 0;
}

export function putCell(k: K, cell: number, value: number): void {
  const block = cached(k, k.blockOf(cell));
  block.cells = k.cells.with(block.cells, cell % k.block_size, value);
}

export function dirtyBlocks(k: K, pos: number, end: number): void {
  for (let fb = k.blockOf(pos); fb <= k.blockOf(end - 1); fb++) cached(k, fb).dirty = 1;
  for (let cell = pos; cell < end; cell++) k.ledger.takesIn(k.cellNumber(cell));
}

/**
 * pagecache_isize_extended(): the file has grown from `before`, with a gap from there to `to`. In
 * the page of the old EOF what was stored there beyond EOF is zeroed, and the next store faults, so
 * that it gets its blocks. In mm/ since 3.18. It is one step with i_size_write() here. A hole that
 * is dirty there is left out by writeback (mpage_add_bh_to_extent()): it is clean at once here.
 */
export function isizeExtended(k: K, before: number, to: number): void {
  if (before % k.page_size === 0 || k.fs.keeps_eof_page_writable) return;
  const index = k.page_index(before);
  const page = pageOf(k, index);
  page.writable = 0;
  const end = k.page_end(before, to);
  for (let cell = before; cell < end; cell++) {
    const fb = k.blockOf(cell);
    const block = cached(k, fb);
    if (block.dirty && block.uptodate) putCell(k, cell, ZERO);
    const last = cell + 1 === end || cell % k.block_size === k.block_size - 1;
    if (last && extentType(k, fb) === HOLE) block.dirty = 0;
  }
}

/** A filesystem that logs the size in the transaction of the write does it here. */
export function raiseSize(k: K, pos: number, end: number): void {
  const inode = k.s.inode[k.file]!;
  if (end > inode.i_size) {
    const before = inode.i_size;
    k.ledger.grows(k.current, before, end);
    inode.i_size = end;
    isizeExtended(k, before, pos);
    const mapped = end > pos && extentType(k, k.blockOf(end - 1)) === MAPPED;
    if (k.fs.logs_size_of_mapped && mapped && end > inode.i_disksize) inode.i_disksize = end;
  }
  if (k.fs.logs_size_at_write_end && end > inode.i_disksize) inode.i_disksize = end;
}

/**
 * Is there data in the cache, and not on disk, of a block that the journal does not have as mapped,
 * or
 * that was zeroed in this transaction?
 */
export function newDataUnwritten(k: K): boolean {
  const { extent } = k.s;
  const blocks = k.geometry.page_blocks;
  for (let file = 0; file < k.s.inode.length; file++) {
    const { zeroed_block } = k.s.inode[file]!;
    k.file = file;
    if (zeroed_block > 0 && isUnwritten(k, zeroed_block - 1)) return true;
  }
  for (let number = 0; number < extent.length; number++) {
    const { map, logged } = extent[number]!;
    if (map === logged || typeOf(map) !== MAPPED) continue;
    const index = k.turnTo(Math.floor(number / blocks));
    const fb = index * blocks + (number % blocks);
    if (isUnwritten(k, fb)) return true;
  }
  return false;
}

/** Is there data of the block that is not on disk yet? */
function isUnwritten(k: K, fb: number): boolean {
  const block = cached(k, fb);
  return (block.dirty === 1 || block.io !== 0) && fb * k.block_size < k.s.inode[k.file]!.i_size;
}

export const wantsReading = (k: K, index: number): boolean =>
  index * k.page_size < k.s.inode[k.file]!.i_size && !isUptodate(k, index);

const commands = {
  /** lock_page(). */
  lock_page(this: K, index: number): void {
    this.command();
    if (lockPage(this, index) && this.tracing) this.say(`lock_page(${index})`);
  },

  /** unlock_page(). Lock: PG_locked itself. */
  unlock_page(this: K, index: number): void {
    this.command();
    unlockPage(this, index);
    if (this.tracing) this.say(`unlock_page(${index})`);
  },

  /** Reads from disk what of a locked page is not uptodate, and keeps it locked. 0 or -EIO. */
  read_page(this: K, index: number): number {
    this.command();
    mustHold(this, index);
    if (mapIsLocked(this)) return 0;
    const error = fillPage(this, index);
    if (this.tracing) this.say(`read_page(${index}) = ${errorName(error)}`);
    return error;
  },

  /**
   * zero_user(): [pos, end) of a locked page is zero in memory; whether it is uptodate is not said.
   */
  zero_user(this: K, pos: number, end: number): void {
    this.command();
    mustHoldAll(this, pos, end);
    for (let cell = pos; cell < end; cell++) putCell(this, cell, ZERO);
    if (this.tracing) this.say(`zero_user(${pos}..${end})`);
  },

  /** set_buffer_uptodate() of every block that [pos, end) touches. */
  set_uptodate(this: K, pos: number, end: number): void {
    this.command();
    mustHoldAll(this, pos, end);
    for (let fb = this.blockOf(pos); fb <= this.blockOf(end - 1); fb++) {
      cached(this, fb).uptodate = 1;
    }
    if (this.tracing) this.say(`set_buffer_uptodate(${pos}..${end})`);
  },

  /** mark_buffer_dirty() of every block that [pos, end) touches. */
  set_dirty(this: K, pos: number, end: number): void {
    this.command();
    mustHoldAll(this, pos, end);
    dirtyBlocks(this, pos, end);
    if (this.tracing) this.say(`mark_buffer_dirty(${pos}..${end})`);
  },

  /** i_size_write(): the file reaches as far as `end`. Lock: i_rwsem. */
  i_size_write(this: K, end: number): void {
    this.command();
    mustHoldInode(this);
    // What lies before it was written by the caller.
    raiseSize(this, this.s.inode[this.file]!.i_size, end);
    if (this.tracing) this.say(`i_size_write(${end})`);
  },

  /**
   * For the reader: filemap_invalidate_lock_shared(), to fill a page below EOF that is not
   * uptodate. Returns 1 + its number.
   */
  lock_to_read(this: K): number {
    this.command();
    const number = this.pickPage(wantsReading);
    if (number < 0) return 0;
    const index = this.turnTo(number);
    if (shareInvalidateLock(this) && this.tracing) {
      this.say(`filemap_invalidate_lock_shared(), for page ${index}`);
    }
    return 1 + number;
  },

  unlock_after_read(this: K, number: number): void {
    this.command();
    this.turnTo(number);
    unshareInvalidateLock(this);
    if (this.tracing) this.say('filemap_invalidate_unlock_shared()');
  },

  /**
   * For the reader: find_get_page() of page `wanted` - 1, or with 0 of any, below EOF and not
   * uptodate; locks it. Returns 1 + its number, or 0: there is nothing more to read of it.
   */
  find_page_to_read(this: K, wanted = 0): number {
    this.command();
    const number = wanted > 0 ? wanted - 1 : this.pickPage(wantsReading);
    if (number < 0) return 0;
    const index = this.turnTo(number);
    if (!lockPage(this, index)) return 0;
    if (!wantsReading(this, index)) {
      unlockPage(this, index);
      if (this.tracing) this.say(`find_get_page(${index}): uptodate, or beyond EOF`);
      return 0;
    }
    if (!pageOf(this, index).present) addPage(this, index);
    if (this.tracing) this.say(`find_or_create_page(${index}), locked`);
    return 1 + number;
  },

  /**
   * ->readpage(): fills what is not uptodate, and unlocks. Not modelled: the I/O as a step of its
   * own.
   */
  readpage(this: K, number: number): void {
    this.command();
    const index = this.turnTo(number);
    mustHold(this, index);
    if (mapIsLocked(this)) return;
    const error = fillPage(this, index);
    unlockPage(this, index);
    if (this.tracing) this.say(`readpage(${index}) = ${errorName(error)}`);
  },
};

type Rows = Face<{ commands: typeof commands }>;

export const pageCache = {
  ...PAGE_CACHE,
  commands,
  looks: {
    /** i_size_read(): any task may look, without a lock. */
    i_size_read(this: K): number {
      return this.s.inode[this.file]!.i_size;
    },
  },
  tasks: {
    reader: task<Rows>()(
      'reads pages of the file that are not uptodate',
      { page: 'page', wanted: 'page' },
      {
        // filemap_create_folio(), since 5.15: invalidate_lock, shared.
        enter(k, f) {
          f.wanted = k.lock_to_read();
          return 'find_page';
        },
        // do_generic_file_read(): find_get_page(), lock_page().
        find_page(k, f) {
          f.page = k.find_page_to_read(f.wanted);
          return f.page > 0 ? 'readpage' : 'leave';
        },
        // ->readpage(). PG_locked, until the I/O has ended.
        readpage(k, f) {
          k.readpage(f.page - 1);
          f.page = 0;
          return f.wanted > 0 ? 'leave' : 'find_page';
        },
        leave(k, f) {
          k.unlock_after_read(f.wanted - 1);
          f.wanted = 0;
          return 'enter';
        },
      },
      { at_will: true, absent: (fs) => (fs.invalidate_lock ? [] : ['enter', 'leave']) },
    ),
  },
  locks: [PG_LOCKED, PG_WRITEBACK, DIRTY_PAGES],
};
