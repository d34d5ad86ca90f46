/** Which design is the model of a kernel's filesystem, as a trace says it. */
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { iomapOf618 } from '../model/designs/iomap.ts';
import type { FilesystemName, Trace } from '../traces/format.ts';

/** The kernel that the models are of. */
export const KERNEL = '6.18';

/** EXT4_FREECLUSTERS_WATERMARK, of two processors: below it ext4 delays no allocation. */
const WATERMARK = 256;

/** ext4_calculate_resv_clusters(): 2 % of an image of 16 MiB are kept back. */
const keptBack = (page_blocks: number): number => Math.floor((4096 * page_blocks) / 50);

const NAMES: Readonly<Record<FilesystemName, ((trace: Trace) => string) | undefined>> = {
  xfs: () => 'iomap/6.18',
  ext4: () => 'page-at-a-time/6.18-ext4-nodelalloc',
  // ext4_nonda_switch().
  ext4d: ({ init, pb }) =>
    `page-at-a-time/6.18-ext4${init.avail + keptBack(pb) < WATERMARK ? '-nonda' : ''}`,
  btrfs: undefined,
};

/** Undefined: there is no model of that filesystem. */
export function modelOf(fs: FilesystemName, trace: Trace): Design | undefined {
  const name = NAMES[fs]?.(trace);
  return [iomapOf618, ...DESIGNS].find((design) => design.name === name);
}

/** xfs_bmap_worst_indlen() of few blocks: XFS_BM_MAXLEVELS, which hangs on the size of a block. */
export const indexBlocks = ({ fs, pb }: Pick<Trace, 'fs' | 'pb'>): number =>
  fs === 'xfs' ? { 1: 5, 2: 6, 4: 7 }[pb] : 0;
