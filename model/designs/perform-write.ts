/**
 * write_begin of each kind of filesystem, and the page-at-a-time loop of mm/filemap.c by year, as
 * rows that several designs share just as their C code does.
 */
import type { Filesystem } from '../filesystem.ts';
import type { Flaw, Frame, Part } from '../design.ts';
import { without } from '../subsystem.ts';
import type { Kernel } from '../kernel.ts';
import { FSDATA } from '../write-begin.ts';
import { ENOMEM, ENOSPC } from '../errno.ts';

type BeginFrame = Frame<{ err: 'errno' }>;

/** Does write_begin itself give blocks their place? */
const maps = (fs: Filesystem): boolean => fs.maps_by === 'get_block';

/** Are pages of a failed write beyond i_size taken out again? */
const trims = (fs: Filesystem): boolean => maps(fs) || fs.has_buffers === true;

type JournalLabel = 'journal_start' | 'journal_stop_failed';
type BlockLabel =
  'get_block' | 'truncate_pages' | 'truncate_zero' | 'truncate_blocks' | 'retry_alloc';
export type BeginLabel = 'grab_page' | 'prepare' | 'unlock_failed' | JournalLabel | BlockLabel;

/** The label at which write_begin starts. */
export const beginLabel = (fs: Filesystem): BeginLabel =>
  fs.handles ? 'journal_start' : 'grab_page';

/**
 * ->write_begin for [f.pos, stop). `locked` follows with the page locked and prepared; `failed`
 * with f.err set and everything undone that the filesystem undoes.
 */
export function write_begin<F extends BeginFrame, Exit extends string>(
  fs: Filesystem,
  locked: Exit,
  failed: (k: Kernel, f: F) => Exit,
  options: {
    readonly end?: (f: F) => number;
    readonly grabbed?: Exit;
    /**
     * It has failed to map what ends at `stop`. Is it to be tried again, where there was no space?
     */
    readonly fails?: (f: F, stop: number) => void;
    readonly again?: (k: Kernel, f: F) => boolean;
  } = {},
): Part<F, BeginLabel, Exit> {
  const { end = (f: F) => f.end, grabbed, fails, again } = options;
  /** The end of this page's share of the write. */
  const stop = (k: Kernel, f: F) => k.page_end(f.pos, end(f));
  // ext4_truncate_failed_write(), xfs_vm_write_failed(): only where the write went beyond i_size,
  // and not where there was no page to begin with.
  const undone = (k: Kernel, f: F) =>
    trims(fs) && f.err !== ENOMEM && stop(k, f) > k.i_size_read() ? 'truncate_pages' : gone(k, f);
  const retries = fs.retries_alloc === true && again !== undefined;
  const gone = (k: Kernel, f: F) => (retries && f.err === ENOSPC ? 'retry_alloc' : failed(k, f));

  const rows: Part<F, BeginLabel, Exit> = {
    // ext4_journal_start(): before the page lock, as the lock order wants it.
    journal_start(k) {
      k.journal_start();
      return 'grab_page';
    },
    // grab_cache_page_write_begin(), AOP_FLAG_NOFS.
    grab_page(k, f) {
      const err = k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS', end(f));
      if (err === 0) return grabbed ?? (maps(fs) ? 'get_block' : 'prepare');
      f.err = err;
      return fs.handles ? 'journal_stop_failed' : failed(k, f);
    },
    // __block_write_begin(): ->get_block for each block. PG_locked; the map's own lock within.
    get_block(k, f) {
      f.err = k.get_block(f.pos, stop(k, f));
      if (f.err && retries) fails?.(f, stop(k, f));
      return f.err ? 'unlock_failed' : 'prepare';
    },
    // __block_write_begin(): zeroes or reads around. PG_locked.
    prepare(k, f) {
      f.err = k.prepare_page(f.pos, stop(k, f));
      return f.err ? 'unlock_failed' : locked;
    },
    unlock_failed(k, f) {
      k.unlock_page(k.page_index(f.pos));
      return fs.handles ? 'journal_stop_failed' : undone(k, f);
    },
    journal_stop_failed(k, f) {
      k.journal_stop();
      return undone(k, f);
    },
    // truncate_inode_pages(mapping, i_size), iomap_write_failed(): a page lock at a time.
    truncate_pages(k, f) {
      const pinned = fs.pins_folio && f.err !== 0 ? k.page_index(f.pos) : -1;
      if (k.truncate_page(true, pinned)) return 'truncate_pages';
      if (fs.zeroes_when_trimming) return 'truncate_zero';
      return maps(fs) ? 'truncate_blocks' : failed(k, f);
    },
    // ext4_truncate(): ext4_block_truncate_page(). That it may fail is not looked at.
    truncate_zero(k) {
      k.zero_tail(k.i_size_read());
      return 'truncate_blocks';
    },
    // ext4_truncate(), xfs_bmap_punch_delalloc_range(): i_data_sem, ILOCK.
    truncate_blocks(k, f) {
      k.truncate_failed_blocks(f.pos, stop(k, f));
      return gone(k, f);
    },
    // ext4_should_retry_alloc(): what is about to be free is, after a commit.
    retry_alloc(k, f) {
      if (!again!(k, f)) return failed(k, f);
      f.err = 0;
      return beginLabel(fs);
    },
  };
  const absent: BeginLabel[] = [];
  if (!fs.handles) absent.push('journal_start', 'journal_stop_failed');
  if (!maps(fs)) absent.push('get_block', 'truncate_blocks');
  if (!trims(fs)) absent.push('truncate_pages');
  if (!fs.zeroes_when_trimming) absent.push('truncate_zero');
  if (!retries) absent.push('retry_alloc');
  return without(rows, absent);
}

