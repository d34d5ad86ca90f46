/** XFS of 4.8, the first below iomap: pages have buffer_heads, and a mapping has no cookie. */
import { MAPPED } from '../extents.ts';
import type { Filesystem } from '../filesystem.ts';
import { RECLAIM_4_8_XFS } from './reclaim.ts';
import {
  EOF_NOT_FLUSHED,
  MAPPED_IN_WRITEBACK,
  SEEKS_UNDER_ILOCK,
  punchDelalloc,
  writebackAs,
  xfsBelow,
} from './xfs.ts';
import { READS_BESIDE_A_PUNCH, TOLD_ONE } from './years.ts';

export const xfsOf48: Filesystem = {
  ...xfsBelow,
  name: 'xfs-4.8',
  about: 'maps by ->iomap_begin, allocates in writeback as mapped, sets the size after the I/O',
  source: 'xfs_file_iomap_begin_delay(), fs/xfs/xfs_iomap.c of 4.8; fs/iomap.c',
  maps_by: 'iomap_begin',
  reads_as_zero: (k) => k.s.stack[k.current]!.iomap_type !== MAPPED,
  invalidate_lock: false,
  locks_to_zero: false,
  seeks: 'under-the-map-lock',
  tells_one_opener: true,
  flushes_eof: false,
  has_buffers: true,
  reclaim: RECLAIM_4_8_XFS,
  map_for_writeback: writebackAs(MAPPED),
  failed_write: punchDelalloc,
  flaws: [MAPPED_IN_WRITEBACK, EOF_NOT_FLUSHED, TOLD_ONE, READS_BESIDE_A_PUNCH, SEEKS_UNDER_ILOCK],
};
