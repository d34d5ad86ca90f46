/**
 * Stores through a shared mapping of a file. A page is mapped writable from a write fault until it
 * is cleaned, dropped or cut off; a store then asks nobody, and takes no lock.
 */
import { EIO, ENOSPC, SIGBUS, errorName } from './errno.ts';
import {
  HOLE,
  MAPPED,
  delayExtent,
  delayRun,
  extentType,
  initializeRange,
  mapIsLocked,
  mapIsShared,
  placeHoles,
  settleTree,
} from './extents.ts';
import type { Iomap } from './iomap.ts';
import { shareInvalidateLock, unshareInvalidateLock } from './locks.ts';
import { isReclaiming, reclaimsFirst } from './memory.ts';
import type { Memory } from './memory.ts';
import { reclaimInWords } from './reclaim.ts';
import {
  addPage,
  cached,
  dirtyBlocks,
  fillPage,
  isFolioUptodate,
  lockPage,
  mustHold,
  pageOf,
  putCell,
  tracksBlocks,
  unlockPage,
} from './page-cache.ts';
import { rowsOfStore } from './store.ts';
import type { StoreRows } from './store.ts';
import { declare, fault, syscall } from './subsystem.ts';
import type { Ctx } from './subsystem.ts';

const MMAP = declare({
  name: 'mmap',
  sites: { mkwrite_enospc: fault('->page_mkwrite finds no space, at block 1, 2, ...') },
});
type K = Ctx<typeof MMAP> & Iomap & Memory;

/** A block, or a reservation, for file block `fb`: as the filesystem's write_begin would. */
function mkwriteBlock(k: K, fb: number, tree_is_due: boolean): boolean {
  return k.fs.get_block ? k.fs.get_block(k, fb, tree_is_due) : delayExtent(k, fb);
}

/** Will its buffer be BH_New? */
function isNew(k: K, fb: number): boolean {
  const type = extentType(k, fb);
  return type === HOLE || (k.fs.news_unwritten === true && type !== MAPPED);
}

/**
 * iomap_page_mkwrite(): a hole is reserved whole, with its index, or not at all; after each mapping
 * the folio is dirty, so that it stays dirty where a later one fails.
 */
function reserveByMapping(k: K, first: number, last: number): number {
  const injected = k.fails(k.site.mkwrite_enospc) > 0;
  for (let fb = first; fb < last; fb++) {
    let end = fb;
    while (end < last && extentType(k, end) === HOLE) end++;
    if (end === fb) continue;
    if (injected || !delayRun(k, fb, end - fb)) {
      k.ledger.refuses(k.current, injected);
      if (fb > first) for (let b = first; b < last; b++) cached(k, b).dirty = 1;
      return ENOSPC;
    }
    k.ledger.obtains(k.current);
    fb = end;
  }
  return 0;
}

/**
 * Every hole of the page, of its whole folio, below EOF gets a block or a reservation, if any
 * do. 0 or -ENOSPC.
 */
function reservePage(k: K, index: number): number {
  if (k.fs.stores_without_blocks) return 0;
  const { i_size } = k.s.inode[k.file]!;
  const { page_blocks } = k.geometry;
  const first = k.folioFirst(index) * page_blocks;
  const eof = k.blockOf(i_size + k.block_size - 1);
  const last = Math.min((k.folioLast(index) + 1) * page_blocks, eof);
  if (k.fs.reserves_whole) return reserveByMapping(k, first, last);
  let news = 0;
  for (let fb = first; fb < last; fb++) if (isNew(k, fb)) news |= 1 << (fb - first);
  const error = placeHoles(k, first, last, k.site.mkwrite_enospc, mkwriteBlock) ? 0 : ENOSPC;
  let upTo = first;
  while (upTo < last && extentType(k, upTo) !== HOLE) upTo++;
  if (k.fs.initializes) initializeRange(k, first, upTo);
  // __block_write_begin_int(): a new buffer of a folio that is uptodate is dirty at once.
  for (let fb = first; fb < upTo; fb++) {
    if (error && (news >>> (fb - first)) & 1) cached(k, fb).dirty = 1;
  }
  settleTree(k);
  return error;
}

function storeCell(k: K, pos: number): void {
  putCell(k, pos, k.cells.written(k.current, pos));
  // As page_mkclean() will find it by the dirty bit of the page's table entry.
  dirtyBlocks(k, pos, pos + 1);
}

const isBeyondEof = (k: K, index: number): boolean =>
  index * k.page_size >= k.s.inode[k.file]!.i_size;

/**
 * filemap_fault() adds the page, where it is not there: allocated with GFP_KERNEL
 * (__get_fault_gfp_mask()). True: it has been in direct reclaim, and the row is to be run again.
 * Not modelled: VM_FAULT_OOM.
 */
function addFaulted(k: K, index: number): boolean {
  const { present, locked_by } = pageOf(k, index);
  const isMissing = !present && locked_by === 0 && !isBeyondEof(k, index);
  const wasReclaiming = isReclaiming(k);
  if (!isMissing && !wasReclaiming) return false;
  const reclaims = reclaimsFirst(k, 'GFP_KERNEL');
  if (!reclaims) {
    if (isMissing) addPage(k, index);
    if (!wasReclaiming) return false;
    // What follows waits for locks, and is no longer in reclaim.
    k.again();
  }
  if (k.tracing) k.say(`filemap_fault(${index}): ${reclaims ? reclaimInWords(k) : 'allocated'}`);
  return true;
}

