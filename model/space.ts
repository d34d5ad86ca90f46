/**
 * The blocks of the device, who owns them, and the free-space counters as the kernel keeps them:
 * these may go wrong. Another file on the same disk. Lock: the counters' own, or the allocation
 * group's; each helper here is used inside one command.
 */
import { counter, oneOf, worded } from '../machine/struct.ts';
import { STALE } from './cells.ts';
import { declare, task } from './subsystem.ts';
import type { Ctx, Face } from './subsystem.ts';

// Who owns a block of the device, as the allocator has it.
export const FREE = 0;
export const FILE = 1;
export const NEIGHBOUR = 2;
/** Freed, but the transaction that freed it has not committed: it may not be used yet. */
export const BUSY = 3;

const SPACE = declare({
  name: 'space',
  world: (z) => ({
    free: counter(4 * z.geometry.blocks),
    reserved: counter(4 * z.geometry.blocks),
  }),
  disk: (z) => ({
    owner: worded(oneOf('free', 'file', 'neighbour', 'busy'), {
      change: (to, from) => (to === 'file' ? '' : `${from} -> ${to}`),
      stand: (value) => value,
    }),
    cells: z.cells.field(),
  }),
});
export type Space = Ctx<typeof SPACE>;
type K = Space;

/**
 * The block is busy until the transaction that frees it has committed: until then a crash brings it
 * back to its owner, with what is in it.
 */
export function freeBlock(k: K, b: number): void {
  k.s.disk[b]!.owner = BUSY;
  if (k.fs.counts_busy) k.s.free++;
}

/** Is there a block that is free, and not only when a transaction has committed? */
export const isAnyFree = (k: K): boolean => firstFree(k) >= 0;

/** First fit: which free block it is makes no difference to the file. */
function firstFree(k: K): number {
  const { disk } = k.s;
  for (let b = 0; b < disk.length; b++) if (disk[b]!.owner === FREE) return b;
  return -1;
}

/** Takes `blocks` out of the free counter; false when they are not there. */
export function reserve(k: K, blocks: number): boolean {
  const { s } = k;
  if (s.free < blocks) return false;
  s.free -= blocks;
  s.reserved += blocks;
  return true;
}

export function unreserve(k: K, blocks: number): void {
  k.s.free += blocks;
  k.s.reserved -= blocks;
}

/**
 * A block of the device for a file, paid for by a reservation or else by free space; -1 when there
 * is none. The counters believe the caller.
 */
export function takeBlock(k: K, reserved: boolean): number {
  const { s } = k;
  if (!reserved && s.free <= 0) return -1;
  const b = firstFree(k);
  if (b < 0) return -1;
  if (reserved) s.reserved--;
  else s.free--;
  s.disk[b]!.owner = FILE;
  return b;
}

/**
 * The transaction that freed blocks has committed: they may be used again. What is in them is some
 * earlier owner's.
 */
export function releaseBusy(k: K): void {
  const { disk } = k.s;
  for (let b = 0; b < disk.length; b++) {
    if (disk[b]!.owner === BUSY) {
      disk[b]!.owner = FREE;
      disk[b]!.cells = k.cells.all(STALE);
      if (!k.fs.counts_busy) k.s.free++;
    }
  }
}

export function anyBusy(k: K): boolean {
  const { disk } = k.s;
  for (let b = 0; b < disk.length; b++) if (disk[b]!.owner === BUSY) return true;
  return false;
}

const commands = {
  /** Another file takes a block, if one is free. */
  neighbour_takes(this: K): void {
    this.command();
    const { s } = this;
    const b = firstFree(this);
    if (s.free <= 0 || b < 0) return this.idle();
    s.disk[b]!.owner = NEIGHBOUR;
    s.free--;
    if (this.tracing) this.say(`another file takes block ${b}`);
  },

  /** Another file gives its block back, with what is in it. */
  neighbour_gives(this: K): void {
    this.command();
    const { s } = this;
    let b = 0;
    while (b < s.disk.length && s.disk[b]!.owner !== NEIGHBOUR) b++;
    if (b === s.disk.length) return this.idle();
    freeBlock(this, b);
    if (this.tracing) this.say(`another file frees block ${b}`);
  },
};

export const space = {
  ...SPACE,
  commands,
  tasks: {
    neighbour: task<Face<{ commands: typeof commands }>>()(
      'another file takes a block and gives it back',
      {},
      {
        take(k) {
          k.neighbour_takes();
          return 'give';
        },
        give(k) {
          k.neighbour_gives();
          return 'take';
        },
      },
      { at_will: true },
    ),
  },
};
