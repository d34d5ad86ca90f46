/** XFS: reserves in write_begin, allocates in writeback, sets the size after the I/O. */
import { GARBAGE } from '../cells.ts';
import {
  DELALLOC,
  HOLE,
  MAPPED,
  UNWRITTEN,
  allocateDelayed,
  allocateExtent,
  delayExtent,
  extentType,
  unmapExtent,
} from '../extents.ts';
import { MAPS, NO_SPACE } from '../filesystem.ts';
import type { Filesystem, FsFlaw, FsKernel, MapResult } from '../filesystem.ts';
import { cached } from '../page-cache.ts';
import { RECLAIM_3_10_XFS, RECLAIM_6_18 } from './reclaim.ts';
import { EOF_PAGE_STAYS_WRITABLE, READS_BESIDE_A_PUNCH, TOLD_ONE } from './years.ts';

/** Delayed allocations of [pos, end) go; what was fallocated stays, wherever it lies. */
export function punchDelalloc(k: FsKernel, pos: number, end: number): void {
  for (let fb = k.blockOf(pos); fb <= k.blockOf(end - 1); fb++) {
    if (extentType(k, fb) === DELALLOC) unmapExtent(k, fb);
  }
}

/** xfs_discard_folio(): a delayed allocation under data that was given up goes. */
export function punchBlock(k: FsKernel, fb: number): void {
  if (extentType(k, fb) === DELALLOC) unmapExtent(k, fb);
}

/** The part of a failed write that lies wholly beyond i_size: nothing else is trimmed. */
function punchBeyondSize(k: FsKernel, pos: number, end: number): void {
  const size = k.s.inode[k.file]!.i_size;
  const first = k.blockOf(size + k.block_size - 1) * k.block_size;
  punchDelalloc(k, Math.max(pos, first), end);
}

export const writebackAs =
  (type: typeof MAPPED | typeof UNWRITTEN) =>
  (k: FsKernel, fb: number): MapResult => {
    switch (extentType(k, fb)) {
      case DELALLOC:
        return allocateDelayed(k, fb, type) ? MAPS : NO_SPACE;
      case HOLE:
        return allocateExtent(k, fb, false, type) ? MAPS : NO_SPACE;
      default:
        return MAPS;
    }
  };

/** What stands whichever way the mapping is asked for. */
export const xfsBelow = {
  name: 'delalloc',
  about: 'reserves in write_begin, allocates in writeback as unwritten, converts after the I/O',
  source: 'fs/xfs/xfs_iomap.c and fs/xfs/xfs_aops.c since 5.9',
  handles: false,
  ordered: false,
  logs_size_at_write_end: false,
  zeroes_eof: 'before',
  locks_to_zero: true,
  flushes_eof: true,
  has_unwritten: true,
  invalidate_lock: true,
  seeks: 'by-iomap',
  reclaim: RECLAIM_6_18,
  map_for_writeback: writebackAs(UNWRITTEN),
  redirties: () => false,
  end_io: ['convert', 'set_size'],
  discard: punchBlock,
  failed_write: punchBeyondSize,
  // Writeback converts a delayed extent whole, beyond EOF too; xfs_free_eofblocks() takes it back.
  preallocates: (type) => type !== DELALLOC,
} satisfies Partial<Filesystem>;

/** Since 5.9, a5949d3faedf: a delayed extent becomes unwritten blocks. */
export const xfs: Filesystem = {
  ...xfsBelow,
  maps_by: 'get_block',
  get_block: delayExtent,
  reads_as_zero: (k, fb) => extentType(k, fb) !== MAPPED,
};

export const MAPPED_IN_WRITEBACK: FsFlaw = {
  name: 'delalloc-becomes-written-blocks',
  says: 'writeback maps a delayed extent as written before its data is on disk',
  source: 'xfs_iomap_write_allocate(), 3.10; mended by a5949d3faedf (5.9)',
  mend: (fs) => ({ ...fs, map_for_writeback: writebackAs(UNWRITTEN) }),
};

export const EOF_NOT_FLUSHED: FsFlaw = {
  name: 'eof-is-not-flushed',
  says: 'the tail behind EOF is zeroed in the page cache alone when the size on disk grows',
  source: 'xfs_zero_eof(), 3.10',
  mend: (fs) => ({ ...fs, flushes_eof: true }),
};

export const SEEKS_UNDER_ILOCK: FsFlaw = {
  name: 'seek-locks-pages-under-ilock',
  says: 'lseek(SEEK_DATA) locks pages with ILOCK held; who maps a page takes ILOCK with it locked',
  source: 'xfs_seek_data() and __xfs_get_blocks(), 3.10; gone with 9b2970aacfd9 (4.13)',
  mend: (fs) => ({ ...fs, seeks: 'by-iomap' }),
};

/**
 * XFS of the mail: a delayed extent becomes written blocks; a failed write_begin punches its own.
 */
export const xfs2013: Filesystem = {
  ...xfs,
  name: 'xfs-2013',
  about: 'reserves in write_begin, allocates in writeback as mapped, sets the size after the I/O',
  source: 'xfs_vm_write_failed(), fs/xfs/xfs_aops.c of 3.10',
  invalidate_lock: false,
  truncate_flushes_first: true,
  locks_to_zero: false,
  seeks: 'under-the-map-lock',
  tells_one_opener: true,
  keeps_eof_page_writable: true,
  flushes_eof: false,
  reclaim: RECLAIM_3_10_XFS,
  map_for_writeback: writebackAs(MAPPED),
  begin_failed: killNew,
  flaws: [
    MAPPED_IN_WRITEBACK,
    EOF_NOT_FLUSHED,
    EOF_PAGE_STAYS_WRITABLE,
    TOLD_ONE,
    READS_BESIDE_A_PUNCH,
    SEEKS_UNDER_ILOCK,
  ],
};

/** xfs_vm_write_failed(): the blocks that this write_begin has made are gone, below EOF too. */
function killNew(k: FsKernel, pos: number, end: number): void {
  for (let fb = k.blockOf(pos); fb <= k.blockOf(end - 1); fb++) {
    const block = cached(k, fb);
    if (!block.fresh || extentType(k, fb) !== DELALLOC) continue;
    unmapExtent(k, fb);
    block.fresh = block.dirty = block.uptodate = 0;
    block.cells = k.cells.all(GARBAGE);
  }
}
