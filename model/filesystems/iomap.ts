/**
 * XFS below iomap: the mapping is sampled by ->iomap_begin, and each change of the map is noted.
 */
import { HOLE, MAPPED, UNWRITTEN, extentType } from '../extents.ts';
import { LEAVES_OUT } from '../filesystem.ts';
import type { Filesystem } from '../filesystem.ts';
import { writebackAs, xfsBelow } from './xfs.ts';

export const xfsIomap: Filesystem = {
  ...xfsBelow,
  name: 'xfs-iomap',
  about: 'maps by ->iomap_begin, allocates in writeback as unwritten, converts after the I/O',
  source: 'xfs_buffered_write_iomap_begin(), fs/xfs/xfs_iomap.c; fs/iomap/buffered-io.c',
  maps_by: 'iomap_begin',
  notes_changes: true,
  reads_as_zero: (k) => k.s.stack[k.current]!.iomap_type !== MAPPED,
};

/** Of 6.18. */
export const xfsIomapOf618: Filesystem = {
  ...xfsIomap,
  name: 'xfs-iomap-6.18',
  zeroes_eof: 'by-mapping',
  flushes_eof: false,
  reserves_whole: true,
  drops_failed: true,
  unmaps_pages: true,
  counts_busy: true,
  forces_log: true,
  frees_eof_blocks: true,
  // xfs_map_blocks(): a hole under a dirty folio has nothing to write.
  map_for_writeback: (k, fb) =>
    extentType(k, fb) === HOLE ? LEAVES_OUT : writebackAs(UNWRITTEN)(k, fb),
};

/** Of 6.1 to 6.11. */
export const xfsIomapOf61: Filesystem = {
  ...xfsIomap,
  name: 'xfs-iomap-6.1',
  locks_to_zero: false,
};
