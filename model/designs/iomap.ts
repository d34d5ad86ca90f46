/**
 * iomap_file_buffered_write(): ->iomap_begin samples a mapping and reserves, each page asks under
 * its lock whether the mapping is still true, ->iomap_end takes back what was not written. After
 * -ENOSPC it is tried once more. Not modelled: large folios.
 */
import { design, flawed } from '../design.ts';
import type { Design, Frame, Part } from '../design.ts';
import { ENOSPC } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { xfsIomap, xfsIomapOf61, xfsIomapOf618 } from '../filesystems/iomap.ts';
import type { Kernel } from '../kernel.ts';
import { ZERO_LABELS, ZERO_LOCALS, zero_range } from '../zero-range.ts';
import type { ZeroLabel } from '../zero-range.ts';
import { without as less } from '../subsystem.ts';
import {
  LOOPS,
  SHORT_COPY,
  WRITE_LOCALS,
  checks,
  zeroesFirst,
  pageLabel,
  perform_write,
} from './perform-write.ts';

export const IOMAP_LOCALS = {
  start: 'cells',
  stop: 'cells',
  at: 'cells',
  scanned: 'cells',
  is_new: 'flag',
  cleared_space: 'flag',
  ...WRITE_LOCALS,
  ...ZERO_LOCALS,
} as const;
export type IomapFrame = Frame<typeof IOMAP_LOCALS>;
type F = IomapFrame;

/** ->iomap_begin: one mapping, no further than the write goes. False: f.err is set. */
export function mapping(k: Kernel, f: F): boolean {
  f.err = k.iomap_begin(f.pos, f.end - f.pos);
  if (f.err) return false;
  f.start = f.pos;
  f.stop = Math.min(f.end, k.iomap_end());
  f.is_new = k.iomap_is_new() ? 1 : 0;
  return true;
}

/** W1 of 6.13 and later: xfs_file_write_zero_eof(), invalidate_lock over all of it. */
function zeroChecks<G extends IomapFrame, Exit extends string>(
  there: boolean,
  next: Exit,
  failed: Exit,
): Part<G, 'lock_to_zero' | 'unlock_zeroed' | ZeroLabel, Exit> {
  const rows: ReturnType<typeof zeroChecks<G, Exit>> = {
    lock_to_zero(k) {
      k.invalidate_lock();
      return 'zero_first';
    },
    ...zero_range<Kernel, G, 'unlock_zeroed'>(
      (k) => k.i_size_read(),
      () => 'unlock_zeroed',
    ),
    unlock_zeroed(k, f) {
      k.invalidate_unlock();
      return f.err ? failed : next;
    },
  };
  return less(rows, there ? [] : ZERO_LABELS);
}

/** ->iomap_end; then the next mapping, if there is more to write and nothing has failed. */
export function unmapped(k: Kernel, f: F): 'begin' | ReturnType<typeof tried> {
  k.iomap_end_mapping();
  f.start = f.stop = f.at = f.scanned = f.is_new = 0;
  return f.err || f.pos >= f.end ? tried(f) : 'begin';
}

/** W10: with -ENOSPC and nothing written, once more. */
export function tried(f: F): 'flush_inodes' | 'unlock_inode' {
  if (f.err !== ENOSPC || f.done > 0 || f.cleared_space) return 'unlock_inode';
  f.err = 0;
  f.cleared_space = 1;
  return 'flush_inodes';
}

/** Rows that a mutant leaves out: without them the design is known to break. */
export interface Without {
  readonly check?: boolean;
  readonly taking_back?: boolean;
}

/** The mapping is done with: what it has reserved and was not written goes back. */
function ended(k: Kernel, f: F, without: Without): 'lock_invalidate' | 'end' {
  f.bytes = 0;
  f.at = f.pos > f.start ? f.pos : k.block_start(f.pos);
  return f.is_new && !without.taking_back && f.at < k.iomap_end() ? 'lock_invalidate' : 'end';
}

/** iomap_write_delalloc_release(): with no page below EOF there is nothing to look at. */
export function scans(k: Kernel, f: F): 'scan' | 'punch' {
  f.scanned = f.at;
  return f.at < k.i_size_read() ? 'scan' : 'punch';
}

/**
 * iomap_write_delalloc_release(): from f.at on goes what lies under no dirty data, up to the end of
 * the mapping.
 */
