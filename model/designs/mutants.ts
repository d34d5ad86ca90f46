/**
 * Sound designs with one row changed, or one hook of the filesystem below them, each to be caught
 * by the promise that it names: alone, or before any other. A promise that no mutant breaks is not
 * known to work.
 */
import { MAPPED, allocateExtent, delayExtent } from '../extents.ts';
import { MAPS, NEEDS_HANDLE, NO_SPACE } from '../filesystem.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext3Ordered } from '../filesystems/ext3-2.6.37.ts';
import { ext4Ordered } from '../filesystems/ext4.ts';
import { xfs } from '../filesystems/xfs.ts';
import { geometry as sized } from '../geometry.ts';
import type { Design } from '../design.ts';
import type { Kernel } from '../kernel.ts';
import { FSDATA } from '../write-begin.ts';
import { reserve } from '../space.ts';
import type { Call, InitialFile, Setup } from '../system.ts';
import { iomapDesigns } from './iomap.ts';
import { reservesAPage } from './mutant-bases.ts';
import { pageAtATimeByYear, pageAtATimeDesigns } from './page-at-a-time.ts';
import type { WriteFrame } from './perform-write.ts';
import { recvfileSafeDesigns } from './recvfile-safe.ts';

export interface Mutant {
  readonly design: Design;
  /** The sound design that it was made from. */
  readonly base: Design;
  /** The promise that catches it. */
  readonly kills: string;
  /** Promises that cannot but be broken in the same step. */
  readonly with: readonly string[];
  /** Bounds within which it is caught, and the sound design is not. */
  readonly setup: Setup;
}

const iomap = iomapDesigns[0]!;
const ext3 = pageAtATimeByYear.find(({ filesystem }) => filesystem === ext3Ordered)!;
const receives = recvfileSafeDesigns.find(({ filesystem }) => filesystem === ext4Ordered)!;

const grown: InitialFile = { i_size: 0, blocks: '' };
const sparse: InitialFile = { i_size: 4, blocks: '' };
const mapped: InitialFile = { i_size: 4, blocks: 'MM' };

export type Changed = (
  k: Kernel,
  f: WriteFrame & { page: number; io: number; received: number; at: number; scanned: number },
) => string;

export const fsync: Call = { call: 'fsync', pos: 0, count: 1 };
export const truncate = (pos: number): Call => ({ call: 'truncate', pos, count: 1 });

/** A failed write leaves no page beyond EOF; the row that takes back their space is left out. */
const truncatesPagesAlone: Changed = (k, f) => {
  if (k.truncate_page()) return 'truncate_pages';
  f.copied = 0;
  return f.err ? 'unlock_inode' : 'fault_in';
};

/** The page-at-a-time design on that filesystem. */
const base = (fs: Filesystem): Design =>
  pageAtATimeDesigns.find(({ filesystem }) => filesystem === fs)!;

/** The two rows come between the copy and write_end. */
const locksTheNextPageToo: Design['rows'] = {
  ...base(xfs).rows,
  copy(k, f: WriteFrame) {
    f.copied = k.copy_from_user_atomic(f.pos, k.page_end(f.pos, f.end));
    return 'lock_next';
  },
  lock_next(k, f: WriteFrame) {
    k.lock_page(k.page_index(f.pos) + 1);
    return 'unlock_next';
  },
  unlock_next(k, f: WriteFrame) {
    k.unlock_page(k.page_index(f.pos) + 1);
    return 'write_end';
  },
};

interface Parts {
  readonly name: string;
  readonly about: string;
  readonly kills: string;
  readonly with?: readonly string[];
  /** The filesystem of the page-at-a-time design that is changed; or the design itself. */
  readonly on: Filesystem | Design;
  readonly file: InitialFile;
  readonly faults?: readonly string[];
  /** Tasks at work; without it, all. */
  readonly others?: readonly string[];
  readonly pos?: number;
  readonly count?: number;
  /** The user buffer is a mapping of this page of the file. */
  readonly buffer?: number;
  /** The calls of another writer. */
  readonly beside?: readonly Call[];
  /** And of a third. */
  readonly third?: readonly Call[];
  readonly page_blocks?: number;
  readonly write_cache?: number;
  readonly bio_pages?: number;
  /** Calls that follow the write. */
  readonly followed_by?: readonly Call[];
  readonly blocks?: number;
  readonly dirty_limit?: number;
  readonly socket?: boolean;
}

