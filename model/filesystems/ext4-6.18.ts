/**
 * ext4 of 6.18. With delayed allocation, the default, writeback allocates unwritten blocks and
 * converts them after the I/O (dioread_nolock, the default since 5.6); so does write_begin where
 * space is short. With nodelalloc blocks are mapped at once. Not modelled: large folios (6.16).
 */
import {
  DELALLOC,
  HOLE,
  MAPPED,
  UNWRITTEN,
  allocateExtent,
  allocateRun,
  delayExtent,
  extentType,
} from '../extents.ts';
import { MAPS, NO_SPACE } from '../filesystem.ts';
import type { Filesystem, FsFlaw, FsKernel, MapResult } from '../filesystem.ts';
import { cached, pageOf } from '../page-cache.ts';
import {
  MAPPED_FIRST,
  SIZE_AFTER_IO,
  UNORDERED,
  ext4Ordered,
  invalidate,
  place,
  truncateBeyondSize,
} from './ext4.ts';
import { RECLAIM_6_18 } from './reclaim.ts';

const ZEROED_LATE: FsFlaw = {
  name: 'eof-tail-is-zeroed-late',
  says: 'what lies behind EOF is zeroed in write_end, when the size has grown and is seen',
  source: 'ext4_write_end(), ext4_da_do_write_end(), 6.18; mended by 3f60efd65412 (7.1)',
  mend: (fs) => ({ ...fs, zeroes_eof: 'before' }),
};

/** ext4_block_zero_page_range(): in a block on disk, or with a buffer that has its place. */
function zeroes(k: FsKernel, fb: number): boolean {
  const type = extentType(k, fb);
  if (type === MAPPED) return true;
  const block = cached(k, fb);
  const { writeback } = pageOf(k, k.page_index(fb * k.block_size));
  const ends = type !== HOLE && block.uptodate === 1 && writeback > 0;
  return block.dirty === 1 || block.io !== 0 || ends;
}

const unwritten = (k: FsKernel, fb: number, tree_is_due?: boolean): boolean =>
  allocateExtent(k, fb, false, UNWRITTEN, tree_is_due);

/**
 * mpage_map_and_submit_extent(): of a delayed extent what is dirty, and below EOF; and the size on
 * disk up to the end of the folio.
 */
const mapDirty =
  (logs_size: boolean) =>
  (k: FsKernel, fb: number): MapResult => {
    const inode = k.s.inode[k.file]!;
    const delayed = extentType(k, fb) === DELALLOC;
    if (extentType(k, fb) === MAPPED) return MAPS;
    if (extentType(k, fb) === HOLE && !allocateExtent(k, fb, false, UNWRITTEN)) return NO_SPACE;
    // As far as it is dirty, and asked for; who is held against a kernel asks a folio at a time.
    const last = k.judged ? k.geometry.pages - 1 : k.folioLast(k.page_index(fb * k.block_size));
    const end = (last + 1) * k.geometry.page_blocks;
    let next = fb;
    while (next < end && isDelayedData(k, next)) next++;
    if (delayed && !allocateRun(k, fb, next, UNWRITTEN)) return NO_SPACE;
    const index = k.page_index(Math.max(next - 1, fb) * k.block_size);
    const size = Math.min(inode.i_size, (k.folioLast(index) + 1) * k.page_size);
    if (logs_size && size > inode.i_disksize) inode.i_disksize = size;
    return MAPS;
  };

const isDelayedData = (k: FsKernel, fb: number): boolean =>
  extentType(k, fb) === DELALLOC &&
  cached(k, fb).dirty === 1 &&
  fb * k.block_size < k.s.inode[k.file]!.i_size;

const SIZE_FIRST: FsFlaw = {
  name: 'size-is-logged-before-the-data',
  says: 'the size on disk covers unwritten blocks before their data: a crash leaves zeroes',
  source:
    'ext4_update_inode_size(), mpage_map_and_submit_extent(), 6.18; posted: "ext4: defer ' +
    'updating i_disksize until endio" (2023), and with buffered writes by iomap',
  mend: (fs) => ({
    ...fs,
    logs_size_of_mapped: false,
    map_for_writeback: mapDirty(false),
    ...SIZE_AFTER_IO,
  }),
};

