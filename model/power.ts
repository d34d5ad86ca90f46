/**
 * The power fails, and comes back: what was in memory is gone, the journal is recovered, and the
 * file is read and written on. Calls that ran never return; those that are made `after_crash`
 * begin.
 */
import { STALE } from './cells.ts';
import { flushCache } from './disk-cache.ts';
import { blockAt } from './extents.ts';
import type { Reclaim } from './reclaim.ts';
import { FILE, FREE, NEIGHBOUR } from './space.ts';
import { declare, task } from './subsystem.ts';
import type { Face } from './subsystem.ts';

const POWER = declare({ name: 'power' });
type K = Reclaim;

/** The extent maps and sizes that the journal has; each block's owner follows from them. */
export function recover(k: K): void {
  const { s } = k;
  for (let i = 0; i < s.inode.length; i++) {
    s.inode[i]!.i_size = s.inode[i]!.i_disksize = s.inode[i]!.logged_size;
    if (!k.judged) s.inode[i]!.tree = s.inode[i]!.logged_tree;
  }
  for (let b = 0; b < s.disk.length; b++) {
    if (s.disk[b]!.owner !== NEIGHBOUR) s.disk[b]!.owner = FREE;
  }
  for (let i = 0; i < s.extent.length; i++) {
    const map = s.extent[i]!.logged;
    s.extent[i]!.map = map;
    if (blockAt(map) >= 0) s.disk[blockAt(map)]!.owner = FILE;
  }
  s.free = s.reserved = s.locked = s.writeback_reclaims = 0;
  for (let b = 0; b < s.disk.length; b++) {
    const block = s.disk[b]!;
    if (k.geometry.write_cache) block.cells = block.media;
    if (block.owner !== FREE) continue;
    s.free++;
    block.cells = k.cells.all(STALE);
  }
  flushCache(k);
}

const commands = {
  /** Anything may be under way. */
  power_fails(this: K): void {
    this.command();
    this.s.power_has_failed = 1;
    this.restart();
    this.ledger.crashes();
    recover(this);
    if (this.tracing) this.say('the power fails; the journal is recovered');
  },
};

export const power = {
  ...POWER,
  commands,
  tasks: {
    power: task<Face<{ commands: typeof commands }>>()(
      'fails once, and comes back',
      {},
      {
        on(k) {
          k.power_fails();
          return 'done';
        },
      },
      { at_will: true },
    ),
  },
};
