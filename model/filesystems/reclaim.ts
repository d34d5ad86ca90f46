/** What reclaim does with pages that are dirty or under writeback, by the year of the kernel. */
import { MAPPED, extentType } from '../extents.ts';
import { NEEDS_HANDLE, REDIRTIES, WRITES } from '../filesystem.ts';
import type { FsKernel, Pageout, ReclaimOfYear } from '../filesystem.ts';

/** ext3: with a handle open it gives up; a page whose blocks have no place needs one. */
function ext3Pageout(k: FsKernel, fb: number, in_handle: boolean): Pageout {
  if (in_handle) return REDIRTIES;
  return extentType(k, fb) === MAPPED ? WRITES : NEEDS_HANDLE;
}

/** ext4: a page of which a block is delayed or unwritten is redirtied under PF_MEMALLOC. */
const ext4Pageout = (k: FsKernel, fb: number): Pageout =>
  extentType(k, fb) === MAPPED ? WRITES : REDIRTIES;

/** All reclaim writes; lumpy reclaim waits for writeback (PAGEOUT_IO_SYNC). */
export const RECLAIM_2_6_37: ReclaimOfYear = {
  source: 'shrink_page_list(), mm/vmscan.c; ext3_ordered_writepage(), 2.6.37',
  direct_writes: 'GFP_KERNEL',
  kswapd_writes: true,
  waits: 'GFP_KERNEL',
  pageout: ext3Pageout,
};

/** XFS redirties what reclaim other than kswapd asks it to write: PF_MEMALLOC without PF_KSWAPD. */
export const RECLAIM_2_6_37_XFS: ReclaimOfYear = {
  source: 'shrink_page_list(), mm/vmscan.c; xfs_vm_writepage(), 2.6.37',
  kswapd_writes: true,
  waits: 'GFP_KERNEL',
};

/**
 * Direct reclaim writes no page of a file since 3.2, ee72886d8ed5. That of a memory cgroup waits
 * for writeback since 3.6, e62e384e9da8, and since c3b94f44fcb0, of that release too, under
 * GFP_NOFS. ext4 submits what it has mapped before it maps more until 3.11, and XFS maps all of a
 * page before it is under writeback: neither allocates to map while it holds back a bio.
 */
export const RECLAIM_3_10_XFS: ReclaimOfYear = {
  source: 'shrink_page_list(), mm/vmscan.c; xfs_vm_writepage(), 3.10',
  kswapd_writes: true,
  waits: 'GFP_NOFS',
};
export const RECLAIM_3_10: ReclaimOfYear = {
  ...RECLAIM_3_10_XFS,
  source: 'shrink_page_list(), mm/vmscan.c; ext4_writepage(), 3.10',
  pageout: ext4Pageout,
};

/** Since 4.2, ecf5fc6e9654, it waits where it may enter the filesystem. */
export const RECLAIM_4_8_XFS: ReclaimOfYear = {
  source: 'shrink_page_list(), mm/vmscan.c; xfs_vm_writepage(), 4.8',
  kswapd_writes: true,
  waits: 'GFP_KERNEL',
};

/**
 * Neither XFS, since 6.0, nor ext4 has a ->writepage any more. A memory cgroup of version 1 still
 * waits.
 */
export const RECLAIM_6_18: ReclaimOfYear = {
  source: 'shrink_folio_list(), mm/vmscan.c of 6.18',
  waits: 'GFP_KERNEL',
};