const SETUP: Omit<Setup, 'files' | 'writers' | 'geometry'> = {
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
};

export function made(
  {
    on,
    file,
    faults,
    count = 4,
    followed_by = [],
    buffer,
    others = SETUP.others,
    beside = [],
    third = [],
    pos = 0,
    page_blocks = 1,
    write_cache = 0,
    bio_pages = 1,
    ...parts
  }: Parts,
  change: Partial<Design>,
) {
  const { blocks = 3, dirty_limit = 32 } = parts;
  const sound = 'rows' in on ? on : base(on);
  return {
    base: sound,
    kills: parts.kills,
    with: parts.with ?? [],
    design: {
      ...sound,
      name: `mutant/${parts.name}`,
      about: parts.about,
      socket: parts.socket ?? sound.socket,
      ...change,
    },
    setup: {
      ...SETUP,
      others,
      geometry: sized({ page_blocks, blocks, dirty_limit, write_cache, bio_pages }),
      files: [file],
      writers: [
        [{ pos, count, ...(buffer === undefined ? {} : { buffer }) }, ...followed_by],
        ...[beside, third].filter((calls) => calls.length > 0),
      ],
      ...(faults === undefined ? {} : { faults, faults_max: 2 }),
    },
  };
}

/** With one row changed; a row of the others at work is `task.row`. */
export function mutant(parts: Parts & { readonly row: string; readonly change: Changed }): Mutant {
  const { row, change } = parts;
  const inOthers = row.includes('.');
  const { name, rows } = made(parts, {}).base;
  if (!inOthers && rows[row] === undefined) throw new Error(`${name} has no row ${row}`);
  return made(
    parts,
    inOthers ? { others: { [row]: change } } : { rows: { ...rows, [row]: change } },
  );
}

/** With one hook of its filesystem changed, below the same rows. */
export const mutantFs = (parts: Parts & { readonly hook: Partial<Filesystem> }): Mutant =>
  made(parts, { filesystem: { ...made(parts, {}).base.filesystem, ...parts.hook } });

