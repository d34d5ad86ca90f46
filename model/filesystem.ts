/**
 * What a filesystem of one year does below a write path: hooks that the kernel's commands call, and
 * the rows that it adds to write_begin and write_end. Each is a file in filesystems/.
 */
import type { Iomap, PatchedFs } from './iomap.ts';
import type { Gfp } from './memory.ts';

/** What a hook may use of the kernel. */
export type FsKernel = Iomap;

/** What comes of a dirty block in writeback: it has a place; it is left out; there is no space. */
export const MAPS = 0;
export const LEAVES_OUT = 1;
export const NO_SPACE = 2;
export type MapResult = typeof MAPS | typeof LEAVES_OUT | typeof NO_SPACE;

/** What ->writepage does with a dirty block of a page, where reclaim calls it. */
export const WRITES = 0;
export const NEEDS_HANDLE = 1;
export const REDIRTIES = 2;
export type Pageout = typeof WRITES | typeof NEEDS_HANDLE | typeof REDIRTIES;

/** What reclaim of that year does with pages that it cannot just drop. */
export interface ReclaimOfYear {
  /** Where this can be read. */
  readonly source: string;
  /** Direct reclaim calls ->writepage under these flags, and under greater ones; else never. */
  readonly direct_writes?: Gfp;
  /** kswapd does; it has no flags. */
  readonly kswapd_writes?: true;
  /** Direct reclaim may wait for a page under writeback under these flags, and greater ones. */
  readonly waits: Gfp;
  /**
   * Who writes pages allocates memory, under GFP_NOFS, to map one while others are in a bio that he
   * has not submitted.
   */
  readonly allocates_in_bio?: true;
  /** `in_handle`: the task has a handle open. Without it, ->writepage writes. */
  pageout?(k: FsKernel, fb: number, in_handle: boolean): Pageout;
}

/** What is wrong with a filesystem of that year, and the filesystem that would be right. */
export interface FsFlaw {
  readonly name: string;
  readonly says: string;
  readonly source: string;
  readonly mend: (fs: Filesystem) => Filesystem;
}

