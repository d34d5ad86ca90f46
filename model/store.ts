/**
 * A store through a shared mapping of a file, and the page fault that it may take: its rows. The
 * commands are in mmap.ts.
 */
import type { Row } from '../machine/rows.ts';
import type { core } from './core.ts';
import { ENOSPC } from './errno.ts';
import type { Filesystem } from './filesystem.ts';
import type { journal } from './journal.ts';
import type { mmapLock } from './mmap-lock.ts';
import type { commands, looks } from './mmap.ts';
import type { pageCache } from './page-cache.ts';
import { without } from './subsystem.ts';
import type { Face } from './subsystem.ts';

/** What the rows see of the kernel. */
export type StoreRows = Face<{ commands: typeof commands; looks: typeof looks }> &
  Face<Pick<typeof journal, 'commands'>> &
  Face<Pick<typeof mmapLock, 'commands'>> &
  Face<Pick<typeof pageCache, 'commands' | 'looks'>> &
  Face<Pick<typeof core, 'commands' | 'looks'>>;

type F = {
  pos: number;
  end: number;
  size: number;
  done: number;
  retries: number;
  err: number;
};
type Label =
  | 'store'
  | 'lock_mmap'
  | 'lock_invalidate'
  | 'add_page'
  | 'journal_start'
  | 'fault'
  | 'mkwrite'
  | 'finish'
  | 'unlock_failed'
  | 'journal_stop'
  | 'retry_alloc'
  | 'unlock_invalidate'
  | 'unlock_mmap'
  | 'ret';

/** Cells are stored one by one; each may fault. Where the first does not exist, SIGBUS. */
export function rowsOfStore(
  fs: Filesystem,
  made: ReadonlySet<string>,
): { readonly [label in Label]: Row<StoreRows, F, Label> } {
  // mmap_lock matters where somebody wants it for himself.
  const locks = made.has('mmap');
  // ext3 has no ->page_mkwrite, and so no handle here.
  const handles = fs.handles && !fs.stores_without_blocks;
  // The row that allocates the page: with what kernels hold then, and with no handle open.
  const holds = locks || fs.invalidate_lock === true;
  const allocatesIn = handles ? (holds ? 'add_page' : 'store') : 'fault';
  const retries = handles && fs.retries_alloc === true;
  const starts = handles ? 'journal_start' : 'fault';
  const begins = allocatesIn === 'add_page' ? 'add_page' : starts;
  const faults = fs.invalidate_lock ? 'lock_invalidate' : begins;
  const leave = (f: F): Label => (locks ? 'unlock_mmap' : after(f));
  const unlock = (f: F): Label => (fs.invalidate_lock ? 'unlock_invalidate' : leave(f));
  const stop = (f: F): Label => (handles ? 'journal_stop' : unlock(f));
  const after = (f: F): Label => (f.err || f.pos === f.end ? 'ret' : 'store');
  // What lies beyond EOF is nothing that the file has; nor is what follows it.
  const stored = (k: StoreRows, f: F, below: boolean): void => {
    if (below && f.done === f.pos - k.user_pos()) f.done++;
    f.pos++;
  };
  const rows: { readonly [label in Label]: Row<StoreRows, F, Label> } = {
    store(k, f) {
      const below = k.is_below_eof(f.pos);
      if (!k.store(f.pos, allocatesIn === 'store')) return locks ? 'lock_mmap' : faults;
      stored(k, f, below);
      return after(f);
    },
    // F0. Not modelled: that a first try gives it back while it waits for the page lock.
    lock_mmap(k) {
      k.mmap_read_lock();
      return faults;
    },
    lock_invalidate(k) {
      k.invalidate_lock_shared();
      return begins;
    },
    // filemap_fault(), and after it ->page_mkwrite() with its handle. The handle comes before the
    // page lock: so the page is allocated in a row of its own.
    add_page(k, f) {
      k.add_page(f.pos);
      return starts;
    },
    journal_start(k) {
      k.journal_start();
      return 'fault';
    },
    // F1.
    fault(k, f) {
      f.err = k.fault_page(f.pos, allocatesIn === 'fault');
      return f.err ? stop(f) : 'mkwrite';
    },
    // F2, F3.
    mkwrite(k, f) {
      f.size = k.i_size_read();
      f.err = k.page_mkwrite(f.pos);
      return f.err ? 'unlock_failed' : 'finish';
    },
    // F4.
    finish(k, f) {
      const below = k.is_below_eof(f.pos);
      if (k.finish_mkwrite(f.pos, f.size)) stored(k, f, below);
      f.size = f.retries = 0;
      return stop(f);
    },
    unlock_failed(k, f) {
      k.unlock_page(k.page_index(f.pos));
      f.size = 0;
      return stop(f);
    },
    journal_stop(k, f) {
      k.journal_stop();
      return retries && f.err === ENOSPC ? 'retry_alloc' : unlock(f);
    },
    // ext4_page_mkwrite(): ext4_should_retry_alloc().
    retry_alloc(k, f) {
      if (!k.should_retry_alloc(f.retries)) return unlock(f);
      f.retries++;
      f.err = 0;
      return starts;
    },
    unlock_invalidate(k, f) {
      k.invalidate_unlock_shared();
      return leave(f);
    },
    unlock_mmap(k, f) {
      k.mmap_read_unlock();
      return after(f);
    },
    ret(k, f) {
      k.returns(f.done, f.err);
      return 'done';
    },
  };
  return without(rows, [
    ...(locks ? [] : (['lock_mmap', 'unlock_mmap'] as const)),
    ...(fs.invalidate_lock ? [] : (['lock_invalidate', 'unlock_invalidate'] as const)),
    ...(allocatesIn === 'add_page' ? [] : (['add_page'] as const)),
    ...(handles ? [] : (['journal_start', 'journal_stop'] as const)),
    ...(retries ? [] : (['retry_alloc'] as const)),
  ]);
}