export const release = <Exit extends string>(released: () => Exit) => ({
  // iomap_write_delalloc_scan(). PG_locked, ILOCK within.
  scan(k: Kernel, f: F): 'scan' | 'punch' {
    const end = k.iomap_end();
    f.at = k.iomap_delalloc_scan(f.at, f.scanned, end);
    f.scanned = k.page_end(f.scanned, end);
    return f.scanned < end && f.scanned < k.i_size_read() ? 'scan' : 'punch';
  },
  // xfs_bmap_punch_delalloc_range(). ILOCK.
  punch(k: Kernel, f: F): Exit {
    k.iomap_delalloc_punch(f.at, k.iomap_end());
    return released();
  },
});

export function iomapDesign(name: string, filesystem: Filesystem, without: Without = {}): Design {
  const loop = LOOPS['iomap of 6.1'];
  const by_mapping = filesystem.zeroes_eof === 'by-mapping';
  return flawed(
    (fs, mended) =>
      design({
        name,
        about: `one mapping for many pages; the filesystem ${fs.about}`,
        source: 'iomap_file_buffered_write(), fs/iomap/buffered-io.c since 6.1',
        filesystem: fs,
        locals: IOMAP_LOCALS,
        rows: {
          // W0: i_rwsem.
          lock_inode(k, f) {
            k.inode_lock();
            if (by_mapping) return f.pos > k.i_size_read() ? 'lock_to_zero' : 'begin';
            return zeroesFirst(fs, k, f) ?? 'begin';
          },
          // W1: xfs_file_write_checks().
          ...checks<F, 'begin' | 'unlock_inode'>(fs, 'begin', 'unlock_inode'),
          ...zeroChecks<F, 'begin' | 'unlock_inode'>(by_mapping, 'begin', 'unlock_inode'),
          // W2: ->iomap_begin. ILOCK, dropped before it returns.
          begin(k, f) {
            if (!mapping(k, f)) return tried(f);
            return pageLabel(loop, fs);
          },
          // W3 to W8: iomap_write_iter(), a page at a time, no further than the mapping.
          ...perform_write<F, 'lock_invalidate' | 'end' | 'valid'>(
            fs,
            (k, f) => ended(k, f, without),
            { loop, by_block: mended(SHORT_COPY.name) },
            { end: (f) => f.stop, ...(without.check ? {} : { grabbed: 'valid' }) },
          ),
          // W5a: iomap_valid(). PG_locked.
          valid(k) {
            return k.iomap_valid() ? 'prepare' : 'unlock_stale';
          },
          unlock_stale(k, f) {
            k.unlock_page(k.page_index(f.pos));
            return ended(k, f, without);
          },
          // W9: invalidate_lock, so that no fault brings back what goes.
          lock_invalidate(k, f) {
            k.invalidate_lock();
            return scans(k, f);
          },
          // W9: iomap_write_delalloc_release(), a page at a time, and what is left.
          ...release(() => 'unlock_invalidate'),
          unlock_invalidate(k) {
            k.invalidate_unlock();
            return 'end';
          },
          // W9: ->iomap_end.
          end: unmapped,
          // W10: xfs_flush_inodes(), i_rwsem held.
          flush_inodes(k) {
            k.flush_inodes();
            return 'unlock_to_retry';
          },
          unlock_to_retry(k) {
            k.inode_unlock();
            return 'free_space';
          },
          // xfs_blockgc_free_space(); goto write_retry.
          free_space(k) {
            k.blockgc_free_space();
            return 'lock_inode';
          },
          unlock_inode(k) {
            k.inode_unlock();
            return 'ret';
          },
          // W10: what was written, or the error.
          ret(k, f) {
            k.returns(f.done, f.err);
            return 'done';
          },
        },
      }),
    filesystem,
    [SHORT_COPY],
  );
}

/** As Linux had it from 6.1 to 6.11; what has changed since is in W1, and breaks nothing. */
const of61: Design = iomapDesign('iomap/6.1', xfsIomapOf61);

/**
 * As Linux 6.18 has it, with its counters: for who holds a kernel against it. It is no row of the
 * matrix, whose promises about space are not about blocks for an index, or that are busy.
 */
export const iomapOf618: Design = iomapDesign('iomap/6.18', xfsIomapOf618);

/** The same, with the one mend that it needs. */
const whole: Design = {
  ...iomapDesign('iomap', xfsIomap).mended!(new Set([SHORT_COPY.name])),
  name: 'iomap',
  about: `${iomapOf618.about}; write_end takes in what was copied into uptodate blocks`,
};

export const iomapDesigns: readonly Design[] = [whole, of61];