export const MUTANTS: readonly Mutant[] = [
  mutant({
    name: 'new-blocks-not-zeroed',
    about:
      'after a short copy the page is just unlocked: write_end would have zeroed the new block',
    kills: 'no-stale-data',
    on: ext4Ordered,
    file: sparse,
    faults: ['copy-short'],
    row: 'copy',
    change(k, f) {
      const wanted = k.page_end(f.pos, f.end) - f.pos;
      const copied = k.copy_from_user_atomic(f.pos, k.page_end(f.pos, f.end));
      if (copied < wanted) return 'unlock_failed';
      f.copied = copied;
      return 'write_end';
    },
  }),
  mutantFs({
    name: 'maps-the-next-block-too',
    about: 'write_begin maps the block that follows as well, and nobody zeroes it',
    kills: 'no-stale-data',
    on: ext4Ordered,
    file: sparse,
    count: 2,
    // A reader would take what it finds for uptodate, and the journal would commit it.
    others: [],
    hook: {
      get_block: (k, fb) =>
        allocateExtent(k, fb, false, MAPPED) &&
        (fb > 0 || allocateExtent(k, fb + 1, false, MAPPED)),
    },
  }),
  mutantFs({
    name: 'data-not-ordered',
    about: 'the journal commits without waiting for the data of the blocks that it maps',
    kills: 'no-stale-data-after-crash',
    on: ext4Ordered,
    file: sparse,
    hook: { ordered: false },
  }),
  mutant({
    name: 'delalloc-not-punched',
    about: 'after a failed write beyond EOF the pages go, and their delayed allocations stay',
    kills: 'no-leaked-reservations',
    with: ['nothing-is-left-beyond-eof'],
    on: xfs,
    file: grown,
    faults: ['copy-short', 'fault-in-efault'],
    row: 'truncate_pages',
    change: truncatesPagesAlone,
  }),
  mutant({
    name: 'next-page-locked-first',
    about: 'the next page is locked and copied into before this one is unlocked',
    kills: 'no-nested-page-locks',
    on: ext4Ordered,
    file: grown,
    row: 'copy',
    change(k, f) {
      const end = k.page_end(f.pos, f.end);
      const copied = k.copy_from_user_atomic(f.pos, end);
      if (end < f.end) {
        f.pos = end;
        return 'journal_start';
      }
      f.copied = copied;
      return 'write_end';
    },
  }),
  made(
    {
      name: 'locks-the-next-page-too',
      about: 'the next page is locked, and unlocked again, before this one is unlocked',
      kills: 'no-nested-page-locks',
      on: xfs,
      file: sparse,
      count: 2,
    },
    { rows: locksTheNextPageToo },
  ),
  mutant({
    name: 'not-converted',
    about: 'writeback of an unwritten block ends without its conversion',
    kills: 'no-lost-write',
    on: xfs,
    file: grown,
    row: 'ioend.bio',
    change(k, f) {
      f.io = k.bio_endio();
      return 'end';
    },
  }),
  mutant({
    name: 'error-hides-progress',
    about:
      'a write that was cut short takes the iterator back and returns the error, not the bytes',
    kills: 'return-value-is-true',
    on: ext4Ordered,
    file: grown,
    faults: ['fault-in-efault'],
    row: 'ret',
    change(k, f) {
      if (f.err) k.iov_iter_revert(f.done);
      k.returns(f.err ? 0 : f.done, f.err);
      return 'done';
    },
  }),
  mutant({
    name: 'nothing-reserved',
    about: 'write_begin prepares the page without reserving space for it',
    kills: 'dirty-has-somewhere-to-go',
    on: xfs,
    file: grown,
    row: 'grab_page',
    change(k, f) {
      k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS');
      return 'prepare';
    },
  }),
  mutant({
    name: 'short-copy-accepted',
    about: 'write_end takes in a short copy although the page is not uptodate',
    kills: 'uptodate-means-it',
    on: ext4Ordered,
    file: grown,
    faults: ['copy-short'],
    row: 'write_end',
    change(k, f) {
      const { copied } = f;
      f.copied = k.write_end(f.pos, f.pos + copied, copied, FSDATA);
      return 'journal_stop';
    },
  }),
  mutant({
    name: 'write-end-left-out',
    about: 'where nothing was copied the page is unlocked without write_end',
    kills: 'begin-and-end-are-paired',
    on: xfs,
    file: grown,
    faults: ['copy-short'],
    row: 'copy',
    change(k, f) {
      const copied = k.copy_from_user_atomic(f.pos, k.page_end(f.pos, f.end));
      f.copied = copied;
      return copied === 0 ? 'unlock_failed' : 'write_end';
    },
  }),
  mutant({
    name: 'returns-locked',
    about: 'a fatal signal leaves the call without unlocking i_rwsem',
    kills: 'no-lock-outlives-the-call',
    on: ext4Ordered,
    file: grown,
    faults: ['signal'],
    row: 'signal',
    change(k, f) {
      const err = k.fatal_signal_pending();
      f.err = err;
      if (err) return 'ret';
      return f.pos < f.end ? 'fault_in' : 'unlock_inode';
    },
  }),
  mutant({
    name: 'receives-into-a-locked-page',
    about: 'the copy is from a socket, a page at a time, under the page lock',
    kills: 'no-page-lock-over-the-network',
    on: ext4Ordered,
    file: grown,
    socket: true,
    row: 'copy',
    change(k, f) {
      f.copied = Math.max(0, k.kernel_recvmsg(f.pos, k.page_end(f.pos, f.end) - f.pos));
      return 'write_end';
    },
  }),
  mutant({
    name: 'reclaim-enters-the-filesystem',
    about: 'the page is allocated with GFP_KERNEL while a journal handle is open',
    kills: 'no-deadlock',
    on: ext4Ordered,
    file: grown,
    faults: ['direct-reclaim'],
    row: 'grab_page',
    change(k, f) {
      k.grab_cache_page_write_begin(f.pos, 'GFP_KERNEL');
      return 'get_block';
    },
  }),
  mutantFs({
    name: 'reclaim-writes-in-a-handle',
    about:
      'direct reclaim writes under GFP_NOFS, and ->writepage asks not whether a handle is open',
    kills: 'no-deadlock',
    on: ext3,
    file: grown,
    faults: ['direct-reclaim'],
    hook: {
      reclaim: {
        ...ext3.filesystem.reclaim,
        direct_writes: 'GFP_NOFS',
        pageout: () => NEEDS_HANDLE,
      },
    },
  }),
  mutantFs({
    name: 'mapped-taken-for-hole',
    about: 'writeback allocates a block where one is mapped already',
    kills: 'space-is-owned-once',
    on: ext4Ordered,
    file: mapped,
    hook: {
      map_for_writeback: (k, fb) => (allocateExtent(k, fb, false, MAPPED) ? MAPS : NO_SPACE),
    },
  }),
  mutantFs({
    name: 'sends-no-flush',
    about: 'the commit does not flush the cache of the disk, where the data still is',
    kills: 'no-stale-data-after-crash',
    on: xfs,
    file: grown,
    others: ['writeback', 'ioend', 'journal', 'disk'],
    write_cache: 1,
    hook: { sends_no_flush: true },
  }),
  mutant({
    name: 'fsync-flushes-nothing',
    about: 'with nothing to log fsync() leaves the data in the cache of the disk',
    kills: 'fsync-is-durable',
    on: xfs,
    file: mapped,
    others: ['writeback', 'ioend', 'journal', 'disk'],
    write_cache: 1,
    followed_by: [fsync],
    row: 'fsync.check',
    change(k, f) {
      f.err = k.file_check_and_advance_wb_err();
      return 'ret';
    },
  }),
  mutantFs({
    name: 'reserves-for-the-map-too',
    about: 'write_begin reserves a block for the extent map as well, which nobody gives back',
    kills: 'no-leaked-reservations',
    on: xfs,
    file: grown,
    hook: { get_block: (k, fb) => delayExtent(k, fb) && reserve(k, 1) },
  }),
  mutantFs({
    name: 'sized-before-it-is-written',
    about: 'write_end logs the new size, on a filesystem that allocates in writeback',
    kills: 'durable-data-survives',
    on: xfs,
    file: grown,
    hook: { logs_size_at_write_end: true },
  }),
  mutant({
    name: 'copies-one-too-many',
    about: 'the copy takes one cell more than was asked for',
    kills: 'nothing-outside-the-write',
    on: ext4Ordered,
    file: mapped,
    count: 1,
    row: 'copy',
    change(k, f) {
      k.copy_from_user_atomic(f.pos, f.end + 1);
      f.copied = f.end - f.pos;
      return 'write_end';
    },
  }),
  mutant({
    name: 'copies-from-one-further',
    about: 'the copy begins one cell further in the buffer',
    kills: 'bytes-are-in-their-place',
    on: xfs,
    file: mapped,
    // A second page would be given bytes from behind the buffer.
    count: 2,
    row: 'copy',
    change(k, f) {
      k.iov_iter_advance(1);
      f.copied = k.copy_from_user_atomic(f.pos, k.page_end(f.pos, f.end));
      k.iov_iter_revert(1);
      return 'write_end';
    },
  }),
  mutant({
    name: 'short-copy-not-reverted',
    about: 'a short copy moves the iterator on, and write_end takes in none of it',
    kills: 'bytes-are-in-their-place',
    on: ext4Ordered,
    file: mapped,
    faults: ['copy-short'],
    row: 'copy',
    change(k, f) {
      const end = k.page_end(f.pos, f.end);
      f.copied = k.copy_from_user_atomic(f.pos, end);
      if (f.copied < end - f.pos) k.iov_iter_advance(f.copied);
      return 'write_end';
    },
  }),
  mutant({
    name: 'iterator-left-behind',
    about: 'after write_end the iterator is not moved on',
    kills: 'iterator-is-where-the-call-says',
    on: xfs,
    file: grown,
    // A second page would be given the bytes of the first.
    count: 2,
    row: 'write_end',
    change(k, f) {
      const copied = k.write_end(f.pos, f.end, f.copied, FSDATA);
      f.copied = 0;
      f.pos += copied;
      f.done += copied;
      return 'balance';
    },
  }),
  mutant({
    name: 'not-reserved',
    about: 'ALLOCATE comes without RESERVE',
    kills: 'allocated-was-reserved',
    // The counters are wrong from that very step on.
    with: ['no-leaked-reservations'],
    on: reservesAPage,
    file: grown,
    row: 'map',
    change(k, f) {
      f.err = k.iomap_read(f.pos, k.page_end(f.pos, f.end) - f.pos);
      return f.err ? 'unlock_inode' : 'grab_page';
    },
  }),
  mutant({
    name: 'reserves-all-or-nothing',
    about: 'RESERVE is for all that is left to write, where less would do',
    kills: 'enospc-is-true',
    on: reservesAPage,
    file: grown,
    blocks: 1,
    row: 'reserve',
    change(k, f) {
      f.err = k.iomap_reserve(f.pos, f.end - f.pos);
      return f.err ? 'unreserve' : 'grab_page';
    },
  }),
  mutant({
    name: 'blocks-not-truncated',
    about: 'after a failed write beyond EOF the pages go, and their blocks stay',
    kills: 'nothing-is-left-beyond-eof',
    on: ext4Ordered,
    file: grown,
    // A commit of those blocks would be noticed after a crash as well.
    others: ['reader', 'writeback', 'ioend'],
    faults: ['copy-short', 'fault-in-efault'],
    row: 'truncate_pages',
    change: truncatesPagesAlone,
  }),
  mutant({
    name: 'discards-in-silence',
    about: 'what was received and could not be written is reported to nobody',
    kills: 'stream-is-accounted',
    on: receives,
    file: grown,
    blocks: 1,
    row: 'ret',
    change(k, f) {
      k.returns(f.done, f.err);
      return 'done';
    },
  }),
  mutant({
    name: 'fsync-does-not-wait',
    about: 'fsync() submits the pages, and does not wait until they are on disk',
    kills: 'fsync-is-durable',
    on: ext4Ordered,
    file: mapped,
    followed_by: [fsync],
    row: 'fsync.wait',
    change: () => 'check',
  }),
  mutant({
    name: 'fsync-forces-no-log',
    about: 'fsync() writes the data, and not what leads to it',
    kills: 'fsync-is-durable',
    on: xfs,
    file: grown,
    followed_by: [fsync],
    row: 'fsync.check',
    change(k, f) {
      f.err = k.file_check_and_advance_wb_err();
      return 'ret';
    },
  }),
  mutant({
    name: 'fsync-swallows-errors',
    about: 'fsync() clears an error of writeback, and returns 0',
    kills: 'fsync-is-durable',
    // That nobody was told, and what that hides, show in one step.
    with: ['errors-are-told-once'],
    on: xfs,
    file: grown,
    faults: ['write-eio'],
    followed_by: [fsync],
    row: 'fsync.check',
    change(k) {
      k.file_check_and_advance_wb_err();
      return 'force_log';
    },
  }),
  mutant({
    name: 'fsync-tells-again',
    about: 'fsync() looks at the error of writeback, and leaves it to be found again',
    kills: 'errors-are-told-once',
    on: xfs,
    file: grown,
    faults: ['write-eio'],
    followed_by: [fsync, fsync],
    row: 'fsync.check',
    change(k, f) {
      f.err = k.file_check_and_advance_wb_err(false);
      return f.err ? 'ret' : 'force_log';
    },
  }),
  mutant({
    name: 'tail-not-zeroed',
    about: 'truncate() leaves the tail of the new block of EOF on disk as it is',
    kills: 'removed-data-stays-gone',
    on: xfs,
    file: mapped,
    followed_by: [truncate(1), truncate(2)],
    row: 'truncate.zero',
    change: () => 'set_size',
  }),
  mutant({
    name: 'truncate-does-not-wait',
    about: 'truncate() drops a page that is being written, and frees its block',
    kills: 'io-goes-to-its-block',
    on: xfs,
    file: mapped,
    followed_by: [truncate(1)],
    row: 'truncate.pages',
    change: (k) => (k.truncate_page(false) ? 'pages' : 'free'),
  }),
  mutant({
    name: 'retries-without-faulting-in',
    about: 'where nothing was copied the page is copied into again, and the buffer not faulted in',
    kills: 'every-call-ends',
    on: xfs,
    file: mapped,
    faults: ['copy-short'],
    row: 'write_end',
    change(k, f) {
      const label = base(xfs).rows['write_end']!(k, f);
      return label === 'fault_in' ? 'grab_page' : label;
    },
  }),
  mutant({
    name: 'stale-mapping-kept',
    about: 'where the mapping is stale the page is taken again, with the same mapping',
    kills: 'every-call-ends',
    on: iomap,
    file: { i_size: 4, blocks: 'uu' },
    row: 'unlock_stale',
    change(k, f) {
      k.unlock_page(k.page_index(f.pos));
      return 'fault_in';
    },
  }),
  mutant({
    name: 'asks-a-peer-that-has-closed',
    about: 'where nothing was received the same is asked for again',
    kills: 'every-call-ends',
    on: receives,
    file: grown,
    faults: ['peer-short'],
    row: 'recv',
    change(k, f) {
      const label = receives.rows['recv']!(k, f);
      return f.received === 0 ? 'recv' : label;
    },
  }),
  mutant({
    name: 'fsync-only-redirties',
    about: 'fsync() redirties a page in place of writing it, and looks again what is dirty',
    kills: 'every-call-ends',
    on: ext4Ordered,
    file: mapped,
    followed_by: [fsync],
    row: 'fsync.eof',
    change(k, f) {
      k.unlock_page(f.page);
      f.page = 0;
      return 'lock';
    },
  }),
  mutantFs({
    name: 'writeback-only-redirties',
    about: 'writeback redirties each page, and who waits until there are fewer waits for ever',
    kills: 'every-call-ends',
    on: xfs,
    file: grown,
    dirty_limit: 0,
    hook: { redirties: () => true },
  }),
  mutant({
    name: 'copies-with-faults-on',
    about: 'the copy may fault under the page lock: mmap() queues between it and another fault',
    kills: 'no-deadlock',
    on: xfs,
    file: mapped,
    count: 2,
    others: [],
    beside: [{ call: 'store', pos: 0, count: 1 }],
    third: [{ call: 'mmap', pos: 0, count: 1 }],
    row: 'copy',
    change(k, f) {
      f.copied = k.copy_from_user(f.pos, k.page_end(f.pos, f.end));
      return 'write_end';
    },
  }),
  mutant({
    name: 'truncate-swallows-the-error',
    about: 'truncate() goes on where it could not write what lies behind the size on disk',
    kills: 'errors-are-told-once',
    on: xfs,
    file: grown,
    faults: ['write-eio'],
    others: ['ioend'],
    followed_by: [truncate(3)],
    row: 'truncate.check',
    change(k) {
      k.filemap_check_errors();
      return 'free';
    },
  }),
  mutant({
    name: 'punch-swallows-the-error',
    about: 'a punch goes on where it could not write what was dirty of its range',
    kills: 'errors-are-told-once',
    on: xfs,
    file: grown,
    faults: ['write-eio'],
    others: ['ioend'],
    followed_by: [{ call: 'punch_hole', pos: 0, count: 2 }],
    row: 'punch_hole.check',
    change(k) {
      k.filemap_check_errors();
      return 'drop';
    },
  }),
];
