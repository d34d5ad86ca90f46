/** Which design is the model of a kernel's filesystem. */
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import type { Trace } from '../traces/format.ts';

/** EXT4_FREECLUSTERS_WATERMARK, of two processors: below it ext4 delays no allocation. */
const WATERMARK = 256;

/** ext4_calculate_resv_clusters(): 2 % of an image of 16 MiB are kept back. */
const keptBack = (page_blocks: number): number => Math.floor((4096 * page_blocks) / 50);

const NAMES: Readonly<Record<string, (trace: Trace) => string>> = {
  xfs: () => 'iomap/6.18',
  ext4: () => 'page-at-a-time/6.18-ext4-nodelalloc',
  ext4d: ({ init, pb }) =>
    `page-at-a-time/6.18-ext4${init.avail + keptBack(pb) < WATERMARK ? '-nonda' : ''}`,
};

export function modelOf(fs: string, trace: Trace): Design | undefined {
  const name = NAMES[fs]?.(trace);
  return DESIGNS.find((design) => design.name === name);
}
