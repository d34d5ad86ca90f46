/** ext3, and ext4 with nodelalloc: blocks are allocated in write_begin, in the transaction of the write. */
import { HOLE, MAPPED, allocateExtent, extentType, unmapExtent } from '../extents.ts';
import { MAPS, NO_SPACE } from '../filesystem.ts';
import type { Filesystem, FsKernel, MapResult } from '../filesystem.ts';
import { fileBlocksOf } from '../geometry.ts';

/** ext4_truncate(): all blocks beyond i_size. */
export function truncateBeyondSize(k: FsKernel): void {
  const first = k.blockOf(k.s.inode[k.file]!.i_size + k.block_size - 1);
  for (let fb = first; fb < fileBlocksOf(k.geometry); fb++) unmapExtent(k, fb);
}

const place = (k: FsKernel, fb: number): boolean => allocateExtent(k, fb, false, MAPPED);

export const ext4Ordered: Filesystem = {
  name: 'ordered',
  about: 'allocates in write_begin; data is written before its transaction commits',
  source: 'fs/ext4/inode.c of 3.10, nodelalloc,data=ordered; fs/ext3',
  maps_by: 'get_block',
  handles: true,
  ordered: true,
  logs_size_at_write_end: true,
  has_unwritten: false,
  get_block: place,
  reads_as_zero: (k, fb) => extentType(k, fb) !== MAPPED,
  map_for_writeback: (k, fb): MapResult =>
    extentType(k, fb) !== HOLE || place(k, fb) ? MAPS : NO_SPACE,
  redirties: () => false,
  needs_end_io: () => false,
  end_io: () => undefined,
  failed_write: truncateBeyondSize,
};

/** A transaction may commit before the data of its blocks is written. */
export const ext4Writeback: Filesystem = {
  ...ext4Ordered,
  name: 'unordered',
  about: 'allocates in write_begin; a transaction may commit before its data is written',
  source: 'fs/ext4/inode.c of 3.10, nodelalloc,data=writeback; fs/ext3',
  ordered: false,
};