/** What a store and its page fault are made of; its rows are in store.ts. */
export const commands = {
  /**
   * A store of one cell. False: the page is not mapped writable, and the store faults. `allocates`:
   * the page is added here, since no lock is modelled that the fault would hold by then. No lock.
   */
  store(this: K, pos: number, allocates: boolean): boolean {
    this.command();
    const index = this.page_index(pos);
    if (allocates && addFaulted(this, index)) return false;
    const { writable } = pageOf(this, index);
    if (writable) storeCell(this, pos);
    if (this.tracing) this.say(`store(${pos})${writable ? '' : ': page fault'}`);
    return writable === 1;
  },

  /** F0: filemap_invalidate_lock_shared(). */
  invalidate_lock_shared(this: K): void {
    this.command();
    if (shareInvalidateLock(this) && this.tracing) this.say('filemap_invalidate_lock_shared()');
  },

  invalidate_unlock_shared(this: K): void {
    this.command();
    unshareInvalidateLock(this);
    if (this.tracing) this.say('filemap_invalidate_unlock_shared()');
  },

  /**
   * filemap_fault(), its first half: the page that `pos` lies in is there. Lock: mmap_lock, and
   * invalidate_lock, shared.
   */
  add_page(this: K, pos: number): void {
    this.command();
    const index = this.page_index(pos);
    const { present } = pageOf(this, index);
    if (addFaulted(this, index)) return;
    const now = pageOf(this, index).present ? 'added' : 'not added';
    if (this.tracing) this.say(`filemap_fault(${index}): the page is ${present ? 'there' : now}`);
  },

  /**
   * filemap_fault(), F1: the page that `pos` lies in, locked, and read where it is not uptodate.
   * 0; -EIO or beyond EOF: SIGBUS, and the page is not locked. `allocates`: the page is added here;
   * else it was before, and where it has gone meanwhile it is back, and nobody is asked.
   */
  fault_page(this: K, pos: number, allocates: boolean): number {
    this.command();
    const index = this.page_index(pos);
    if (allocates && addFaulted(this, index)) return 0;
    const { present, locked_by } = pageOf(this, index);
    let error = isBeyondEof(this, index) ? SIGBUS : 0;
    if (error === 0 && mapIsLocked(this)) return 0;
    if (error === 0 && locked_by === 0) {
      if (!present) addPage(this, index);
      if (!isFolioUptodate(this, index) && fillPage(this, index) === EIO) error = SIGBUS;
    }
    if (error === 0) lockPage(this, index);
    if (this.tracing) this.say(`filemap_fault(${index})${error ? ': SIGBUS' : ', locked'}`);
    return error;
  },

  /**
   * ->page_mkwrite(), F2 and F3: every block of the page below EOF gets a block or a reservation. 0
   * or -ENOSPC. Lock: PG_locked; what guards the extent map within.
   */
  page_mkwrite(this: K, pos: number): number {
    this.command();
    const index = this.page_index(pos);
    mustHold(this, index);
    if (mapIsShared(this)) return 0;
    const error = reservePage(this, index);
    if (this.tracing) this.say(`page_mkwrite(${index}) = ${errorName(error)}`);
    return error;
  },

  /**
   * finish_mkwrite_fault(), F4: the page is dirty, and mapped writable; unlocks it. The store that
   * has faulted is done: that its page is cleaned again and again before that is left out. False
   * where the file was `size` long, and has grown in this page: it has blocks without a place then.
   * Lock: PG_locked.
   */
  finish_mkwrite(this: K, pos: number, size: number): boolean {
    this.command();
    const index = this.page_index(pos);
    mustHold(this, index);
    const page = pageOf(this, index);
    const { i_size } = this.s.inode[this.file]!;
    tracksBlocks(this, index);
    const end = (this.folioLast(index) + 1) * page.block.length;
    for (let fb = this.folioFirst(index) * page.block.length; fb < end; fb++) {
      if (fb * this.block_size < size) cached(this, fb).dirty = 1;
    }
    const writable = this.page_end(pos, i_size) <= this.page_end(pos, size);
    if (writable) {
      page.writable = 1;
      storeCell(this, pos);
    }
    unlockPage(this, index);
    if (this.tracing) {
      const how = writable ? ', mapped writable, and stored to' : '';
      this.say(`set_page_dirty(${index})${how}; unlock_page()`);
    }
    return writable;
  },
};

export const looks = {
  /** Is the cell below i_size now? */
  is_below_eof(this: K, pos: number): boolean {
    return pos < this.s.inode[this.file]!.i_size;
  },
};

export const mmap = {
  ...MMAP,
  commands,
  looks,
  calls: {
    store: syscall<StoreRows>()(
      (pos, end) => `stores to cells ${pos}..${end} of a mapping`,
      { size: 'cells', done: 'cells', retries: 'cells', err: 'errno' },
      (fs, _, made) => rowsOfStore(fs, made),
    ),
  },
};
