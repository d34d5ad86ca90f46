/**
 * ->iomap_begin and ->iomap_end, as Linux has them now: a mapping is sampled without a lock that
 * would outlast the call; whether it is still true is asked under the page lock; what was reserved
 * for it and not written goes back at its end.
 */
import { flag, untold } from '../machine/struct.ts';
import { ENOSPC, errorName } from './errno.ts';
import {
  DELALLOC,
  EXTENT_TYPES,
  HOLE,
  delayExtent,
  extentType,
  mapIsShared,
  unmapExtent,
} from './extents.ts';
import { fillIomap } from './iomap.ts';
import type { Iomap } from './iomap.ts';
import { cached, isDirty, pageOf, waitForPage } from './page-cache.ts';
import { declare, fault } from './subsystem.ts';
import type { Ctx } from './subsystem.ts';

const IOMAP_BEGIN = declare({
  name: 'iomap-begin',
  stack: () => ({
    /** IOMAP_F_NEW: what it maps was reserved by this begin. */
    iomap_new: untold(flag),
  }),
  sites: {
    iomap_begin_enospc: fault('->iomap_begin finds no space at block 1, 2, ...'),
    iomap_begin_trim: fault('->iomap_begin maps 1, 2, ... blocks less than it could'),
  },
});
type K = Ctx<typeof IOMAP_BEGIN> & Iomap;

/** Reserves the hole's blocks one by one as far as there is space; returns how many. */
function reserveHole(k: K, first: number, blocks: number): number {
  const injected = k.fails(k.site.iomap_begin_enospc, blocks);
  for (let n = 0; n < blocks; n++) {
    const refused = n + 1 === injected;
    if (!refused && delayExtent(k, first + n)) continue;
    k.ledger.refuses(k.current, refused);
    return n;
  }
  return blocks;
}

/**
 * What keeps a delayed allocation that was not written: a dirty block below EOF; one beyond it,
 * too; any dirty block of its page.
 */
type Scan = 'by-block' | 'beyond-eof-too' | 'by-page';

/** Delayed allocations of the blocks that begin in [from, to) go back. */
function punchDelayed(k: K, from: number, to: number): void {
  for (let fb = k.blockOf(from + k.block_size - 1); fb * k.block_size < to; fb++) {
    if (extentType(k, fb) === DELALLOC) unmapExtent(k, fb);
  }
}

export const iomapBegin = {
  ...IOMAP_BEGIN,
  commands: {
    /**
     * xfs_buffered_write_iomap_begin(): the mapping at `pos`, of one type, trimmed to `length`. A
     * hole is reserved as a delayed allocation, as much of it as there is space for. 0 or -ENOSPC.
     * Lock: ILOCK, released before it returns.
     */
    iomap_begin(this: K, pos: number, length: number): number {
      this.command();
      if (this.fs.maps_by === 'get_block')
        this.wrong('asks for an iomap, which this filesystem has not');
      if (mapIsShared(this)) return 0;
      const stack = this.s.stack[this.current]!;
      fillIomap(this, pos, length, this.site.iomap_begin_trim);
      let error = 0;
      stack.iomap_new = 0;
      if (stack.iomap_type === HOLE) {
        const first = this.blockOf(stack.iomap_pos);
        const blocks = this.blockOf(stack.iomap_end) - first;
        const got = reserveHole(this, first, blocks);
        error = got === 0 ? ENOSPC : 0;
        stack.iomap_type = DELALLOC;
        stack.iomap_new = 1;
        stack.iomap_end = (first + got) * this.block_size;
      }
      if (error) stack.iomap_type = stack.iomap_pos = stack.iomap_end = stack.iomap_new = 0;
      else {
        this.ledger.opens(this.current, 'maps');
        this.ledger.obtains(this.current);
      }
      this.s.stack[this.current]!.map_changed = 0;
      if (this.tracing) {
        const { iomap_type, iomap_pos, iomap_end, iomap_new } = stack;
        const type = `${EXTENT_TYPES[iomap_type]}${iomap_new ? ', new' : ''}`;
        const map = `${type} ${iomap_pos}..${iomap_end}`;
        this.say(
          `->iomap_begin(${pos}, ${length})${error ? ` = ${errorName(error)}` : `: ${map}`}`,
        );
      }
      return error;
    },

    /** iomap_valid(): has the extent map not changed since it was sampled? Lock: PG_locked. */
    iomap_valid(this: K): boolean {
      this.command();
      const valid = this.s.stack[this.current]!.map_changed === 0;
      if (this.tracing) this.say(`iomap_valid() = ${valid}`);
      return valid;
    },

    /**
     * iomap_write_delalloc_scan() of the page that `pos` lies in: where it is dirty, the delayed
     * allocations from `punch` on that lie before it go back, and those under its clean blocks.
     * Returns where what goes back begins from then on. Beyond EOF nothing is looked at. Lock:
     * PG_locked where the page is cached, ILOCK within. `scan`: as earlier kernels had it.
     */
    iomap_delalloc_scan(
      this: K,
      punch: number,
      pos: number,
      end: number,
      scan: Scan = 'by-block',
    ): number {
      this.command();
      const index = this.page_index(pos);
      const { present, locked_by } = pageOf(this, index);
      const { i_size } = this.s.inode[this.file]!;
      const eof = this.blockOf(i_size + this.block_size - 1) * this.block_size;
      const stop = Math.min(this.page_end(pos, end), scan === 'beyond-eof-too' ? end : eof);
      const looks = pos < stop && present === 1;
      if (looks && locked_by !== 0) {
        waitForPage(this, index);
        return punch;
      }
      if (!looks || !isDirty(this, index)) {
        if (this.tracing) this.say(`iomap_write_delalloc_scan(${pos}..): not dirty`);
        return punch;
      }
      if (mapIsShared(this)) return punch;
      const first = Math.max(punch, index * this.page_size);
      punchDelayed(this, punch, first);
      for (let fb = this.blockOf(first + this.block_size - 1); fb * this.block_size < stop; fb++) {
        const kept = cached(this, fb).dirty === 1 || scan === 'by-page';
        if (!kept && extentType(this, fb) === DELALLOC) unmapExtent(this, fb);
      }
      if (this.tracing) this.say(`iomap_write_delalloc_scan(${pos}..): dirty to ${stop}`);
      return stop;
    },

    /** xfs_bmap_punch_delalloc_range() of what is left of [punch, end). Lock: ILOCK. */
    iomap_delalloc_punch(this: K, punch: number, end: number): void {
      this.command();
      if (mapIsShared(this)) return;
      punchDelayed(this, punch, end);
      if (this.tracing) this.say(`xfs_bmap_punch_delalloc_range(${punch}..${end})`);
    },

    /** The mapping is at its end. It cannot fail. */
    iomap_end_mapping(this: K): void {
      this.command();
      const stack = this.s.stack[this.current]!;
      stack.iomap_type = stack.iomap_pos = stack.iomap_end = stack.iomap_new = 0;
      this.ledger.closes(this.current, 'maps');
      if (this.tracing) this.say('->iomap_end()');
    },
  },
  looks: {
    /** IOMAP_F_NEW */
    iomap_is_new(this: K): boolean {
      return this.s.stack[this.current]!.iomap_new === 1;
    },
  },
};
