/** Journal handles, and the commit of the running transaction. */
import { flag, range, untold, worded } from '../machine/struct.ts';
import { heldMax } from './core.ts';
import { flushCache, forgetFree } from './disk-cache.ts';
import type { DiskCache } from './disk-cache.ts';
import { HOLE, MAPPED, anythingToLog, extentBlock, extentType, log } from './extents.ts';
import { anyBusy } from './space.ts';
import {
  DIRTY_PAGES,
  TAG_ALONE,
  cached,
  handleEof,
  newDataUnwritten,
  pageOf,
} from './page-cache.ts';
import type { PageCache } from './page-cache.ts';
import { declare, task } from './subsystem.ts';
import type { Ctx, Face, Lock } from './subsystem.ts';

const JOURNAL = declare({
  name: 'journal',
  /**
   * T_LOCKED: the running transaction takes no new handles, since it is to commit. Where the
   * filesystem has handles.
   */
  world: (z) => ({
    locked: worded(z.filesystem.handles ? flag : range(0), {
      change: (to) => (to === '1' ? 'transaction locked' : ''),
      stand: (value) => (value === '1' ? 'transaction locked' : ''),
    }),
  }),
  /** Nesting depth of the handle that the thread has open. */
  thread: (z) => ({ handle: untold(range(heldMax(z.geometry))) }),
});
export type Journal = Ctx<typeof JOURNAL> & PageCache & DiskCache;
type K = Journal;

/** So often is a write that finds no space tried again. */
const RETRIES_MAX = 3;

/** Threads with a handle open, as a mask. */
function handleOwners(k: K): number {
  const { thread } = k.s;
  let mask = 0;
  for (let i = 0; i < thread.length; i++) if (thread[i]!.handle > 0) mask |= 1 << i;
  return mask;
}

/**
 * All who have a handle open share the running transaction; its commit is what shares it with
 * nobody. So does lockdep have it (j_trans_commit_map). Reclaim may need a commit.
 */
const HANDLE: Lock<K> = {
  what: 'journal handle',
  held_as: 'a journal handle',
  count: () => 1,
  holders: handleOwners,
  shared: () => true,
  reclaim_needs: true,
};

/** That the transaction which is locked has committed: until then no handle is started. */
const COMMIT: Lock<K> = {
  what: 'commit',
  count: () => 1,
  holders: (k) => (k.s.locked ? k.committers : 0),
  completion: true,
};

/**
 * All metadata as it is now is what a crash will leave; true where that is done. It waits for open
 * handles, and on an ordered filesystem for the data of every block that it maps for the first
 * time.
 */
export function commitNow(k: K): boolean {
  const handles = handleOwners(k);
  if (handles !== 0) {
    k.wait(handles, HANDLE);
    if (k.tracing) k.sayWait('journal handles to be closed');
    return false;
  }
  if (!k.judged) {
    if (k.fs.ordered) writeOrdered(k);
  } else if (k.fs.ordered && newDataUnwritten(k)) {
    k.wait(k.cleaners, DIRTY_PAGES);
    if (k.tracing) k.sayWait('ordered data to be written');
    return false;
  }
  // REQ_PREFLUSH before the commit block, which is REQ_FUA.
  if (!k.fs.sends_no_flush) flushCache(k);
  log(k);
  forgetFree(k);
  k.s.locked = 0;
  for (let file = 0; file < k.s.inode.length; file++) k.s.inode[file]!.zeroed_block = 0;
  return true;
}

/**
 * ext4_normal_submit_inode_data_buffers(), where nobody but the caller is about: the commit itself
 * writes what is dirty, and has its place, in the pages of the blocks that the transaction has
 * mapped or zeroed, from the first to the last.
 */
