/**
 * The disk's own write cache, which loses what it has when the power fails. What was written is
 * read back at once; it is on stable media when the disk has moved it there, in an order of its
 * own, or when it was told to (REQ_PREFLUSH). What the journal writes it writes through (REQ_FUA).
 */
import { range, untold, worded } from '../machine/struct.ts';
import { FREE } from './space.ts';
import type { Space } from './space.ts';
import { choice, declare, task } from './subsystem.ts';
import type { Ctx, Face } from './subsystem.ts';

const DISK_CACHE = declare({
  name: 'disk-cache',
  disk: (z) => ({
    /** What is on stable media, where the disk has a cache. */
    media: z.geometry.write_cache
      ? worded(z.cells.field(), {
          change: (to) => `on stable media: ${to}`,
          stand: (value) => `on stable media ${value}`,
        })
      : untold(range(0)),
  }),
  sites: { which_block: choice('the block that the disk moves to stable media') },
});
export type DiskCache = Ctx<typeof DISK_CACHE> & Space;
type K = DiskCache;

/** What is in a free block is nobody's, in the cache and on stable media. */
export function forgetFree(k: K): void {
  if (!k.geometry.write_cache) return;
  const { disk } = k.s;
  for (let b = 0; b < disk.length; b++)
    if (disk[b]!.owner === FREE) disk[b]!.media = disk[b]!.cells;
}

/** blkdev_issue_flush(): all that was written is on stable media. */
export function flushCache(k: K): void {
  if (!k.geometry.write_cache) return;
  for (let b = 0; b < k.s.disk.length; b++) k.s.disk[b]!.media = k.s.disk[b]!.cells;
}

const commands = {
  /** The disk moves a block of its cache to stable media. */
  destage(this: K): void {
    this.command();
    const { disk } = this.s;
    let count = 0;
    for (let b = 0; b < disk.length; b++) if (disk[b]!.media !== disk[b]!.cells) count++;
    if (!this.geometry.write_cache || count === 0) return this.idle();
    let nth = this.choose(this.site.which_block, count);
    let b = 0;
    while (disk[b]!.media === disk[b]!.cells || nth-- > 0) b++;
    disk[b]!.media = disk[b]!.cells;
    if (this.tracing) this.say(`the disk moves block ${b} to stable media`);
  },
};

export const diskCache = {
  ...DISK_CACHE,
  commands,
  tasks: {
    disk: task<Face<{ commands: typeof commands }>>()(
      'moves what is in its write cache to stable media',
      {},
      {
        destage(k) {
          k.destage();
          return 'destage';
        },
      },
      { at_will: true },
    ),
  },
};
