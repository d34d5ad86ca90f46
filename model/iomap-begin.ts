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
  delayRun,
  extentType,
  mapIsShared,
  punchDelayed,
} from './extents.ts';
import { fillIomap } from './iomap.ts';
import type { Iomap } from './iomap.ts';
import {
  cached,
  dropPage,
  isDirty,
  isHeldDirty,
  pageOf,
  splitFolio,
  waitForPage,
  zeroUptodate,
} from './page-cache.ts';
import { choice, declare, fault } from './subsystem.ts';
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
    folio_split: choice('a large folio is split where a part of it goes', 'yes', 'no'),
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
 * xfs_bmapi_reserve_delalloc(): the hole's blocks, all of them or none, with the blocks of one
 * index; and where the file is to get longer and nothing follows, up to the end of the last page,
 * unless there is no space for that.
 */
function reserveWhole(k: K, first: number, blocks: number, end: number): number {
  const injected = k.fails(k.site.iomap_begin_enospc) > 0;
  const wanted = preallocates(k, first, end) ? lastOfPage(k, end) - first : blocks;
  if (!injected && wanted > blocks && delayRun(k, first, wanted)) {
    if (k.fs.frees_eof_blocks) k.s.inode[k.file]!.eof_tag = 1;
    return blocks;
  }
  if (!injected && delayRun(k, first, blocks)) return blocks;
  k.ledger.refuses(k.current, injected);
  return 0;
}

/** The block behind the page in which `end` - 1 lies. */
const lastOfPage = (k: K, end: number): number =>
  (k.page_index(end - 1) + 1) * k.geometry.page_blocks;

/** The write goes beyond EOF, and no extent follows from block `first` on. */
function preallocates(k: K, first: number, end: number): boolean {
  if (end <= k.s.inode[k.file]!.i_size) return false;
  for (let fb = first; fb * k.block_size < k.file_cells; fb++) {
    if (extentType(k, fb) !== HOLE) return false;
  }
  return true;
}

/**
 * What keeps a delayed allocation that was not written: a dirty block below EOF; one beyond it,
 * too; any dirty block of its page.
 */
type Scan = 'by-block' | 'beyond-eof-too' | 'by-page';

/** Delayed allocations of the blocks that begin in [from, to) go back. */
function punchCells(k: K, from: number, to: number): void {
  const round_up = (cell: number): number => k.blockOf(cell + k.block_size - 1);
  punchDelayed(k, round_up(from), round_up(to));
}

/**
 * mapping_seek_hole_data() and iomap_write_delalloc_punch(), in one dirty folio: where it has data
 * (blocks that are uptodate), what lies before goes, and what is clean in between. Returns where
 * what goes begins from then on.
 */
function punchBetweenData(k: K, punch: number, first: number, stop: number, scan: Scan): number {
  let done = punch;
  for (let fb = first; fb * k.block_size < stop; fb++) {
    const { uptodate, dirty } = cached(k, fb);
    if (scan !== 'by-page' && !uptodate && !dirty) continue;
    punchCells(k, done, fb * k.block_size);
    if (!dirty && scan !== 'by-page') punchDelayed(k, fb, fb + 1);
    done = (fb + 1) * k.block_size;
  }
  return Math.max(punch, Math.min(done, stop));
}

/** Does [from, end) begin inside a large folio that is clean? */
function isFolioCut(k: K, from: number, end: number): boolean {
  const first = k.folioFirst(k.page_index(from));
  return (
    from < end && first * k.page_size < from && k.folioLast(first) > first && !isHeldDirty(k, first)
  );
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
        const got = this.fs.reserves_whole
          ? reserveWhole(this, first, blocks, pos + length)
          : reserveHole(this, first, blocks);
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
      const from = Math.max(punch, pos);
      const done = punchBetweenData(this, punch, this.blockOf(from), stop, scan);
      if (this.tracing) this.say(`iomap_write_delalloc_scan(${pos}..): dirty to ${done}`);
      return done;
    },

    /** xfs_bmap_punch_delalloc_range() of what is left of [punch, end). Lock: ILOCK. */
    iomap_delalloc_punch(this: K, punch: number, end: number): void {
      this.command();
      if (mapIsShared(this)) return;
      punchCells(this, punch, end);
      if (this.tracing) this.say(`xfs_bmap_punch_delalloc_range(${punch}..${end})`);
    },

    /**
     * iomap_write_failed(): nothing of [pos, end) was taken in, and of that, what lies beyond EOF
     * goes: whole pages out of the cache, the rest is zeroed. A large folio is split for it, unless
     * it is dirty, or somebody else has a reference. PG_locked, one after the other.
     */
    iomap_write_failed(this: K, pos: number, end: number): void {
      this.command();
      const from = Math.max(pos, this.s.inode[this.file]!.i_size);
      const cut = isFolioCut(this, from, end);
      const stays = cut && this.choose(this.site.folio_split, 2) === 1;
      if (cut && !stays) splitFolio(this, this.page_index(from));
      for (let index = this.page_index(from); index * this.page_size < end; index++) {
        const { locked_by, present } = pageOf(this, index);
        if (locked_by !== 0) {
          waitForPage(this, index);
          return;
        }
        if (!present) continue;
        const whole = index * this.page_size >= from && (index + 1) * this.page_size <= end;
        if (whole && !stays && !isDirty(this, index)) dropPage(this, index);
        else zeroUptodate(this, index, from, end);
      }
      if (this.tracing) this.say(`iomap_write_failed(): truncate_pagecache_range(${from}..${end})`);
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
