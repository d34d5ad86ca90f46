/**
 * fsync() writes the file's dirty pages and waits for them, has the journal commit what they need,
 * and returns an error of writeback once to every opener. sync_file_range() forces no log. Each
 * writer has the file open for itself.
 */
import type { Row } from '../machine/rows.ts';
import type { core } from './core.ts';
import type { Filesystem } from './filesystem.ts';
import { EIO, errorName } from './errno.ts';
import type { Geometry } from './geometry.ts';
import { hasToLog } from './extents.ts';
import { commitNow, journal } from './journal.ts';
import type { Journal } from './journal.ts';
import { pageOf, waitForWriteback } from './page-cache.ts';
import { choice, declare, syscall, without } from './subsystem.ts';
import type { Ctx, Face } from './subsystem.ts';
import { lockForIo, writeback, writepage } from './writeback.ts';
import type { Writeback } from './writeback.ts';
import { isToBeWritten } from './writepage.ts';

const FSYNC = declare({
  name: 'fsync',
  sites: {
    others_commit: choice('fsync() of one file commits what another has changed', 'yes', 'no'),
  },
});
type K = Ctx<typeof FSYNC> & Journal & Writeback;

/**
 * mpage_process_page_bufs(): has the scan ended before page `index`, which lies beyond EOF,
 * since it has come to the page of EOF, or to another beyond?
 */
function isBehindScan(k: K, index: number, from: number): boolean {
  const { i_size } = k.s.inode[k.file]!;
  if (!k.fs.stops_at_eof || k.folioFirst(index) * k.page_size < i_size) return false;
  // Of a folio that it has begun it comes to all pages.
  const come_to = from <= 0 ? -1 : k.folioLast(from - 1);
  return k.folioFirst(index) >= from && come_to >= k.page_index(Math.max(0, i_size - 1));
}

const commands = {
  /**
   * write_cache_pages(), WB_SYNC_ALL: lock_page() of the next dirty page of [pos, end), rounded
   * outward to pages, from number `from` on, after writeback that is under way for it; with
   * WB_SYNC_NONE (`waits` is false) such a page is left out. Returns 1 + its number; 0 where there
   * is none.
   */
  lock_page_to_sync(this: K, from: number, pos = 0, end = this.file_cells, waits = true): number {
    this.command();
    const first = this.pageNumber(0);
    if (pos >= this.file_cells) return 0;
    const begin = Math.max(this.folioFirst(this.page_index(pos)), from - first);
    const last = end > 0 ? this.folioLast(this.page_index(end - 1)) : -1;
    for (let index = begin; index <= last; index++) {
      if (!isToBeWritten(this, index) || isBehindScan(this, index, from - first)) continue;
      const { writeback: io } = pageOf(this, index);
      if (io && !waits) continue;
      if (io) waitForWriteback(this, index);
      else lockForIo(this, index);
      return first + index + 1;
    }
    if (this.tracing) this.say('no dirty page is left');
    return 0;
  },

  /** filemap_fdatawait_range(): until no page of [pos, end) is under writeback. */
  fdatawait(this: K, pos = 0, end = this.file_cells): void {
    this.command();
    const last = end > pos ? this.folioLast(this.page_index(end - 1)) : -1;
    const begin = pos < this.file_cells ? this.folioFirst(this.page_index(pos)) : 0;
    for (let index = begin; index <= last; index++) {
      if (!pageOf(this, index).writeback) continue;
      waitForWriteback(this, index);
      return;
    }
    this.ledger.waited(this.current);
    if (this.tracing) this.say('filemap_fdatawait()');
  },

  /**
   * jbd2_complete_transaction(), xfs_log_force(): what is logged now survives a crash. It waits for
   * open handles as the commit does. With nothing to log the disk's cache is flushed all the same
   * (blkdev_issue_flush()).
   */
  force_log(this: K): void {
    this.command();
    // jbd2_complete_transaction() of a file that the running transaction does not have.
    const skips = !this.judged && this.geometry.files > 1 && !hasToLog(this);
    if (skips && this.choose(this.site.others_commit, 2) === 1) {
      this.s.locked = 0;
      return;
    }
    if (commitNow(this) && this.tracing) this.say('the log is forced');
  },

  /**
   * file_check_and_advance_wb_err(): -EIO or 0; the same error is returned once to each opener.
   * Before 4.13 filemap_check_errors(): once to whoever asks first. `advances`: false in no kernel.
   */
  file_check_and_advance_wb_err(this: K, advances = true): number {
    this.command();
    const inode = this.s.inode[this.file]!;
    const own = 1 << this.me;
    const error = (inode.wb_err & own) !== 0 ? EIO : 0;
    if (advances) {
      inode.wb_err &= ~(this.fs.tells_one_opener && error ? inode.wb_err : own);
      inode.as_eio = 0;
      this.ledger.asked(this.file, this.current);
    }
    if (this.tracing) this.say(`file_check_and_advance_wb_err() = ${errorName(error)}`);
    return error;
  },

  /**
   * filemap_check_errors(): -EIO or 0, of what was written and waited for; it is then forgotten.
   * Before 4.13 by everybody: fsync() has nothing more to tell.
   */
  filemap_check_errors(this: K): number {
    this.command();
    const inode = this.s.inode[this.file]!;
    const error = inode.as_eio === 1 ? EIO : 0;
    inode.as_eio = 0;
    this.ledger.asked(this.file, this.current);
    if (error && this.fs.tells_one_opener) inode.wb_err = 0;
    if (this.tracing) this.say(`filemap_check_errors() = ${errorName(error)}`);
    return error;
  },
};

