/** What may be wrong with both write paths: the loop of pages, and the calls beside it. */
import type { Design } from '../model/design.ts';
import { ALL, after, mended, on, otherRow, row } from './variation.ts';
import type { Variation } from './variation.ts';

/** The row in which the iterator is moved on, but for what is zeroed behind EOF. */
const advances = ({ rows }: Design): string =>
  rows['journal_stop'] === undefined ? 'write_end' : 'journal_stop';

export const OF_BOTH: readonly Variation[] = [
  {
    name: 'nothing-prepared',
    says: 'what the copy will not cover of a block is neither zeroed nor read',
    of: ALL,
    vary: row('prepare', () => 'copy'),
  },
  {
    name: 'copies-from-one-further',
    says: 'the copy begins one cell further in the buffer',
    of: ALL,
    vary: row('copy', (k, f, sound) => {
      k.iov_iter_advance(1);
      const next = sound(k, f);
      k.iov_iter_revert(1);
      return next;
    }),
    also: ['copies-from-one-further'],
  },
  {
    name: 'short-copy-accepted',
    says: 'write_end takes in what was copied of a block that is not uptodate',
    of: ALL,
    vary: row('write_end', (k, f, sound) => {
      // As if no more had been asked for.
      if (f.copied > 0) f.bytes = f.copied;
      return sound(k, f);
    }),
    also: ['short-copy-accepted', 'M29'],
  },
  {
    name: 'short-copy-taken-in-by-block',
    says: 'write_end takes in what was copied into blocks that are uptodate: no kernel does',
    of: ALL,
    vary: mended('short-copy-is-denied'),
  },
  {
    name: 'short-copy-not-reverted',
    says: 'a short copy moves the iterator on, and write_end takes in none of it',
    of: ALL,
    vary: row('copy', (k, f, sound) => {
      const next = sound(k, f);
      const wanted = k.page_end(f.pos, f.stop > 0 ? f.stop : f.end) - f.pos;
      if (f.copied < (f.bytes > 0 ? Math.min(f.bytes, wanted) : wanted)) {
        k.iov_iter_advance(f.copied);
      }
      return next;
    }),
    also: ['short-copy-not-reverted'],
  },
  {
    name: 'size-not-raised',
    says: 'write_end leaves i_size as it is',
    of: ALL,
    vary: after('write_end', ({ s, file }, _, { i_size }) => {
      s.inode[file]!.i_size = i_size;
    }),
  },
  {
    name: 'size-raised-to-the-page',
    says: 'write_end raises i_size to the end of the page',
    of: ALL,
    vary: after('write_end', (k, _, { pos, i_size }) => {
      const inode = k.s.inode[k.file]!;
      if (inode.i_size > i_size) inode.i_size = k.page_end(pos, k.file_cells);
    }),
  },
  {
    name: 'dirty-not-set',
    says: 'write_end leaves the first block that was written clean',
    of: ALL,
    vary: after('write_end', (k, _, { pos }) => {
      const { block } = k.s.page[k.pageNumber(k.page_index(pos))]!;
      block[k.blockOf(pos) % k.geometry.page_blocks]!.dirty = 0;
    }),
  },
  {
    name: 'size-logged-at-once',
    says: 'the size on disk is that of write_end, whatever is on disk by then',
    of: ['xfs', 'ext4d'],
    vary: after('write_end', ({ s, file }) => {
      const inode = s.inode[file]!;
      inode.i_disksize = inode.i_size;
    }),
    also: ['sized-before-it-is-written'],
  },
  {
    name: 'error-hides-progress',
    says: 'a write that was cut short returns the error, not what was written',
    of: ALL,
    vary: row('ret', (k, f) => {
      k.returns(f.err ? 0 : f.done, f.err);
      return 'done';
    }),
    also: ['error-hides-progress'],
  },
  {
    name: 'faults-in-for-ever',
    says: 'that the user buffer cannot be read is no error: all is tried again',
    of: ALL,
    vary: row('fault_in', (k, f, sound) => {
      const next = sound(k, f);
      f.err = 0;
      return next === 'unlock_inode' || next === 'end' ? 'balance' : next;
    }),
    also: ['retries-without-faulting-in', 'M45'],
  },
  {
    name: 'small-folios',
    says: 'each page is a folio of its own, however much is written',
    of: ALL,
    vary: row('grab_page', (k, f, sound) => {
      const { bytes } = f;
      f.bytes = 1;
      const next = sound(k, f);
      f.bytes = bytes;
      return next;
    }),
  },
  {
    name: 'fsync-writes-nothing',
    says: 'fsync() waits, and has written nothing',
    of: ALL,
    vary: otherRow('fsync.lock', () => 'wait'),
  },
  {
    name: 'fsync-does-not-wait',
    says: 'fsync() submits the pages, and does not wait until they are on disk',
    of: ALL,
    vary: otherRow('fsync.wait', (_, f) => {
      f.next = 0;
      return 'check';
    }),
    also: ['fsync-does-not-wait'],
    unseen: 'what it waits for may have come by itself: with a disk in memory it mostly has',
  },
  {
    name: 'fsync-forces-no-log',
    says: 'fsync() writes the data, and not what leads to it',
    of: ALL,
    vary: otherRow('fsync.force_log', () => 'ret'),
    also: ['fsync-forces-no-log'],
  },
  {
    name: 'range-does-not-wait',
    says: 'sync_file_range() submits the pages, and does not wait',
    of: ALL,
    vary: otherRow('sync_file_range.wait', (_, f) => {
      f.next = 0;
      return 'check';
    }),
    unseen: 'what it waits for may have come by itself: with a disk in memory it mostly has',
  },
  {
    name: 'range-is-the-whole-file',
    says: 'sync_file_range() writes pages outside of its range',
    of: ALL,
    vary: otherRow('sync_file_range.lock', (k, f) => {
      const locked = k.lock_page_to_sync(f.next);
      f.page = Math.max(0, locked - 1);
      return locked > 0 ? 'eof' : 'wait';
    }),
  },
  {
    name: 'nothing-dropped',
    says: 'fadvise(DONTNEED) writes pages, and drops none',
    of: ALL,
    vary: otherRow('fadvise_dontneed.invalidate', () => 'ret'),
  },
  {
    name: 'read-fills-nothing',
    says: 'read() takes a page as it is, and reads nothing from disk',
    of: ALL,
    vary: otherRow('read.next', () => 'ret'),
  },
  {
    name: 'copies-one-too-many',
    says: 'the copy takes one cell more than its mapping has, where its page has one',
    of: ['xfs'],
    vary: row('copy', (k, f, sound) => {
      const end = k.page_end(f.pos, f.stop > 0 ? f.stop : f.end);
      if (f.bytes > 0 || k.page_end(f.pos, end + 1) === end) return sound(k, f);
      f.copied = Math.min(end - f.pos, k.copy_from_user_atomic(f.pos, end + 1));
      return 'write_end';
    }),
    also: ['copies-one-too-many'],
  },
  {
    name: 'iterator-left-behind',
    says: 'after write_end the iterator is not moved on',
    of: ALL,
    vary: (design) =>
      after(advances(design), (k, f, { pos }) => k.iov_iter_revert(f.pos - pos))(design),
    also: ['iterator-left-behind'],
  },
  {
    name: 'short-copy-left-as-it-is',
    says: 'after a short copy the page is just unlocked, without write_end',
    of: ALL,
    vary: row('copy', (k, f, sound) => {
      const next = sound(k, f);
      const end = k.page_end(f.pos, f.stop > 0 ? f.stop : f.end);
      if (f.bytes > 0 || f.copied === end - f.pos) return next;
      f.copied = 0;
      return 'unlock_failed';
    }),
    also: ['new-blocks-not-zeroed', 'write-end-left-out'],
  },
  {
    name: 'taken-for-new',
    says: 'whatever is not uptodate is zeroed, and not read',
    of: ALL,
    vary: on(() => ({ reads_as_zero: () => true })),
    also: ['M37'],
  },
  {
    name: 'writeback-only-redirties',
    says: 'writeback redirties each page',
    of: ALL,
    vary: on(() => ({ redirties: () => true })),
    also: ['writeback-only-redirties', 'fsync-only-redirties'],
  },
];
