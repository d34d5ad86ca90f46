/**
 * iomap_file_buffered_write() as it came in, in 4.8 (ae259a9c8593): begin and end are paired, and
 * one page is locked at a time; whether a mapping is still true is not asked, and ->iomap_end
 * punches whatever delayed allocation it finds. With all its mends it is `iomap`.
 */
import { design, flawed } from '../design.ts';
import type { Design, Flaw, Mended } from '../design.ts';
import type { Filesystem } from '../filesystem.ts';
import { xfsOf48 } from '../filesystems/xfs-4.8.ts';
import type { Kernel } from '../kernel.ts';
import { IOMAP_LOCALS, mapping, release, scans, tried, unmapped } from './iomap.ts';
import type { IomapFrame } from './iomap.ts';
import {
  LOOPS,
  SHORT_COPY,
  checks,
  zeroesFirst,
  pageLabel,
  perform_write,
} from './perform-write.ts';

const NOT_REVALIDATED: Flaw = {
  name: 'mapping-is-not-revalidated',
  says: 'write_begin believes what ->iomap_begin has sampled before the page was locked',
  source: 'iomap_write_begin(), fs/iomap.c of 4.8; d7b64041164c, 304a68b9c63b (6.2)',
};
const PUNCHES_OTHERS: Flaw = {
  name: 'punches-what-it-has-not-reserved',
  says: 'a write that falls short punches delayed allocations that were there before it',
  source: 'xfs_file_iomap_end_delalloc(), 4.8; IOMAP_F_NEW, f65e6fad293b (4.11)',
};
const FIRST_STAYS: Flaw = {
  name: 'first-block-stays-reserved',
  says: 'where nothing was written the block in which it was to begin is not punched',
  source: 'xfs_file_iomap_end_delalloc(), 4.8: XFS_B_TO_FSB(offset + written); 4.11',
};
const UNDER_DIRTY: Flaw = {
  name: 'punches-under-dirty-pages',
  says: 'what is punched may lie under dirty pages, whose data has nowhere to go then',
  source:
    'xfs_file_iomap_end_delalloc(), 4.8; since 4.11 pages were dropped first, with what others ' +
    'had stored to them; since f43dc4dc3eff, 198dd8aedee6 (6.2) what is dirty stays',
};

/** What of the mapping goes back; where nothing does, on to its end. */
function ended(mended: Mended, fs: Filesystem) {
  return (k: Kernel, f: IomapFrame): 'lock_invalidate' | 'scan' | 'punch' | 'end' => {
    const rounds_down = mended(FIRST_STAYS.name) && f.pos === f.start;
    const start = k.block_start(f.pos);
    f.at = rounds_down || start === f.pos ? start : k.block_end(f.pos);
    if (f.at >= k.iomap_end() || (mended(PUNCHES_OTHERS.name) && !f.is_new)) return 'end';
    if (!mended(UNDER_DIRTY.name)) return 'punch';
    return fs.invalidate_lock ? 'lock_invalidate' : scans(k, f);
  };
}

/** xfs_bmap_punch_delalloc_range() of all that was not written: ILOCK. */
function punchesAll(k: Kernel, f: IomapFrame): 'end' {
  k.truncate_failed_blocks(f.at, k.iomap_end());
  return 'end';
}

function of48(fs: Filesystem, mended: Mended): Design {
  const checked = mended(NOT_REVALIDATED.name);
  const filesystem = checked ? { ...fs, notes_changes: true } : fs;
  const loop = LOOPS['iomap of 4.8'];
  const done = ended(mended, fs);
  const made = design({
    name: 'iomap-2016',
    about: `one mapping for many pages, as in its first kernel; the filesystem ${fs.about}`,
    source: 'iomap_file_buffered_write(), fs/iomap.c of 4.8, ae259a9c8593',
    filesystem,
    locals: IOMAP_LOCALS,
    rows: {
      lock_inode(k, f) {
        k.inode_lock();
        return zeroesFirst(fs, k, f) ?? 'begin';
      },
      ...checks<IomapFrame, 'begin' | 'unlock_inode'>(fs, 'begin', 'unlock_inode'),
      begin: (k, f) => (mapping(k, f) ? pageLabel(loop, fs) : tried(f)),
      // iomap_write_actor(), a page at a time, no further than the mapping.
      ...perform_write<IomapFrame, ReturnType<typeof done> | 'valid'>(
        fs,
        done,
        { loop, by_block: mended(SHORT_COPY.name) },
        { end: (f) => f.stop, ...(checked ? { grabbed: 'valid' } : {}) },
      ),
      // Of the mend alone: iomap_valid(). PG_locked.
      valid: (k) => (k.iomap_valid() ? 'prepare' : 'unlock_stale'),
      unlock_stale(k, f) {
        k.unlock_page(k.page_index(f.pos));
        return done(k, f);
      },
      // Of a mend alone, too.
      lock_invalidate(k, f) {
        k.invalidate_lock();
        return scans(k, f);
      },
      ...release(() => (fs.invalidate_lock ? 'unlock_invalidate' : 'end')),
      ...(mended(UNDER_DIRTY.name) ? {} : { punch: punchesAll }),
      unlock_invalidate(k) {
        k.invalidate_unlock();
        return 'end';
      },
      // ->iomap_end.
      end: unmapped,
      // xfs_file_buffered_aio_write(), -ENOSPC: i_rwsem stays.
      flush_inodes(k) {
        k.flush_inodes();
        return 'free_space';
      },
      free_space(k) {
        k.blockgc_free_space();
        return 'begin';
      },
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      ret(k, f) {
        k.returns(f.done, f.err);
        return 'done';
      },
    },
  });
  const rows = { ...made.rows };
  if (!checked) for (const label of ['valid', 'unlock_stale']) delete rows[label];
  if (!mended(UNDER_DIRTY.name) || !fs.invalidate_lock) {
    for (const label of ['lock_invalidate', 'unlock_invalidate']) delete rows[label];
  }
  if (!mended(UNDER_DIRTY.name)) delete rows['scan'];
  return { ...made, rows };
}

export const iomap2016: Design = flawed(of48, xfsOf48, [
  NOT_REVALIDATED,
  PUNCHES_OTHERS,
  FIRST_STAYS,
  UNDER_DIRTY,
  SHORT_COPY,
]);
