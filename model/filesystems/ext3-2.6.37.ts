/**
 * ext3 of 2.6.37, data=ordered and data=writeback. Its write_begin and write_end do what those of
 * ext4 of 3.10 do without delayed allocation. Its handle is started under the page lock there, and
 * its commit writes buffers without page locks; here the handle comes first, as in ext4.
 */
import type { Filesystem, FsFlaw } from '../filesystem.ts';
import { ext4Ordered, ext4Writeback } from './ext4.ts';
import { RECLAIM_2_6_37 } from './reclaim.ts';

const NO_FLUSH: FsFlaw = {
  name: 'commits-without-a-flush',
  says: 'a commit does not flush the cache of the disk, and so may be there before its data',
  source: 'ext3 mounts with barrier=0 by default until 3.1',
  mend: (fs) => ({ ...fs, sends_no_flush: false }),
};

const NO_MKWRITE: FsFlaw = {
  name: 'stores-get-no-block',
  says: 'a store into a hole gets its block in writeback, and is lost where there is none',
  source: 'fs/ext3/file.c has no ->page_mkwrite, as fs/ext4 has since 2.6.27',
  mend: (fs) => ({ ...fs, stores_without_blocks: false }),
};

const OF_2_6_37 = {
  sends_no_flush: true,
  stores_without_blocks: true,
  reclaim: RECLAIM_2_6_37,
} as const;

const flawsOf = (fs: Filesystem): readonly FsFlaw[] => [...fs.flaws!, NO_FLUSH, NO_MKWRITE];

export const ext3Ordered: Filesystem = {
  ...ext4Ordered,
  ...OF_2_6_37,
  name: '2.6.37-ext3',
  source: 'fs/ext3/inode.c of 2.6.37, data=ordered',
  flaws: flawsOf(ext4Ordered),
};

export const ext3Writeback: Filesystem = {
  ...ext4Writeback,
  ...OF_2_6_37,
  name: '2.6.37-ext3-writeback',
  source: 'fs/ext3/inode.c of 2.6.37, data=writeback',
  flaws: flawsOf(ext4Writeback),
};
