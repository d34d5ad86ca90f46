/**
 * write_begin of each kind of filesystem, and the page-at-a-time loop of mm/filemap.c, as rows that
 * several designs share just as their C code does.
 */
import type { Filesystem } from '../filesystem.ts';
import type { Flaw, Frame, Part } from '../design.ts';
import { without } from '../subsystem.ts';
import type { Kernel } from '../kernel.ts';
import { FSDATA } from '../write-begin.ts';
import { ENOMEM } from '../errno.ts';

type BeginFrame = Frame<{ err: 'errno' }>;

/** Does write_begin itself give blocks their place? */
const maps = (fs: Filesystem): boolean => fs.maps_by === 'get_block';

type JournalLabel = 'journal_start' | 'journal_stop_failed';
type BlockLabel = 'get_block' | 'truncate_pages' | 'truncate_blocks';
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
  options: { readonly end?: (f: F) => number; readonly grabbed?: Exit } = {},
): Part<F, BeginLabel, Exit> {
  const { end = (f: F) => f.end, grabbed } = options;
  /** The end of this page's share of the write. */
  const stop = (k: Kernel, f: F) => k.page_end(f.pos, end(f));
  // ext4_truncate_failed_write(), xfs_vm_write_failed(): only where the write went beyond i_size,
  // and not where there was no page to begin with.
  const undone = (k: Kernel, f: F) =>
    maps(fs) && f.err !== ENOMEM && stop(k, f) > k.i_size_read() ? 'truncate_pages' : failed(k, f);

  const rows: Part<F, BeginLabel, Exit> = {
    // ext4_journal_start(): before the page lock, as the lock order wants it.
    journal_start(k) {
      k.journal_start();
      return 'grab_page';
    },
    // grab_cache_page_write_begin(), AOP_FLAG_NOFS.
    grab_page(k, f) {
      const err = k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS', stop(k, f));
      if (err === 0) return grabbed ?? (maps(fs) ? 'get_block' : 'prepare');
      f.err = err;
      return fs.handles ? 'journal_stop_failed' : failed(k, f);
    },
    // __block_write_begin(): ->get_block for each block. PG_locked; the map's own lock within.
    get_block(k, f) {
      f.err = k.get_block(f.pos, stop(k, f));
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
    // truncate_inode_pages(mapping, i_size): a page lock at a time.
    truncate_pages(k) {
      return k.truncate_page() ? 'truncate_pages' : 'truncate_blocks';
    },
    // ext4_truncate(), xfs_bmap_punch_delalloc_range(): i_data_sem, ILOCK.
    truncate_blocks(k, f) {
      k.truncate_failed_blocks(f.pos, stop(k, f));
      return failed(k, f);
    },
  };
  const absent: BeginLabel[] = [];
  if (!fs.handles) absent.push('journal_start', 'journal_stop_failed');
  if (!maps(fs)) absent.push('get_block', 'truncate_pages', 'truncate_blocks');
  return without(rows, absent);
}

/** Has the filesystem anything to zero before a write at f.pos? i_rwsem is held. */
export const growsBeyondEof = (fs: Filesystem, k: Kernel, f: { readonly pos: number }): boolean =>
  fs.zeroes_eof && f.pos > k.i_size_read();

/**
 * What a filesystem does under i_rwsem before the generic code is called:
 * xfs_file_aio_write_checks(). Only where the write begins beyond EOF is there anything to do.
 */
export function checks<F extends BeginFrame, Exit extends string>(
  fs: Filesystem,
  next: Exit,
  failed: Exit,
): Part<F, 'zero_eof' | 'flush_eof', Exit> {
  const rows: Part<F, 'zero_eof' | 'flush_eof', Exit> = {
    // xfs_zero_eof().
    zero_eof(k, f) {
      f.err = k.zero_eof(f.pos);
      if (f.err) return failed;
      return fs.flushes_eof ? 'flush_eof' : next;
    },
    // filemap_write_and_wait_range(), before the size on disk can grow.
    flush_eof(k, f) {
      k.flush_eof(f.pos);
      return next;
    },
  };
  const absent: (keyof typeof rows)[] = [];
  if (!fs.zeroes_eof) absent.push('zero_eof');
  if (!fs.zeroes_eof || !fs.flushes_eof) absent.push('flush_eof');
  return without(rows, absent);
}

export type WriteFrame = Frame<{ copied: 'cells'; done: 'cells'; err: 'errno' }>;
type LoopLabel = 'fault_in' | 'signal' | 'copy' | 'write_end' | 'journal_stop' | 'balance';
export type PerformLabel = BeginLabel | LoopLabel;

export interface PerformOptions {
  /** Does it look for fatal signals, as since 3.10? */
  readonly signals: boolean;
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
  const { signals, fsdata = FSDATA, by_block } = options;
  const { end = (f: F) => f.end } = within;
  const stop = (k: Kernel, f: F) => k.page_end(f.pos, end(f));
  // After write_end: a copy that was cut short beyond i_size has instantiated too much.
  const ended = (k: Kernel, f: F) =>
    maps(fs) && f.copied < stop(k, f) - f.pos && stop(k, f) > k.i_size_read()
      ? 'truncate_pages'
      : advance(k, f);
  // iov_iter_advance(); with nothing copied, `goto again`.
  const advance = (k: Kernel, f: F) => {
    const { copied } = f;
    f.copied = 0;
    if (copied === 0) return 'fault_in';
    k.iov_iter_advance(copied);
    f.pos += copied;
    f.done += copied;
    return 'balance';
  };

  const rows: Part<F, PerformLabel, Exit> = {
    // again: iov_iter_fault_in_readable(). No lock but i_rwsem.
    fault_in(k, f) {
      f.err = k.fault_in_readable();
      if (f.err) return exit(k, f);
      return signals ? 'signal' : beginLabel(fs);
    },
    signal(k, f) {
      f.err = k.fatal_signal_pending();
      return f.err ? exit(k, f) : beginLabel(fs);
    },
    ...write_begin<F, 'copy' | 'balance' | 'fault_in' | Exit>(
      fs,
      'copy',
      (k, f) => (f.err ? exit(k, f) : advance(k, f)),
      within,
    ),
    // iov_iter_copy_from_user_atomic(). PG_locked, page faults off.
    copy(k, f) {
      f.copied = k.copy_from_user_atomic(f.pos, stop(k, f));
      return 'write_end';
    },
    // ->write_end(): i_size is raised under PG_locked, then the page is unlocked.
    write_end(k, f) {
      f.copied = k.write_end(f.pos, stop(k, f), f.copied, fsdata, by_block);
      return fs.handles ? 'journal_stop' : ended(k, f);
    },
    journal_stop(k, f) {
      k.journal_stop();
      return ended(k, f);
    },
    // balance_dirty_pages_ratelimited(). No lock but i_rwsem.
    balance(k, f) {
      k.balance_dirty_pages();
      return f.pos < end(f) ? 'fault_in' : exit(k, f);
    },
  };
  const absent: PerformLabel[] = [];
  if (!signals) absent.push('signal');
  if (!fs.handles) absent.push('journal_stop');
  return without(rows, absent);
}