export type SyncRows = Face<{ commands: typeof commands }> &
  Face<Pick<typeof writeback, 'commands' | 'looks'>> &
  Face<Pick<typeof core, 'commands'>>;

type Rows = SyncRows & Face<Pick<typeof journal, 'commands'>>;

export interface SyncFrame {
  page: number;
  next: number;
  size: number;
  pos: number;
  end: number;
}

export const SYNC_LABELS = ['lock', 'eof', 'map', 'start', 'submit', 'wait'] as const;
export type SyncLabel = (typeof SYNC_LABELS)[number];
/** Those, and the error of them. */
export const CHECKED_LABELS = [...SYNC_LABELS, 'check'] as const;
export type CheckedLabel = (typeof CHECKED_LABELS)[number];

/** What is written and waited for, in cells; rounded outward to pages. No end: to that of all. */
interface Range<Kernel, Frame> {
  readonly begin: (k: Kernel, f: Frame) => number;
  readonly end: (k: Kernel, f: Frame) => number | undefined;
}
const WHOLE: Range<unknown, unknown> = { begin: () => 0, end: () => undefined };

/**
 * Its dirty pages, one after the other; they are waited for only where they are written again. A
 * design knows no sizes: without them the row that submits a bio of several pages is there.
 */
export function write_all<Kernel extends SyncRows, F extends SyncFrame, Exit extends string>(
  g: Geometry | undefined,
  exit: Exit,
  { begin, end }: Range<Kernel, F> = WHOLE,
  waits = false,
) {
  type Label = Exclude<SyncLabel, 'wait'> | Exit;
  const rows = {
    lock(k: Kernel, f: F): Label {
      const locked = k.lock_page_to_sync(f.next, begin(k, f), end(k, f), waits);
      f.page = Math.max(0, locked - 1);
      return locked > 0 ? 'eof' : exit;
    },
    ...writepage<SyncFrame, 'start'>(() => 'start'),
    start(k: Kernel, f: F): Label {
      k.start_writeback(f.page);
      f.next = f.page + 1;
      f.page = 0;
      return k.gathers() ? 'submit' : 'lock';
    },
    submit(k: Kernel, f: F): Label {
      k.submit_bio(f.next - 1);
      return 'lock';
    },
  };
  return without(rows, g === undefined || g.bio_pages > 1 ? [] : ['submit']);
}

