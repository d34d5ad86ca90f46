/**
 * The patch's ->iomap(mapping, pos, length, iomap, cmd), as include/linux/iomap.h of the patch
 * defines it: the filesystem's side. What the patch leaves open is in filesystems/multipage.ts.
 */
import { counter, oneOf, range, untold, worded } from '../machine/struct.ts';
import { EIO, ENOSPC, errorName } from './errno.ts';
import {
  DELALLOC,
  EXTENT_TYPES,
  HOLE,
  MAPPED,
  UNWRITTEN,
  allocateExtent,
  delayExtent,
  extentType,
  giveMapLock,
  mapIsShared,
  takeMapLock,
  unmapExtent,
  waitsForMap,
} from './extents.ts';
import type { Allocated } from './extents.ts';
import { cellsOf } from './geometry.ts';
import { cached } from './page-cache.ts';
import type { PageCache } from './page-cache.ts';
import { holdersOf, isShared } from './rwsem.ts';
import { reserve, unreserve } from './space.ts';
import { choice, declare, fault } from './subsystem.ts';
import type { Ctx, Sizes } from './subsystem.ts';

/** The end of the file, where the filesystem maps by an iomap; the others do without the field. */
const offset = (z: Sizes) =>
  untold(range(z.filesystem.maps_by === 'get_block' ? 0 : cellsOf(z.geometry)));
const patched = (z: Sizes) => z.filesystem.maps_by === '->iomap';

const IOMAP = declare({
  name: 'iomap',
  // struct iomap, on the stack of the caller. What is reserved for it the filesystem knows.
  stack: (z) => ({
    iomap_type: untold(z.filesystem.maps_by === 'get_block' ? range(0) : oneOf(...EXTENT_TYPES)),
    iomap_pos: offset(z),
    iomap_end: offset(z),
    /** How far it has noted delayed allocations in the map. */
    iomap_reserved_to: z.filesystem.patch?.delays ? offset(z) : untold(range(0)),
    iomap_reserved: worded(patched(z) ? counter(4 * z.geometry.blocks) : range(0), {
      change: (to) => (to === '0' ? '' : `reserved for the iomap: ${to}`),
      stand: () => '',
    }),
  }),
  sites: {
    iomap_read_eio: fault('->iomap(READ) fails', '-EIO'),
    extent_ends: choice('an extent ends on disk 1, 2, ... blocks before its type changes'),
    iomap_read_trim: fault('->iomap(READ) maps 1, 2, ... blocks less than it could'),
    iomap_reserve_enospc: fault('->iomap(RESERVE) fails', '-ENOSPC'),
    iomap_allocate_eio: fault('->iomap(ALLOCATE) fails', '-EIO'),
    iomap_allocate_partial: fault('->iomap(ALLOCATE) fails after 1, 2, ... blocks'),
  },
});
export type Iomap = Ctx<typeof IOMAP> & PageCache;
type K = Iomap;

/**
 * The longest run of blocks of one type from the block of `pos` on, and not beyond `length`; of it
 * the environment may leave out some at the end, at `site`.
 */
export function fillIomap(k: K, pos: number, length: number, site: number): void {
  const stack = k.s.stack[k.current]!;
  const first = k.blockOf(pos);
  const last = k.blockOf(pos + length - 1);
  const type = extentType(k, first);
  let end = first + 1;
  while (end <= last && extentType(k, end) === type) end++;
  end -= k.fails(site, end - first - 1);
  // Where folios are large it can be seen that blocks do not lie beside each other on the disk.
  const has_place = type === MAPPED || type === UNWRITTEN;
  if (k.geometry.large_folios && has_place) end -= k.choose(k.site.extent_ends, end - first);
  stack.iomap_type = type;
  stack.iomap_pos = first * k.block_size;
  stack.iomap_end = end * k.block_size;
}

/** Is any part of [pos, end) not in the iomap? */
export function outsideOfIomap(k: K, pos: number, end: number): boolean {
  const { iomap_pos, iomap_end } = k.s.stack[k.current]!;
  return pos < iomap_pos || end > iomap_end;
}

