/** Memory: allocations that may enter reclaim; see reclaim.ts. */
import { oneOf, untold } from '../machine/struct.ts';
import type { Core } from './core.ts';
import { ENOMEM } from './errno.ts';
import { findPage, isHeldUpByPage, reclaimInWords } from './reclaim.ts';
import type { Reclaim } from './reclaim.ts';
import { declare, fault } from './subsystem.ts';
import type { Ctx, Lock } from './subsystem.ts';

/** An allocation flag: may reclaim call into the filesystem? */
export type Gfp = 'GFP_KERNEL' | 'GFP_NOFS';

const MEMORY = declare({
  name: 'memory',
  /** It asked for memory, there was none, and it is in direct reclaim, under these flags. */
  thread: () => ({ reclaiming: untold(oneOf('no', 'GFP_NOFS', 'GFP_KERNEL')) }),
  sites: {
    page_enomem: fault('no page for the page cache', '-ENOMEM'),
    pool_enomem: fault('a pool that a vendor has made is empty', '-ENOMEM'),
  },
});
export type Memory = Ctx<typeof MEMORY> & Reclaim;
type K = Memory;

const NOFS = 1;
const KERNEL = 2;

/** Direct reclaim that may enter the filesystem (lockdep: fs_reclaim). Nobody waits to enter it. */
const FS_RECLAIM: Lock<K> = {
  what: 'fs_reclaim',
  count: () => 1,
  holders(k) {
    const { thread } = k.s;
    let mask = 0;
    for (let i = 0; i < thread.length; i++) if (thread[i]!.reclaiming === KERNEL) mask |= 1 << i;
    return mask;
  },
};

/**
 * The shrinkers under GFP_KERNEL: an inode that is evicted needs a journal commit and the map of
 * its file. Somebody holds one of these: reclaim waits for all who do.
 */
function isHeldUpByShrinkers(k: K): boolean {
  let tasks = 0;
  let first: Lock<Core> | undefined;
  for (let i = 0; i < k.reclaim_needs.length; i++) {
    const lock = k.reclaim_needs[i]!;
    for (let n = 0; n < lock.count(k); n++) tasks |= lock.holders(k, n);
    if (tasks !== 0) first ??= lock;
  }
  if (tasks === 0) return false;
  k.wait(tasks, first);
  return true;
}

/** The call is in direct reclaim: its allocation has to end, whatever has become of the page. */
export const isReclaiming = (k: K): boolean => k.s.thread[k.me]!.reclaiming > 0;

/**
 * An allocation has to reclaim first, if the environment says so. Direct reclaim comes upon a page,
 * and writes it or waits for it; under GFP_KERNEL the shrinkers follow. True: the row is to be run
 * again.
 */
export function reclaimsFirst(k: K, gfp: Gfp): boolean {
  const thread = k.s.thread[k.me]!;
  if (thread.reclaiming === 0) {
    if (!k.fails(k.site.direct_reclaim)) return false;
    thread.reclaiming = gfp === 'GFP_KERNEL' ? KERNEL : NOFS;
    findPage(k, gfp);
    k.again();
    return true;
  }
  if (isHeldUpByPage(k, gfp)) return true;
  if (gfp === 'GFP_KERNEL' && isHeldUpByShrinkers(k)) {
    if (k.tracing) k.sayWait('direct reclaim, which waits for the filesystem');
    return true;
  }
  thread.reclaiming = 0;
  return false;
}

/**
 * 0 or -ENOMEM; `undone` where the row is to be run again. After direct reclaim there is memory.
 */
export function allocate(k: K, gfp: Gfp): number {
  const reclaiming = isReclaiming(k);
  if (reclaimsFirst(k, gfp) || reclaiming) return 0;
  return k.fails(k.site.page_enomem) ? ENOMEM : 0;
}

export const memory = {
  ...MEMORY,
  locks: [FS_RECLAIM],
  commands: {
    /** alloc_skb() and alloc_page(): 0 or -ENOMEM. */
    alloc_page(this: K, gfp: Gfp): number {
      this.command();
      const error = allocate(this, gfp);
      if (this.tracing) this.say(`alloc_page(${gfp})${allocated(this, error)}`);
      return error;
    },

    /**
     * common_mempool_alloc(): an entry of a pool that was made when the kernel started. 0 or
     * -ENOMEM: it is empty; nothing is reclaimed for it. Not modelled: how many entries it has, and
     * that they are given back. Lock: the pool's own.
     */
    mempool_alloc(this: K, pool: string): number {
      this.command();
      const error = this.fails(this.site.pool_enomem) ? ENOMEM : 0;
      if (this.tracing) this.say(`common_mempool_alloc(${pool})${error ? ' = -ENOMEM' : ''}`);
      return error;
    },
  },
};

export function allocated(k: K, error: number): string {
  if (k.undone) return `: ${reclaimInWords(k)}`;
  return error === 0 ? '' : ' = -ENOMEM';
}