type CheckLabel = 'lock_to_zero' | 'zero_eof' | 'unlock_zeroed' | 'flush_eof';

/** What comes before a write at f.pos, where the filesystem has to zero what is before it. */
export function zeroesFirst(
  fs: Filesystem,
  k: Kernel,
  f: { readonly pos: number },
): 'lock_to_zero' | 'zero_eof' | undefined {
  if (fs.zeroes_eof !== 'before' || f.pos <= k.i_size_read()) return undefined;
  return fs.locks_to_zero ? 'lock_to_zero' : 'zero_eof';
}

/**
 * What a filesystem does under i_rwsem before the generic code is called:
 * xfs_file_aio_write_checks(). Only where the write begins beyond EOF is there anything to do.
 */
export function checks<F extends BeginFrame, Exit extends string>(
  fs: Filesystem,
  next: Exit,
  failed: Exit,
): Part<F, CheckLabel, Exit> {
  const done = fs.flushes_eof ? 'flush_eof' : next;
  const rows: Part<F, CheckLabel, Exit> = {
    // W1: xfs_file_write_zero_eof(), invalidate_lock since 6.12.
    lock_to_zero(k) {
      k.invalidate_lock();
      return 'zero_eof';
    },
    // xfs_zero_eof().
    zero_eof(k, f) {
      f.err = k.zero_eof(f.pos);
      if (fs.locks_to_zero) return 'unlock_zeroed';
      return f.err ? failed : done;
    },
    unlock_zeroed(k, f) {
      k.invalidate_unlock();
      return f.err ? failed : done;
    },
    // filemap_write_and_wait_range(), before the size on disk can grow.
    flush_eof(k, f) {
      k.flush_eof(f.pos);
      return next;
    },
  };
  const zeroes = fs.zeroes_eof === 'before';
  const absent: CheckLabel[] = [];
  if (!zeroes || !fs.locks_to_zero) absent.push('lock_to_zero', 'unlock_zeroed');
  if (!zeroes) absent.push('zero_eof');
  if (!zeroes || !fs.flushes_eof) absent.push('flush_eof');
  return without(rows, absent);
}

/**
 * The page-at-a-time loop of one kernel, where it differs from the others. Of each, what it was
 * before, and what changed it.
 */
export interface Loop {
  /** The function, its file, and the kernel. */
  readonly source: string;
  /**
   * iov_iter_fault_in_readable() comes before write_begin; or only when nothing was copied, since
   * 6.15: 665575cff098.
   */
  readonly faults_in: 'first' | 'when-nothing-was-copied';
  /**
   * fatal_signal_pending() is not asked; or when a page is done, since 3.3; or before write_begin,
   * since 4.4 (mm: Make sendfile(2) killable), in iomap since 4.10: d1908f52557b.
   */
  readonly signal: 'never' | 'after-a-page' | 'before-a-page';
  /**
   * balance_dirty_pages_ratelimited() when a page is done; or before it, since 6.11: 9aac777aaf94,
   * and in iomap since 6.0.
   */
  readonly balances: 'after-a-page' | 'before-a-page';
  /**
   * write_end has taken in nothing of a copy that was short: all is tried again; or as much as was
   * copied, since 5.14: bc1bb416bbb9.
   */
  readonly retries: 'all' | 'what-was-copied';
}