/** Two of the questions that the patch leaves to a filesystem with its ->iomap. */
export interface PatchedFs {
  /** READ locks the mapping, and UNRESERVE releases it, as iomap.h says. */
  readonly read_locks: boolean;
  /** The state in which ALLOCATE and writeback leave a new block. */
  readonly allocates_as: Allocated;
  /** RESERVE notes a delayed allocation in the extent map, and writeback allocates it. */
  readonly delays?: boolean;
}

/** Of a filesystem that has the patch's ->iomap. */
function patchedFs(k: K): PatchedFs {
  const { patch } = k.fs;
  if (patch === undefined) k.wrong('asks for ->iomap, which this filesystem has not');
  return patch;
}

/** Notes a delayed allocation for every hole of [pos, pos + length); all of them, or none. */
function delayRange(k: K, pos: number, length: number): number {
  const stack = k.s.stack[k.current]!;
  const first = k.blockOf(pos);
  const last = k.blockOf(pos + length - 1);
  let holes = 0;
  for (let fb = first; fb <= last; fb++) if (extentType(k, fb) === HOLE) holes++;
  if (k.s.free < holes) return ENOSPC;
  // Its own change is none that it would have to be told of.
  const changed = stack.map_changed;
  for (let fb = first; fb <= last; fb++) if (extentType(k, fb) === HOLE) delayExtent(k, fb);
  stack.map_changed = changed;
  stack.iomap_reserved_to = (last + 1) * k.block_size;
  return 0;
}

/**
 * What was noted for this iomap and has no dirty data goes back: what lies wholly behind [pos, pos
 * + used), and where nothing was used the block of `pos`, too.
 */
function punchUnused(k: K, pos: number, used: number): void {
  const stack = k.s.stack[k.current]!;
  const first = used > 0 ? k.blockOf(pos + used + k.block_size - 1) : k.blockOf(pos);
  for (let fb = first; fb * k.block_size < stack.iomap_reserved_to; fb++) {
    if (extentType(k, fb) === DELALLOC && !cached(k, fb).dirty) unmapExtent(k, fb);
  }
  stack.iomap_reserved_to = 0;
}