const SIZE_BY_NOTHING: FsFlaw = {
  name: 'nothing-copied-moves-the-size',
  says: 'write_end with nothing copied makes the file end where the write was to begin',
  source: 'ext4_write_end(), ext4_da_do_write_end(), 6.18; harmless: what is between reads as zero',
  mend: (fs) => ({ ...fs, commits_nothing: false }),
};

const SHORT_NOT_TRIMMED: FsFlaw = {
  name: 'short-copy-is-not-trimmed',
  says: 'a short copy leaves delayed allocations beyond EOF',
  source:
    'ext4_da_write_end(), 6.18, where ext4_write_end() truncates; harmless: until the file is',
  mend: (fs) => ({ ...fs, keeps_short: false }),
};

/** The default: delalloc,data=ordered. No handle in write_begin since 5.15, cc883236b792. */
export const ext4Of618: Filesystem = {
  name: '6.18-ext4',
  about: 'reserves in write_begin, allocates in writeback as unwritten, converts after the I/O',
  source: 'ext4_da_write_begin(), mpage_map_and_submit_extent(), fs/ext4/inode.c of 6.18',
  maps_by: 'get_block',
  handles: false,
  ordered: true,
  logs_size_at_write_end: false,
  // Since 6.13, c7fc0366c656.
  zeroes_eof: 'in-write-end',
  flushes_eof: false,
  has_unwritten: true,
  invalidate_lock: true,
  commits_nothing: true,
  makes_page_to_zero: true,
  fallocates_by_block: true,
  zeroes_when_trimming: true,
  retries_alloc: true,
  counts_busy: true,
  keeps_short: true,
  stops_at_eof: true,
  news_unwritten: true,
  extents_in_inode: 4,
  truncate_logs_size_first: true,
  reclaim: RECLAIM_6_18,
  get_block: delayExtent,
  zeroes,
  reads_as_zero: (k, fb) => extentType(k, fb) !== MAPPED,
  logs_size_of_mapped: true,
  map_for_writeback: mapDirty(true),
  redirties: () => false,
  end_io: ['convert'],
  discard: invalidate,
  failed_write: truncateBeyondSize,
  flaws: [ZEROED_LATE, SIZE_FIRST, SIZE_BY_NOTHING, SHORT_NOT_TRIMMED],
};

/** What it falls back to where free space is short: ext4_nonda_switch(). */
export const ext4Of618Nonda: Filesystem = {
  ...ext4Of618,
  name: '6.18-ext4-nonda',
  about: 'allocates in write_begin as unwritten, since space is short; converts after the I/O',
  source: 'ext4_write_begin(), ext4_get_block_unwritten(), fs/ext4/inode.c of 6.18',
  handles: true,
  logs_size_at_write_end: true,
  flaws: [ZEROED_LATE, SIZE_FIRST, SIZE_BY_NOTHING],
  get_block: unwritten,
  get_block_places: true,
  pins_folio: true,
  keeps_short: false,
  logs_size_of_mapped: false,
  map_for_writeback: mapDirty(false),
};

/** nodelalloc,data=ordered: dioread_nolock asks for delalloc. */
export const ext4Of618Nodelalloc: Filesystem = {
  ...ext4Of618Nonda,
  name: '6.18-ext4-nodelalloc',
  about: 'allocates in write_begin as mapped; data is written before its transaction commits',
  source: 'ext4_write_begin(), ext4_should_dioread_nolock(), fs/ext4 of 6.18, nodelalloc',
  get_block: place,
  initializes: true,
  has_unwritten: false,
  map_for_writeback: (k, fb) => ext4Ordered.map_for_writeback(k, fb),
  flaws: [
    ZEROED_LATE,
    SIZE_BY_NOTHING,
    {
      ...MAPPED_FIRST,
      source: 'ext4_get_block() with nodelalloc, 6.18, data_err=ignore; unwritten with delalloc',
    },
  ],
};

/** delalloc,data=writeback. */
export const ext4Of618Writeback: Filesystem = {
  ...ext4Of618,
  name: '6.18-ext4-writeback',
  about: 'reserves in write_begin, allocates in writeback; a commit waits for no data',
  source: 'ext4_da_write_begin(), fs/ext4/inode.c of 6.18, data=writeback',
  ordered: false,
  flaws: [
    ZEROED_LATE,
    SIZE_FIRST,
    SIZE_BY_NOTHING,
    SHORT_NOT_TRIMMED,
    {
      ...UNORDERED,
      says: 'a transaction may commit before the zeroes behind EOF, of which it has the size',
    },
  ],
};