export const LOOPS = {
  '2.6.37': {
    source: 'generic_perform_write(), mm/filemap.c of 2.6.37',
    faults_in: 'first',
    signal: 'never',
    balances: 'after-a-page',
    retries: 'all',
  },
  '3.10': {
    source: 'generic_perform_write(), mm/filemap.c of 3.10',
    faults_in: 'first',
    signal: 'after-a-page',
    balances: 'after-a-page',
    retries: 'all',
  },
  '6.18': {
    source: 'generic_perform_write(), mm/filemap.c of 6.18',
    faults_in: 'when-nothing-was-copied',
    signal: 'before-a-page',
    balances: 'before-a-page',
    retries: 'what-was-copied',
  },
  'iomap of 4.8': {
    source: 'iomap_write_actor(), fs/iomap.c of 4.8',
    faults_in: 'first',
    signal: 'never',
    balances: 'after-a-page',
    retries: 'all',
  },
  'iomap of 6.1': {
    source: 'iomap_write_iter(), fs/iomap/buffered-io.c of 6.1',
    faults_in: 'first',
    signal: 'before-a-page',
    balances: 'before-a-page',
    retries: 'what-was-copied',
  },
} as const satisfies Readonly<Record<string, Loop>>;

/**
 * Locals of the loop. `bytes`: of the page no more than this is tried; 0: all. `tried`: the end of
 * what write_end has not taken in whole.
 */
export const WRITE_LOCALS = {
  bytes: 'cells',
  tried: 'cells',
  retries: 'cells',
  old_size: 'cells',
  copied: 'cells',
  done: 'cells',
  err: 'errno',
} as const;
export type WriteFrame = Frame<typeof WRITE_LOCALS>;
type LoopLabel =
  | 'fault_in'
  | 'signal'
  | 'copy'
  | 'write_end'
  | 'zero_behind'
  | 'journal_stop'
  | 'write_failed'
  | 'balance';
export type PerformLabel = BeginLabel | LoopLabel;

/** The row with which a page begins. */
export function pageLabel(
  loop: Loop,
  fs: Filesystem,
): 'balance' | 'fault_in' | 'signal' | BeginLabel {
  return loop.balances === 'before-a-page' ? 'balance' : afterBalance(loop, fs);
}
const afterBalance = (loop: Loop, fs: Filesystem): 'fault_in' | 'signal' | BeginLabel =>
  loop.faults_in === 'first' ? 'fault_in' : afterFault(loop, fs);
const afterFault = (loop: Loop, fs: Filesystem): 'signal' | BeginLabel =>
  loop.signal === 'before-a-page' ? 'signal' : beginLabel(fs);

export interface PerformOptions {
  readonly loop: Loop;
  /** What it hands to write_end for fsdata. */
  readonly fsdata?: number;
  /** Does write_end take in what was copied into blocks that are uptodate? No kernel's does. */
  readonly by_block: boolean;
}

/**
 * What a caller may put in: the end of what is to be written now, and a row that has the page
 * locked.
 */
export interface Within<F, Exit extends string> {
  readonly end?: (f: F) => number;
  readonly grabbed?: Exit;
}

/**
 * The generic loop's own flaw, in every kernel until now. Harmless: only the caller's bytes are
 * seen.
 */
export const SHORT_COPY: Flaw = {
  name: 'short-copy-is-denied',
  says: 'write_end denies a short copy, and bytes of it are seen in a block that was uptodate',
  source: 'block_write_end(), fs/buffer.c: "treat it as a zero-length write"; so does iomap',
};

/**
 * generic_perform_write(), [f.pos, f.end) a page at a time. Goes to `exit` with f.done cells
 * written, and f.err set where it stopped for an error.
 */
