/** Memory: allocations that may enter reclaim, and the throttling of those who dirty pages. */
import { site } from './faults.ts';
import { Locks } from './locks.ts';
import { ENOMEM } from './state.ts';

const PAGE_ENOMEM = site('page-enomem');
const DIRECT_RECLAIM = site('direct-reclaim');

/** An allocation flag: may reclaim call into the filesystem? */
export type Gfp = 'GFP_KERNEL' | 'GFP_NOFS';

/** The allocation is in direct reclaim: run the same row again. */
export const RECLAIM = -1;

export class Memory extends Locks {
  /**
   * alloc_skb() and alloc_page(): 0, -ENOMEM, or RECLAIM, on which the row is to be run again.
   * Direct reclaim under GFP_KERNEL may have to write through the filesystem: it then needs the
   * mapping's lock and a journal commit, and a commit waits for every open handle.
   */
  alloc_page(gfp: Gfp): number {
    this.command();
    const result = this.allocate(gfp);
    if (!this.blocked && this.tracing) this.say(`alloc_page(${gfp})${describe(result)}`);
    return result;
  }

  protected allocate(gfp: Gfp): number {
    const { call, s } = this;
    if (call.reclaiming === 0) {
      if (this.fails(DIRECT_RECLAIM)) {
        call.reclaiming = 1;
        return RECLAIM;
      }
      return this.fails(PAGE_ENOMEM) ? ENOMEM : 0;
    }
    if (gfp === 'GFP_KERNEL') {
      const holders = this.handleOwners() | (s.ilock !== 0 ? 1 << (s.ilock - 1) : 0);
      if (holders !== 0) {
        this.wait(holders);
        if (this.tracing) this.sayWait('direct reclaim, which waits for the filesystem');
        return RECLAIM;
      }
    }
    call.reclaiming = 0;
    return 0;
  }

  /**
   * balance_dirty_pages_ratelimited(): above the limit the writer sleeps until writeback has cleaned
   * pages. Not modelled: that a long pause lets it go on all the same.
   */
  balance_dirty_pages(): void {
    this.command();
    const { page } = this.s;
    let dirty = 0;
    for (let i = 0; i < page.length; i++) if (this.isDirty(i) || page[i]!.writeback) dirty++;
    if (dirty > this.geometry.dirty_limit) {
      this.wait(this.cleaners);
      if (this.tracing) this.sayWait('writeback, to get below the dirty limit');
      return;
    }
    if (this.tracing) this.say('balance_dirty_pages_ratelimited()');
  }

  /** Mask of the tasks that clean pages. */
  protected get cleaners(): number {
    let mask = 0;
    for (let i = 0; i < this.names.length; i++) {
      if (this.names[i] === 'writeback' || this.names[i] === 'ioend') mask |= 1 << i;
    }
    return mask;
  }

  protected isDirty(index: number): boolean {
    const { block } = this.s.page[index]!;
    for (let b = 0; b < block.length; b++) if (block[b]!.dirty) return true;
    return false;
  }
}

function describe(result: number): string {
  if (result === RECLAIM) return ': direct reclaim';
  return result === 0 ? '' : ' = -ENOMEM';
}
