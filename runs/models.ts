/** Which design is the model of a kernel's filesystem. */
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import type { Trace } from '../traces/format.ts';

/** EXT4_FREECLUSTERS_WATERMARK, of two processors: below it ext4 reserves nothing. */
const WATERMARK = 256;

const NAMES: Readonly<Record<string, (avail: number) => string>> = {
  xfs: () => 'iomap/6.18',
  ext4: () => 'page-at-a-time/6.18-ext4-nodelalloc',
  ext4d: (avail) => `page-at-a-time/6.18-ext4${avail < WATERMARK ? '-nonda' : ''}`,
};

export function modelOf(fs: string, trace: Trace): Design | undefined {
  const name = NAMES[fs]?.(trace.init.avail);
  return DESIGNS.find((design) => design.name === name);
}