function writeOrdered(k: K): void {
  const { file } = k;
  const { pages, page_blocks } = k.geometry;
  for (k.file = 0; k.file < k.s.inode.length; k.file++) {
    const { ordered_from, ordered_to } = k.s.inode[k.file]!;
    if (ordered_from === 0) continue;
    const first = k.folioFirst(Math.floor((ordered_from - 1) / page_blocks));
    const last = k.folioLast(Math.floor((ordered_to - 1) / page_blocks));
    for (let index = first; index <= Math.min(last, pages - 1); index++) writePlaced(k, index);
  }
  k.file = file;
}

function writePlaced(k: K, index: number): void {
  const { page_blocks } = k.geometry;
  const page = pageOf(k, index);
  if (page.dirty_alone !== TAG_ALONE) page.dirty_alone = 0;
  for (let fb = index * page_blocks; fb < (index + 1) * page_blocks; fb++) {
    const block = cached(k, fb);
    const type = extentType(k, fb);
    // A hole has nothing to write, nor has what is beyond EOF: ext4_bio_write_folio().
    if (type === HOLE || fb * k.block_size >= k.s.inode[k.file]!.i_size) block.dirty = 0;
    if (!block.dirty || type !== MAPPED) continue;
    handleEof(k, index);
    k.s.disk[extentBlock(k, fb)]!.cells = block.cells;
    block.dirty = page.dirty_alone = 0;
  }
}

/** A new handle has to wait: the transaction is locked for its commit. */
export function waitsForCommit(k: K): boolean {
  if (!k.s.locked) return false;
  k.wait(k.committers, COMMIT);
  if (k.tracing) k.sayWait('the commit of a transaction');
  return true;
}

const commands = {
  /**
   * ext4_journal_start(): handles of one task nest. A new one waits while the transaction is locked
   * for its commit. Not modelled: the next transaction, which begins before that commit has ended.
   */
  journal_start(this: K): void {
    this.command();
    const thread = this.s.thread[this.me]!;
    if (thread.handle === 0 && waitsForCommit(this)) return;
    this.mayTake(thread.handle, 'journal handles open, and starts another');
    thread.handle++;
    if (this.tracing) this.say('journal_start()');
  },

  journal_stop(this: K): void {
    this.command();
    const thread = this.s.thread[this.me]!;
    if (thread.handle === 0) this.wrong('stops a journal handle that it has not started');
    thread.handle--;
    if (this.tracing) this.say('journal_stop()');
  },

  /**
   * ext4_should_retry_alloc(): where blocks are free only after a commit, that is forced and waited
   * for; else whether there is any space at all. Up to three times.
   */
  should_retry_alloc(this: K, retries: number): boolean {
    this.command();
    if (retries === RETRIES_MAX) return false;
    if (!anyBusy(this)) return this.s.free > 0;
    if (commitNow(this) && this.tracing) this.say('ext4_should_retry_alloc(): commit');
    return true;
  },

  /** T_LOCKED: no handle is started until the commit. Where there is nothing to log it idles. */
  lock_transaction(this: K): void {
    this.command();
    if (this.me >= this.s.thread.length && !anythingToLog(this)) return this.idle();
    this.s.locked = 1;
    if (this.tracing) this.say('the transaction is locked');
  },

  /** The journal commits, where there is anything to log. */
  journal_commit(this: K): void {
    this.command();
    if (!this.s.locked && !anythingToLog(this)) return this.idle();
    if (commitNow(this) && this.tracing) this.say('jbd2_journal_commit_transaction()');
  },
};

const looks = {
  /** Does write_begin open a handle on this filesystem? */
  has_handles(this: K): boolean {
    return this.fs.handles;
  },
};

export const journal = {
  ...JOURNAL,
  commands,
  looks,
  locks: [HANDLE, COMMIT],
  tasks: {
    journal: task<Face<{ commands: typeof commands; looks: typeof looks }>>()(
      'commits metadata',
      {},
      {
        // jbd2_journal_commit_transaction(), T_LOCKED.
        lock(k) {
          k.lock_transaction();
          return 'commit';
        },
        commit(k) {
          k.journal_commit();
          return k.has_handles() ? 'lock' : 'commit';
        },
      },
      { absent: (fs) => (fs.handles ? [] : ['lock']) },
    ),
  },
};