export function perform_write<F extends WriteFrame, Exit extends string>(
  fs: Filesystem,
  exit: (k: Kernel, f: F) => Exit,
  options: PerformOptions,
  within: Within<F, Exit> = {},
): Part<F, PerformLabel, Exit> {
  const { loop, fsdata = FSDATA, by_block } = options;
  const { end = (f: F) => f.end } = within;
  const begins = pageLabel(loop, fs);
  /** The end of what is tried of this page. */
  const upTo = (f: F) => (f.bytes > 0 ? Math.min(f.pos + f.bytes, end(f)) : end(f));
  const stop = (k: Kernel, f: F) => k.page_end(f.pos, upTo(f));
  const out = (k: Kernel, f: F) => {
    f.bytes = f.tried = f.retries = 0;
    return exit(k, f);
  };
  // After write_end: a copy that was cut short beyond i_size has instantiated too much.
  const ended = (k: Kernel, f: F) => {
    const tried = Math.max(f.tried, stop(k, f));
    if (trims(fs) && !fs.keeps_short && tried > f.pos + f.copied && tried > k.i_size_read()) {
      return 'truncate_pages';
    }
    const failed = fs.drops_failed && f.copied === 0 && tried > k.i_size_read();
    return failed ? 'write_failed' : advance(k, f);
  };
  // iov_iter_advance(), as far as write_end has taken in; with nothing, the same page again.
  const advance = (k: Kernel, f: F) => {
    const { copied } = f;
    f.copied = f.tried = f.retries = 0;
    if (copied === 0) return again(f);
    k.iov_iter_advance(copied);
    f.pos += copied;
    f.done += copied;
    f.bytes = 0;
    if (loop.balances === 'after-a-page') return 'balance';
    return f.pos < end(f) ? begins : out(k, f);
  };
  // With some copied that was not taken in, 6.18 tries that much at once, without a fault.
  const again = (f: F) => (loop.faults_in === 'first' || f.bytes > 0 ? begins : 'fault_in');

  const rows: Part<F, PerformLabel, Exit> = {
    // balance_dirty_pages_ratelimited(). No lock but i_rwsem.
    balance(k, f) {
      k.balance_dirty_pages();
      if (loop.balances === 'before-a-page') return afterBalance(loop, fs);
      if (loop.signal === 'after-a-page') return 'signal';
      return f.pos < end(f) ? begins : out(k, f);
    },
    // iov_iter_fault_in_readable(). No lock but i_rwsem.
    fault_in(k, f) {
      f.err = k.fault_in_readable(upTo(f) - f.pos);
      if (f.err) return out(k, f);
      return loop.faults_in === 'first' ? afterFault(loop, fs) : begins;
    },
    signal(k, f) {
      f.err = k.fatal_signal_pending();
      if (f.err) return out(k, f);
      if (loop.signal === 'before-a-page') return beginLabel(fs);
      return f.pos < end(f) ? begins : out(k, f);
    },
    ...write_begin<F, 'copy' | LoopLabel | BeginLabel | Exit>(
      fs,
      'copy',
      (k, f) => (f.err ? out(k, f) : advance(k, f)),
      {
        ...within,
        end: upTo,
        // `len` has been clipped to the folio by then.
        fails: (f, stop_at) => {
          f.bytes = stop_at - f.pos;
        },
        again: (k, f) => k.should_retry_alloc(f.retries) && ++f.retries > 0,
      },
    ),
    // iov_iter_copy_from_user_atomic(). PG_locked, page faults off.
    copy(k, f) {
      f.copied = k.copy_from_user_atomic(f.pos, stop(k, f));
      return 'write_end';
    },
    // ->write_end(): i_size is raised under PG_locked, then the page is unlocked.
    write_end(k, f) {
      const { copied } = f;
      const old_size = k.i_size_read();
      f.tried = stop(k, f);
      f.copied = k.write_end(f.pos, f.tried, copied, fsdata, by_block);
      if (loop.retries === 'what-was-copied' && f.copied === 0) f.bytes = copied;
      const takes_in = f.copied > 0 || fs.commits_nothing === true;
      if (fs.zeroes_eof === 'in-write-end' && takes_in && old_size < f.pos) {
        f.old_size = old_size;
        return 'zero_behind';
      }
      return fs.handles ? 'journal_stop' : ended(k, f);
    },
    // ext4_zero_partial_blocks(), when the size has grown. PG_locked of the page of the old EOF.
    zero_behind(k, f) {
      k.zero_behind(f.old_size, f.pos);
      f.old_size = 0;
      return fs.handles ? 'journal_stop' : ended(k, f);
    },
    journal_stop(k, f) {
      k.journal_stop();
      return ended(k, f);
    },
    // iomap_write_failed(): truncate_pagecache_range(), a page lock at a time.
    write_failed(k, f) {
      k.iomap_write_failed(f.pos, f.tried);
      return advance(k, f);
    },
  };
  const absent: PerformLabel[] = [];
  if (!fs.drops_failed) absent.push('write_failed');
  if (loop.signal === 'never') absent.push('signal');
  if (fs.zeroes_eof !== 'in-write-end') absent.push('zero_behind');
  if (!fs.handles) absent.push('journal_stop');
  return without(rows, absent);
}