export interface Filesystem {
  readonly name: string;
  /** In a sentence, after "the filesystem". */
  readonly about: string;
  /** Where this can be read. */
  readonly source: string;
  /** How its blocks are mapped: block by block in write_begin, or by an iomap. */
  readonly maps_by: 'get_block' | '->iomap' | 'iomap_begin';
  /** write_begin opens a journal handle that write_end closes. */
  readonly handles: boolean;
  /** A transaction commits only after the data of the blocks that it maps was written. */
  readonly ordered: boolean;
  /** write_end logs the new size; otherwise the end of the I/O does. */
  readonly logs_size_at_write_end: boolean;
  /**
   * Does write_end log it where the file then ends in a block that is mapped
   * (ext4_da_should_update_i_disksize())?
   */
  readonly logs_size_of_mapped?: boolean;
  /**
   * A write beyond EOF zeroes what lies behind EOF in the block of EOF: never; before it
   * writes; the same, mapping by mapping, as iomap_zero_range() does since 6.13; or in
   * write_end, when the size has grown.
   */
  readonly zeroes_eof: 'never' | 'before' | 'by-mapping' | 'in-write-end';
  /** It takes invalidate_lock for what it zeroes before (since 6.12). */
  readonly locks_to_zero?: boolean;
  /** And writes that block out before the file grows. */
  readonly flushes_eof: boolean;
  /** Can a file be found with unwritten or delayed blocks? */
  readonly has_unwritten: boolean;
  /**
   * Does it note that the extent map has changed since a mapping was sampled (a validity cookie)?
   */
  readonly notes_changes?: boolean;
  /** Has it the lock that keeps pages out of a file while its blocks go (since 5.15)? */
  readonly invalidate_lock?: boolean;
  /** Is an error of writeback told to one opener alone, the first that asks (before 4.13)? */
  readonly tells_one_opener?: boolean;
  /** Does the page of the old EOF stay mapped writable when the file grows (before 3.18)? */
  readonly keeps_eof_page_writable?: boolean;
  /**
   * lseek(SEEK_DATA) looks at pages of unwritten blocks: with the lock of the extent map shared
   * (until 4.13), or mapping by mapping. Without it, it is not modelled here.
   */
  readonly seeks?: 'under-the-map-lock' | 'by-iomap';
  /** Has it no ->page_mkwrite, so that a store into a hole gets its block in writeback (ext3)? */
  readonly stores_without_blocks?: boolean;
  /** Has its page cache buffer_heads, so that a block of a new iomap is BH_New (until 4.18)? */
  readonly has_buffers?: boolean;
  /** Is the page in the cache, and not read, where there turned out to be nothing to zero in it? */
  readonly makes_page_to_zero?: boolean;
  /** Does the truncation of a failed write zero the tail of the block of EOF (ext4_truncate())? */
  readonly zeroes_when_trimming?: boolean;
  /** Is a write that finds no space tried again after a commit (ext4_should_retry_alloc())? */
  readonly retries_alloc?: boolean;
  /**
   * Does write_end with nothing copied raise i_size to where the write begins, and dirty the block
   * that it begins inside of (ext4_write_end(), __block_commit_write())?
   */
  readonly commits_nothing?: boolean;
  /** Does a write that took in nothing take its pages beyond EOF out (iomap_write_failed())? */
  readonly drops_failed?: boolean;
  /** Does truncate() log the new size first, and free the blocks last? */
  readonly truncate_logs_size_first?: boolean;
  /** Does truncate() write what is behind the size on disk before it sets i_size (XFS of 3.10)? */
  readonly truncate_flushes_first?: boolean;
  /** Does writeback keep a mapping from page to page, and not ask whether it is still true? */
  readonly caches_mapping?: boolean;
  /** Does its journal commit without a flush of the disk's cache (nobarrier)? */
  readonly sends_no_flush?: boolean;
  /**
   * Does ->iomap_begin reserve a hole whole, or not at all; and where the file gets longer, up to
   * the end of the last page (XFS with allocsize=4k)?
   */
  readonly reserves_whole?: boolean;
  /** Has write_begin a reference to its folio while a failed one is truncated? */
  readonly pins_folio?: boolean;
  /** Does writeback of a range end with the page of EOF, or the first one behind it? */
  readonly stops_at_eof?: boolean;
  /** Is a buffer of a delayed or unwritten block BH_New, when write_begin maps it? */
  readonly news_unwritten?: boolean;
  /** Extents that the inode has room for; for more a block of a tree is taken (ext4). */
  readonly extents_in_inode?: number;
  /** Does a copy that falls short beyond EOF trim the blocks that write_begin has made? */
  readonly keeps_short?: boolean;
  /**
   * Do fallocate() and a punch treat the range as XFS of 6.18 does: delayed blocks get their place,
   * whole pages leave the cache, what blocks at both ends keep is zeroed by mapping?
   */
  readonly unmaps_pages?: boolean;
  /** Does ->get_block() of an unwritten block map it, without dioread_nolock? */
  readonly initializes?: boolean;
  /** Do fallocate(), punch and zero range work as those of ext4 do since 6.14? */
  readonly fallocates_by_block?: boolean;
  /** Do blocks count as free from when they are freed, and not from when that has committed? */
  readonly counts_busy?: boolean;
  /** Does its allocator force the log where no other blocks are free (xfs_extent_busy_flush())? */
  readonly forces_log?: boolean;
  /** Does it look for preallocation beyond EOF when space is short (xfs_blockgc_free_space())? */
  readonly frees_eof_blocks?: boolean;
  readonly reclaim: ReclaimOfYear;
  /** Where it has the patch's ->iomap. */
  readonly patch?: PatchedFs;

  readonly flaws?: readonly FsFlaw[];

  /** ->get_block(create) of a hole: a block, or a reservation. False: -ENOSPC. */
  get_block?(k: FsKernel, fb: number, tree_is_due?: boolean): boolean;
  /** Does it give the block its place at once? */
  readonly get_block_places?: boolean;
  /** Does zeroing in the page cache find anything to do in this block? Else, where there is. */
  zeroes?(k: FsKernel, fb: number): boolean;
  /** Does write_begin take this block to be empty on disk? */
  reads_as_zero(k: FsKernel, fb: number): boolean;
  /** Does write_begin refuse to write [pos, end) of a page, with -ERANGE? */
  refuses_page?(k: FsKernel, pos: number, end: number): boolean;

  /** ->writepage gives a dirty block a place on disk. */
  map_for_writeback(k: FsKernel, fb: number): MapResult;
  /** Would ->writepage only redirty a dirty page over this block? */
  redirties(k: FsKernel, fb: number): boolean;
  /** What follows when an I/O has succeeded, in this order. */
  readonly end_io: readonly ('convert' | 'set_size')[];
  /** Writeback has found no place for a dirty block, whose data is given up. */
  discard?(k: FsKernel, fb: number): void;

  /** Is a block of this type beyond EOF what it keeps as preallocation, until the last close? */
  preallocates?(type: number): boolean;
  /** What write_begin does with the blocks that it has made for [pos, end), where it then fails. */
  begin_failed?(k: FsKernel, pos: number, end: number): void;
  /**
   * Blocks that a write of [pos, end) which failed, or fell short, has left: what of them goes
   * back.
   */
  failed_write(k: FsKernel, pos: number, end: number): void;
}