export const iomap = {
  ...IOMAP,
  commands: {
    /**
     * IOMAP_READ: the mapping at `pos`, of one type, trimmed to `length` and maybe further; "FS's
     * should use this to obtain and lock resources within this range". 0 or -EIO. Lock: the extent
     * map's, kept where the filesystem locks.
     */
    iomap_read(this: K, pos: number, length: number): number {
      this.command();
      const { read_locks } = patchedFs(this);
      const { map_lock } = this.s.inode[this.file]!;
      // Who has it himself, since the one before was not ended, waits for himself.
      const kept_by = read_locks || !isShared(map_lock) ? holdersOf(map_lock) : 0;
      if (waitsForMap(this, kept_by, !read_locks)) return 0;
      const stack = this.s.stack[this.current]!;
      const error = this.fails(this.site.iomap_read_eio) ? EIO : 0;
      if (error === 0) {
        fillIomap(this, pos, length, this.site.iomap_read_trim);
        // struct iomap iomap = { 0 }: whatever the one before stood for is out of reach.
        stack.iomap_reserved = stack.iomap_reserved_to = stack.map_changed = 0;
        this.ledger.abandons(this.current);
        if (read_locks) takeMapLock(this);
        this.ledger.opens(this.current, 'maps');
      }
      if (this.tracing) {
        const { iomap_type, iomap_pos, iomap_end } = stack;
        const map = `${EXTENT_TYPES[iomap_type]} ${iomap_pos}..${iomap_end}`;
        const result = error ? ` = ${errorName(error)}` : `: ${map}`;
        this.say(`->iomap(READ, ${pos}, ${length})${result}`);
      }
      return error;
    },

    /**
     * IOMAP_RESERVE: "reserve space for an allocation that spans the given iomap": one block for
     * every block of [pos, pos + length), as asked. Lock: the free-space counter's, or that of the
     * extent map.
     */
    iomap_reserve(this: K, pos: number, length: number): number {
      this.command();
      const blocks = this.blockOf(pos + length - 1) - this.blockOf(pos) + 1;
      if (patchedFs(this).delays && mapIsShared(this)) return 0;
      const injected = this.fails(this.site.iomap_reserve_enospc) > 0;
      let error = injected ? ENOSPC : 0;
      if (error === 0 && patchedFs(this).delays) error = delayRange(this, pos, length);
      else if (error === 0 && reserve(this, blocks)) {
        this.s.stack[this.current]!.iomap_reserved += blocks;
        this.ledger.claims(this.current, blocks);
      } else error = ENOSPC;
      if (error) this.ledger.refuses(this.current, injected);
      else this.ledger.obtains(this.current);
      if (this.tracing) this.say(`->iomap(RESERVE, ${pos}, ${length}) = ${errorName(error)}`);
      return error;
    },

    /**
     * IOMAP_ALLOCATE: "allocate space in a given iomap - must have first been reserved". Blocks
     * that somebody has allocated meanwhile are left as they are. 0, -EIO or -ENOSPC; where it
     * fails, some blocks may have been allocated. Lock: the extent map's, in a transaction.
     */
    iomap_allocate(this: K, pos: number, length: number): number {
      this.command();
      const { allocates_as } = patchedFs(this);
      if (mapIsShared(this)) return 0;
      const stack = this.s.stack[this.current]!;
      const first = this.blockOf(pos);
      const last = this.blockOf(pos + length - 1);
      let error = this.fails(this.site.iomap_allocate_eio) ? EIO : 0;
      const partial = error ? 0 : this.fails(this.site.iomap_allocate_partial, last - first);
      const stop = error ? first : partial > 0 ? first + partial : last + 1;
      for (let fb = first; fb < stop && error === 0; fb++) {
        if (extentType(this, fb) !== HOLE) continue;
        // "must have first been reserved": that it was is not looked at.
        if (!allocateExtent(this, fb, true, allocates_as)) {
          error = ENOSPC;
          this.ledger.refuses(this.current);
        } else {
          stack.iomap_reserved--;
          this.ledger.pays(this.current);
        }
      }
      if (partial > 0) error = EIO;
      if (this.tracing) {
        const short =
          partial > 0 ? `, with ${partial} of ${last - first + 1} blocks allocated` : '';
        this.say(`->iomap(ALLOCATE, ${pos}, ${length}) = ${errorName(error)}${short}`);
      }
      return error;
    },

    /**
     * IOMAP_UNRESERVE: "return unused reserved space for the given iomap and used space", and
     * release what READ obtained. Never fails.
     */
    iomap_unreserve(this: K, pos: number, used: number): void {
      this.command();
      const stack = this.s.stack[this.current]!;
      if (patchedFs(this).delays && mapIsShared(this)) return;
      if (patchedFs(this).delays) punchUnused(this, pos, used);
      unreserve(this, stack.iomap_reserved);
      this.ledger.claims(this.current, -stack.iomap_reserved);
      stack.iomap_reserved = 0;
      this.ledger.closes(this.current, 'maps');
      giveMapLock(this);
      if (this.tracing) this.say(`->iomap(UNRESERVE, ${pos}, ${used})`);
    },
  },
  looks: {
    /**
     * Type of the iomap that READ filled in: does it need an allocation? (iomap_needs_allocation())
     */
    iomap_needs_allocation(this: K): boolean {
      return this.s.stack[this.current]!.iomap_type === HOLE;
    },
    /** How far the mapping reaches: iomap.offset + iomap.length. */
    iomap_end(this: K): number {
      return this.s.stack[this.current]!.iomap_end;
    },
    /** Where the block that `pos` lies in begins and ends. */
    block_start(this: K, pos: number): number {
      return this.blockOf(pos) * this.block_size;
    },
    block_end(this: K, pos: number): number {
      return (this.blockOf(pos) + 1) * this.block_size;
    },
    /** MAX_WRITEBACK_PAGES pages, in cells. */
    segment_size(this: K): number {
      return this.geometry.segment_pages * this.page_size;
    },
  },
};
