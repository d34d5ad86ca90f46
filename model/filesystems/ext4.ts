/** ext4 of 3.10: with and without delayed allocation, data=ordered and data=writeback. */
import {
  DELALLOC,
  HOLE,
  MAPPED,
  UNWRITTEN,
  allocateDelayed,
  allocateExtent,
  convertExtent,
  delayExtent,
  extentType,
  unmapExtent,
} from '../extents.ts';
import type { Allocated } from '../extents.ts';
import { MAPS, NO_SPACE } from '../filesystem.ts';
import type { Filesystem, FsFlaw, FsKernel, MapResult } from '../filesystem.ts';
import { fileBlocksOf } from '../geometry.ts';
import { cached } from '../page-cache.ts';
import { RECLAIM_3_10 } from './reclaim.ts';
import { EOF_PAGE_STAYS_WRITABLE, READS_BESIDE_A_PUNCH, TOLD_ONE } from './years.ts';
import { punchBlock } from './xfs.ts';

/** ext4_truncate_failed_write(): all blocks beyond i_size. */
export function truncateBeyondSize(k: FsKernel): void {
  const first = k.blockOf(k.s.inode[k.file]!.i_size + k.block_size - 1);
  for (let fb = first; fb < fileBlocksOf(k.geometry); fb++) unmapExtent(k, fb);
}

export const place = (k: FsKernel, fb: number, tree_is_due?: boolean): boolean =>
  allocateExtent(k, fb, false, MAPPED, tree_is_due);

const EOF_TAIL: FsFlaw = {
  name: 'eof-tail-is-not-zeroed',
  says: 'a write beyond EOF leaves what lies behind EOF in its last block',
  source: 'ext4_write_begin(), 3.10; xfstests generic/363',
  mend: (fs) => ({ ...fs, zeroes_eof: 'before', flushes_eof: true }),
};

/** As XFS has it: what has been written is converted, and then within the size on disk. */
export const SIZE_AFTER_IO = {
  logs_size_at_write_end: false,
  end_io: ['convert', 'set_size'],
} satisfies Partial<Filesystem>;

export const MAPPED_FIRST: FsFlaw = {
  name: 'blocks-are-mapped-before-their-data',
  says: 'a block is mapped, and within the size on disk, before its data; a failed write stays so',
  source: 'ext4_get_block(), 3.10, data_err=ignore; unwritten with dioread_nolock, so since 5.6',
  mend: (fs) => ({
    ...fs,
    get_block: (k, fb) => allocateExtent(k, fb, false, UNWRITTEN),
    initializes: false,
    map_for_writeback: (k, fb): MapResult =>
      extentType(k, fb) !== HOLE || allocateExtent(k, fb, false, UNWRITTEN) ? MAPS : NO_SPACE,
    ...SIZE_AFTER_IO,
  }),
};

/** nodelalloc,data=ordered. */
export const ext4Ordered: Filesystem = {
  name: 'ordered',
  about: 'allocates in write_begin; data is written before its transaction commits',
  source: 'fs/ext4/inode.c of 3.10, nodelalloc,data=ordered',
  maps_by: 'get_block',
  handles: true,
  ordered: true,
  logs_size_at_write_end: true,
  zeroes_eof: 'never',
  flushes_eof: false,
  has_unwritten: false,
  truncate_logs_size_first: true,
  tells_one_opener: true,
  keeps_eof_page_writable: true,
  reclaim: RECLAIM_3_10,
  get_block: place,
  reads_as_zero: (k, fb) => extentType(k, fb) !== MAPPED,
  map_for_writeback: (k, fb): MapResult =>
    extentType(k, fb) !== HOLE || place(k, fb) ? MAPS : NO_SPACE,
  redirties: () => false,
  end_io: [],
  failed_write: truncateBeyondSize,
  flaws: [EOF_TAIL, MAPPED_FIRST, EOF_PAGE_STAYS_WRITABLE, TOLD_ONE, READS_BESIDE_A_PUNCH],
};

export const UNORDERED: FsFlaw = {
  name: 'commit-does-not-wait-for-data',
  says: 'a transaction may commit before the data of the blocks that it maps is written',
  source: 'data=writeback',
  mend: (fs) => ({ ...fs, ordered: true }),
};

/** nodelalloc,data=writeback. */
export const ext4Writeback: Filesystem = {
  ...ext4Ordered,
  name: 'unordered',
  about: 'allocates in write_begin; a transaction may commit before its data is written',
  source: 'fs/ext4/inode.c of 3.10, nodelalloc,data=writeback',
  ordered: false,
  flaws: [
    UNORDERED,
    EOF_TAIL,
    MAPPED_FIRST,
    EOF_PAGE_STAYS_WRITABLE,
    TOLD_ONE,
    READS_BESIDE_A_PUNCH,
  ],
};

/** mpage_da_map_and_submit(): the whole delayed extent. */
export function daWriteback(type: Allocated) {
  return (k: FsKernel, fb: number): MapResult => {
    const now = extentType(k, fb);
    // ext4_ext_convert_to_initialized(): without dioread_nolock, when it is mapped.
    if (now === UNWRITTEN && type === MAPPED) convertExtent(k, fb);
    const mapped =
      now === DELALLOC
        ? allocateDelayed(k, fb, type)
        : now !== HOLE || allocateExtent(k, fb, false, type);
    return mapped ? MAPS : NO_SPACE;
  };
}

/** ext4_da_block_invalidatepages(): neither the data stays, nor what was reserved for it. */
export function invalidate(k: FsKernel, fb: number): void {
  punchBlock(k, fb);
  cached(k, fb).uptodate = 0;
}

/** mpage_map_and_submit_extent(): the same, and the size on disk up to there. */
export function daWritebackAndSize(type: Allocated) {
  const map = daWriteback(type);
  return (k: FsKernel, fb: number): MapResult => {
    const inode = k.s.inode[k.file]!;
    const result = map(k, fb);
    const end = Math.min(inode.i_size, (fb + 1) * k.block_size);
    if (result === MAPS && end > inode.i_disksize) inode.i_disksize = end;
    return result;
  };
}

/**
 * delalloc,data=ordered. Writeback maps the whole delayed extent, written, and logs the size as far
 * as it has mapped; the commit waits for that data.
 */
export const ext4Delalloc: Filesystem = {
  ...ext4Ordered,
  name: 'ext4-delalloc',
  about: 'reserves in write_begin, allocates in writeback as mapped; the commit waits for data',
  source: 'ext4_da_write_begin(), mpage_da_map_and_submit(), fs/ext4/inode.c of 3.10',
  logs_size_at_write_end: false,
  has_unwritten: true,
  get_block: delayExtent,
  map_for_writeback: daWritebackAndSize(MAPPED),
  discard: invalidate,
  flaws: [
    EOF_TAIL,
    {
      ...MAPPED_FIRST,
      mend: (fs) => ({ ...fs, map_for_writeback: daWriteback(UNWRITTEN), ...SIZE_AFTER_IO }),
    },
    EOF_PAGE_STAYS_WRITABLE,
    TOLD_ONE,
    READS_BESIDE_A_PUNCH,
  ],
};