/** filemap_write_and_wait_range(): its dirty pages, one after the other, and their I/O. */
export function write_and_wait<Kernel extends SyncRows, F extends SyncFrame, Exit extends string>(
  g: Geometry | undefined,
  exit: Exit | ((f: F) => Exit),
  { begin, end }: Range<Kernel, F> = WHOLE,
) {
  return {
    ...write_all<Kernel, F, 'wait'>(g, 'wait', { begin, end }, true),
    wait(k: Kernel, f: F): Exit {
      k.fdatawait(begin(k, f), end(k, f));
      f.next = 0;
      return typeof exit === 'string' ? exit : exit(f);
    },
  };
}

/** The same, and -EIO where it has failed. */
export function write_and_check<
  Kernel extends SyncRows,
  F extends SyncFrame & { err: number },
  Exit extends string,
  Failed extends string,
>(g: Geometry, exit: (k: Kernel, f: F) => Exit, failed: Failed, range: Range<Kernel, F>) {
  return {
    ...write_and_wait(g, 'check', range),
    // filemap_check_errors().
    check(k: Kernel, f: F): Exit | Failed {
      f.err = k.filemap_check_errors();
      return f.err ? failed : exit(k, f);
    },
  };
}

type RangeLabel = SyncLabel | 'check' | 'ret';
type FsyncLabel = SyncLabel | 'check' | 'lock_log' | 'force_log' | 'ret';

function rowsOfFsync(
  fs: Filesystem,
  g: Geometry,
): { readonly [label in FsyncLabel]: Row<Rows, SyncFrame & { err: number }, FsyncLabel> } {
  const rows: ReturnType<typeof rowsOfFsync> = {
    ...write_and_wait(g, 'check'),
    check(k, f) {
      f.err = k.file_check_and_advance_wb_err();
      if (f.err) return 'ret';
      return fs.handles ? 'lock_log' : 'force_log';
    },
    // jbd2_log_start_commit().
    lock_log(k) {
      k.lock_transaction();
      return 'force_log';
    },
    force_log(k) {
      k.force_log();
      return 'ret';
    },
    ret(k, f) {
      k.returns(0, f.err);
      return 'done';
    },
  };
  return without(rows, fs.handles ? [] : ['lock_log']);
}

export const fsync = {
  ...FSYNC,
  commands,
  calls: {
    fsync: syscall<Rows>()(
      () => 'calls fsync',
      { page: 'page', next: 'page', size: 'cells', err: 'errno' },
      rowsOfFsync,
      {
        begins: (k) => k.ledger.syncs(k.current, k.me),
        ends: (k, error) => k.ledger.synced(k.current, k.me, error === 0),
      },
    ),
    /** It forces no log, and flushes no cache of the disk: it promises nothing. */
    sync_file_range: syscall<Rows>()(
      () => 'calls sync_file_range',
      { page: 'page', next: 'page', size: 'cells', err: 'errno' },
      (
        _,
        g,
      ): {
        readonly [label in RangeLabel]: Row<Rows, SyncFrame & { err: number }, RangeLabel>;
      } => ({
        // SYNC_FILE_RANGE_WAIT_BEFORE, _WRITE and _WAIT_AFTER.
        ...write_and_wait<Rows, SyncFrame & { err: number }, 'check'>(g, 'check', {
          begin: (_k, f) => f.pos,
          end: (_k, f) => f.end,
        }),
        check(k, f) {
          f.err = k.file_check_and_advance_wb_err();
          return 'ret';
        },
        ret(k, f) {
          k.returns(0, f.err);
          return 'done';
        },
      }),
      {
        begins: (k) => k.ledger.asksForErrors(k.current, k.me),
        ends: (k, error) => k.ledger.toldErrors(k.current, k.me, error === 0),
      },
    ),
  },
};
