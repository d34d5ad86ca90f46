/** XFS: reserves in write_begin, allocates in writeback, converts after the I/O. */
import {
  DELALLOC,
  MAPPED,
  UNWRITTEN,
  allocateExtent,
  convertExtent,
  delayExtent,
  extentType,
} from '../extents.ts';
import { MAPS, NO_SPACE } from '../filesystem.ts';
import type { Filesystem, FsKernel, MapResult } from '../filesystem.ts';
import { pageOf } from '../page-cache.ts';
import { truncateBeyondSize } from './ext4.ts';

/** The file up to the end of this page's I/O. */
const ioEnd = (k: FsKernel, index: number): number =>
  Math.min(k.s.inode[k.file]!.i_size, (index + 1) * k.page_size);

/** Is there anything to convert, or a size to log, for a page whose I/O has succeeded? */
export function needsConversion(k: FsKernel, index: number): boolean {
  if (ioEnd(k, index) > k.s.inode[k.file]!.i_disksize) return true;
  const { block } = pageOf(k, index);
  for (let b = 0; b < block.length; b++) {
    const fb = index * block.length + b;
    if (block[b]!.io !== 0 && extentType(k, fb) === UNWRITTEN) return true;
  }
  return false;
}

/** xfs_iomap_write_unwritten() and xfs_setfilesize(). */
export function convertAndSetSize(k: FsKernel, index: number): void {
  const inode = k.s.inode[k.file]!;
  const { block } = pageOf(k, index);
  for (let b = 0; b < block.length; b++) {
    if (block[b]!.io !== 0) convertExtent(k, index * block.length + b);
  }
  const size = ioEnd(k, index);
  if (size > inode.i_disksize) inode.i_disksize = size;
}

/** Since 5.9, a5949d3faedf: delayed allocations become unwritten blocks. */
export const xfs: Filesystem = {
  name: 'delalloc',
  about: 'reserves in write_begin, allocates in writeback as unwritten, converts after the I/O',
  source: 'fs/xfs/xfs_iomap.c, fs/xfs/xfs_aops.c',
  maps_by: 'get_block',
  handles: false,
  ordered: false,
  logs_size_at_write_end: false,
  has_unwritten: true,
  get_block: delayExtent,
  reads_as_zero: (k, fb) => extentType(k, fb) !== MAPPED,
  map_for_writeback(k, fb): MapResult {
    const type = extentType(k, fb);
    if (type === MAPPED || type === UNWRITTEN) return MAPS;
    return allocateExtent(k, fb, type === DELALLOC, UNWRITTEN) ? MAPS : NO_SPACE;
  },
  redirties: () => false,
  needs_end_io: needsConversion,
  end_io: convertAndSetSize,
  failed_write: truncateBeyondSize,
};
