/**
 * The extent map of each file, and what the journal has of it. Lock: the map's own (i_data_sem,
 * ILOCK); each helper here is used inside one command.
 */
import { range, untold, worded } from '../machine/struct.ts';
import { ZERO } from './cells.ts';
import { RUNNING } from './core.ts';
import type { Filesystem } from './filesystem.ts';
import { cellsOf, fileBlocksOf } from './geometry.ts';
import {
  exclusiveOf,
  holdersOf,
  isShared,
  keepFromLooking,
  keepFromChanging,
  rwsem,
} from './rwsem.ts';
import {
  anyBusy,
  isAnyFree,
  freeBlock,
  releaseBusy,
  reserve,
  takeBlock,
  unreserve,
} from './space.ts';
import type { Space } from './space.ts';
import { choice, declare } from './subsystem.ts';
import type { Ctx, Lock, Sizes } from './subsystem.ts';

// States of a file block.
export const HOLE = 0;
export const DELALLOC = 1;
export const UNWRITTEN = 2;
export const MAPPED = 3;
export const EXTENT_TYPES = ['HOLE', 'DELALLOC', 'UNWRITTEN', 'MAPPED'] as const;

export type Allocated = typeof MAPPED | typeof UNWRITTEN;

/**
 * Type and block lie in one field: 0 is a hole, 1 a delayed allocation, then the blocks of the
 * device, unwritten and mapped. The two always change together.
 */
const DELAYED = 1;
const mapping = (type: number, b: number): number => 2 + 2 * b + (type === MAPPED ? 1 : 0);
export const typeOf = (map: number): number => (map < 2 ? map : map & 1 ? MAPPED : UNWRITTEN);
/** The block of the device, or -1. */
export const blockAt = (map: number): number => (map < 2 ? -1 : (map - 2) >> 1);

/** `UNWRITTEN(blk 1)` */
export const mapName = (map: number): string =>
  map < 2 ? EXTENT_TYPES[map]! : `${EXTENT_TYPES[typeOf(map)]}(blk ${blockAt(map)})`;

const mapField = (blocks: number, words: Parameters<typeof worded>[1]) =>
  worded(range(2 * blocks + 1, mapName), words);

/** ->iomap(READ) may keep it, or lseek(SEEK_DATA). */
const outlastsAStep = (fs: Filesystem, seeks: boolean): boolean =>
  fs.patch?.read_locks === true || seeks;

const countsTree = ({ filesystem, judged }: Sizes): boolean =>
  !judged && filesystem.extents_in_inode !== undefined;

const countsOrdered = ({ filesystem, judged }: Sizes): boolean => !judged && filesystem.ordered;

const EXTENTS = declare({
  name: 'extents',
  inode: (z) => ({
    /** ILOCK, i_data_sem: where it may be held from one step to the next. */
    map_lock: outlastsAStep(z.filesystem, z.made.has('seek_data'))
      ? rwsem(z, 'mapping lock')
      : untold(range(0)),
    /** The size that the next transaction to commit will carry; and the one that has committed. */
    i_disksize: range(cellsOf(z.geometry)),
    /** XFS_DIFLAG_PREALLOC: fallocate() has been called, and what it left beyond EOF stays. */
    prealloc: untold(range(z.filesystem.frees_eof_blocks ? 1 : 0)),
    /** The inode is tagged: it has been given more than it asked for, beyond EOF. */
    eof_tag: untold(range(z.filesystem.frees_eof_blocks ? 1 : 0)),
    /**
     * i_dirty_start, i_dirty_end of the jbd2_inode: the commit writes what is dirty from one block,
     * 1 + its number, to the other. Kept only for who holds a kernel against the model: here the
     * commit waits for new data alone.
     */
    ordered_from: untold(range(countsOrdered(z) ? fileBlocksOf(z.geometry) : 0)),
    ordered_to: untold(range(countsOrdered(z) ? fileBlocksOf(z.geometry) : 0)),
    /** The extents have a block of their own; so the journal has it. Seen by who counts blocks. */
    tree: untold(range(countsTree(z) ? 1 : 0)),
    logged_tree: untold(range(countsTree(z) ? 1 : 0)),
    logged_size: worded(range(cellsOf(z.geometry)), {
      change: (to, from) => `journal: i_size ${from} -> ${to}`,
      stand: () => '',
    }),
  }),
  /** The extent map of its file has changed since the call has sampled a mapping. */
  stack: (z) => ({ map_changed: untold(range(z.filesystem.notes_changes ? 1 : 0)) }),
  sites: {
    extent_tree: choice('the block at which the inode has no room for extents; ok: none'),
    zeroed_whole: choice('an unwritten extent that is written into is zeroed whole', 'yes', 'no'),
    tree_merged: choice('extents that have merged go back into the inode', 'no', 'yes'),
  },
  extent: (z) => ({
    map: mapField(z.geometry.blocks, {
      change: (to, from) => `${from} -> ${to}`,
      stand: (value) => value,
    }),
    /**
     * The first block of a delayed extent: so many blocks are reserved for the extent's index.
     */
    index: untold(range(z.geometry.index_blocks)),
    /** What the journal has committed: all of it that a crash leaves. */
    logged: mapField(z.geometry.blocks, {
      change: (to, from) => `journal: ${from} -> ${to}`,
      stand: () => '',
    }),
  }),
});
export type Extents = Ctx<typeof EXTENTS> & Space;
type K = Extents;

/** Reclaim under GFP_KERNEL may have to write, and so to look at the map. */
export const MAP_LOCK: Lock<K> = {
  what: 'mapping lock',
  count: (k) => k.s.inode.length,
  holders: (k, file) => holdersOf(k.s.inode[file]!.map_lock),
  shared: (k, file) => isShared(k.s.inode[file]!.map_lock),
  reclaim_needs: true,
};

/** May anybody keep the lock of the extent map from one step to the next? */
export const mapLockIsKept = (k: K): boolean =>
  outlastsAStep(
    k.fs,
    k.calls.some(({ call }) => call === 'seek_data'),
  );

/** Waits, if another has the lock for himself: the extent map may not be looked at. */
export function mapIsLocked(k: K): boolean {
  return waitsForMap(k, keepFromLooking(k.s.inode[k.file]!.map_lock, k.me), true);
}

/**
 * Waits, unless nobody has the lock, or the task for himself: the extent map may not be changed.
 * Who shares it waits for himself, too.
 */
export function mapIsShared(k: K): boolean {
  return waitsForMap(k, keepFromChanging(k.s.inode[k.file]!.map_lock, k.me), false);
}

/** Waits for these tasks, if there are any. */
export function waitsForMap(k: K, tasks: number, shared: boolean): boolean {
  if (tasks === 0) return false;
  k.wait(tasks, MAP_LOCK, k.file, shared);
  if (k.tracing) {
    const by = k.names.filter((_, task) => (tasks >>> task) & 1).join(', ');
    k.sayWait(`the mapping lock, held by ${by}`);
  }
  return true;
}

export function takeMapLock(k: K): void {
  k.s.inode[k.file]!.map_lock = exclusiveOf(k.me);
}

/** Gives it back, where the task has it for himself. */
export function giveMapLock(k: K): void {
  const inode = k.s.inode[k.file]!;
  if (inode.map_lock === exclusiveOf(k.me)) inode.map_lock = 0;
}

/** Of delayed allocations the journal knows nothing. */
const loggable = (map: number): number => (map === DELAYED ? 0 : map);

const isDelayed = (k: K, number: number): boolean => k.s.extent[number]?.map === DELAYED;

/** Is a neighbour of block `number`, `by` away in the same file, delayed as well? */
function besideDelayed(k: K, number: number, by: number): boolean {
  const first = k.file * fileBlocksOf(k.geometry);
  const other = number + by;
  return other >= first && other < first + fileBlocksOf(k.geometry) && isDelayed(k, other);
}

/** The first block of the delayed extent that block `number` lies in. */
function firstOfDelayed(k: K, number: number): number {
  let first = number;
  while (besideDelayed(k, first, -1)) first--;
  return first;
}

/** Takes what the delayed extent that block `number` lies in has reserved for its index. */
function takeIndex(k: K, number: number): number {
  const extent = k.s.extent[firstOfDelayed(k, number)]!;
  const { index } = extent;
  extent.index = 0;
  return index;
}

function giveIndex(k: K, number: number, index: number): void {
  k.s.extent[firstOfDelayed(k, number)]!.index = index;
}

/**
 * xfs_bmap_add_extent_hole_delay(), xfs_bmap_del_extent_delay(): a delayed extent has a reservation
 * for the blocks of its index, the worst case. Extents that meet need it once; one that is cut in
 * two shares it out (xfs_bmap_split_indlen()). It is reserved anew, in full, by who makes the map
 * longer.
 */
function moveIndex(k: K, number: number, delays: boolean, paid: boolean): void {
  const worst = k.geometry.index_blocks;
  if (worst === 0 || isDelayed(k, number) === delays) return;
  const { extent } = k.s;
  const [before, behind] = [besideDelayed(k, number, -1), besideDelayed(k, number, 1)];
  if (delays) {
    // The caller has reserved it for the new piece, of which this is the first block.
    let total = paid ? worst : 0;
    if (before) total += takeIndex(k, number - 1);
    if (behind) total += takeIndex(k, number + 1);
    extent[number]!.map = DELAYED;
    giveIndex(k, number, worst);
    unreserve(k, total - worst);
    return;
  }
  const had = takeIndex(k, number);
  extent[number]!.map = 0;
  if (before && behind) {
    giveIndex(k, number - 1, Math.min(worst, Math.ceil(had / 2)));
    giveIndex(k, number + 1, Math.min(worst, Math.floor(had / 2)));
  } else if (before) giveIndex(k, number - 1, had);
  else if (behind) giveIndex(k, number + 1, had);
  else unreserve(k, had);
}

/** Every change of the map; who has sampled a mapping of that file is told. */
function setMap(k: K, number: number, map: number, index_paid = true): void {
  moveIndex(k, number, map === DELAYED, index_paid);
  k.s.extent[number]!.map = map;
  if (!k.fs.notes_changes) return;
  for (let i = 0; i < k.calls.length; i++) {
    if (k.calls[i]!.file === k.file && k.s.call[i]!.state === RUNNING)
      k.s.stack[i]!.map_changed = 1;
  }
}

/** Type of a file block, by its number in the file. */
export function extentType(k: K, fb: number): number {
  return typeOf(k.s.extent[k.extentNumber(fb)]!.map);
}

/** Its block of the device, or -1. */
export function extentBlock(k: K, fb: number): number {
  return blockAt(k.s.extent[k.extentNumber(fb)]!.map);
}

/** Blocks of the file that have a place, or the extents that they make at least. */
function placed(k: K, runs: boolean): number {
  let count = 0;
  for (let fb = 0; fb < fileBlocksOf(k.geometry); fb++) {
    const type = extentType(k, fb);
    if (type < UNWRITTEN || (runs && fb > 0 && extentType(k, fb - 1) === type)) continue;
    count++;
  }
  return count;
}

/**
 * Asks at which of so many blocks that are now to be placed the inode has no room for their extents
 * any more, as they come to lie on the disk; 0: at none.
 */
function asksForTree(k: K, blocks: number): number {
  const room = k.fs.extents_in_inode;
  if (k.judged || room === undefined || k.s.inode[k.file]!.tree) return 0;
  if (placed(k, false) + blocks <= room) return 0;
  return k.choose(k.site.extent_tree, 1 + blocks);
}

/** Takes the block of the tree, where it is due. False: there is no space for it. */
function takesTree(k: K, due: boolean, reserved: boolean): boolean {
  const room = k.fs.extents_in_inode;
  const inode = k.s.inode[k.file]!;
  if (k.judged || room === undefined || inode.tree) return true;
  if (!due && placed(k, true) <= room) return true;
  if (k.s.free <= 0 && !reserved) return false;
  k.s.free--;
  inode.tree = 1;
  return true;
}

/**
 * ext4_jbd2_inode_add_write(): the commit writes what is dirty up to this block, and from it
 * on.
 */
export function ordersBlock(k: K, fb: number): void {
  if (k.judged) return;
  const inode = k.s.inode[k.file]!;
  const from = inode.ordered_from === 0 ? fb : Math.min(fb, inode.ordered_from - 1);
  inode.ordered_from = 1 + from;
  inode.ordered_to = Math.max(inode.ordered_to, 1 + fb);
}

/**
 * ext4_ext_try_to_merge_up(): extents have merged, and where the inode has room for them again the
 * block of the tree may be given back.
 */
function mergesTree(k: K, room: number): void {
  const inode = k.s.inode[k.file]!;
  if (placed(k, true) > room || k.choose(k.site.tree_merged, 2) === 0) return;
  inode.tree = 0;
  k.s.free++;
}

/** Gives file block `fb` a block of the device; false when there is none. */
export function allocateExtent(
  k: K,
  fb: number,
  reserved: boolean,
  type: Allocated,
  tree_is_due = asksForTree(k, 1) > 0,
): boolean {
  const number = k.extentNumber(fb);
  if (k.fs.forces_log && !isAnyFree(k) && anyBusy(k)) log(k);
  const b = takeBlock(k, reserved);
  if (b < 0) return false;
  if (k.s.extent[number]!.map === DELAYED) k.ledger.claimsFor(number, 0);
  setMap(k, number, mapping(type, b));
  if (takesTree(k, tree_is_due, reserved)) {
    if (type === MAPPED && !reserved && k.fs.ordered) ordersBlock(k, fb);
    return true;
  }
  unmapExtent(k, fb);
  return false;
}

/**
 * ext4_mb_new_blocks() for the holes from `first` on, up to `end`: as many blocks as there are, or
 * half as many, and so on; the tree may then need one more. False: there is none.
 */
function allocateHoles(k: K, first: number, end: number, type: Allocated): boolean {
  let blocks = 1;
  while (first + blocks < end && extentType(k, first + blocks) === HOLE) blocks++;
  while (blocks > Math.max(0, k.s.free)) blocks >>= 1;
  const due = asksForTree(k, 1) > 0;
  let last = first;
  for (let b = 0; last < first + blocks && (b = takeBlock(k, false)) >= 0; last++) {
    setMap(k, k.extentNumber(last), mapping(type, b));
  }
  if (last > first && takesTree(k, due, false)) return true;
  while (last > first) unmapExtent(k, --last);
  return false;
}

/** The whole delayed extent that `fb` lies in gets its blocks. False: there is no space. */
export function allocateDelayed(k: K, fb: number, type: Allocated): boolean {
  const blocks = fileBlocksOf(k.geometry);
  let first = fb;
  while (first > 0 && extentType(k, first - 1) === DELALLOC) first--;
  let last = fb;
  while (last < blocks && extentType(k, last) === DELALLOC) last++;
  return allocateRun(k, first, last, type) || extentBlock(k, fb) >= 0;
}

/**
 * The delayed blocks [first, last) get their place, one behind the other. False: not all do. What
 * of the extent stays delayed keeps its index; two such pieces have each their own
 * (xfs_bmap_add_extent_delay_real()).
 */
export function allocateRun(k: K, first: number, last: number, type: Allocated): boolean {
  let due = asksForTree(k, 1) > 0;
  const [number, worst] = [k.extentNumber(first), k.geometry.index_blocks];
  const end = number + last - first;
  const splits = worst > 0 && besideDelayed(k, number, -1) && besideDelayed(k, end - 1, 1);
  let all = true;
  // Whatever is at the end of its extent goes first.
  const backwards = worst > 0 && besideDelayed(k, number, -1);
  for (let n = 0; n < last - first && all; n++) {
    all = allocateExtent(k, backwards ? last - 1 - n : first + n, true, type, due);
    due = false;
  }
  if (splits && all) {
    reserve(k, 2 * worst - takeIndex(k, number - 1) - takeIndex(k, end));
    giveIndex(k, number - 1, worst);
    giveIndex(k, end, worst);
  }
  return all;
}

/**
 * fallocate() has come to file block `fb` of a range that ends at cell `end`: unwritten blocks for
 * a hole, or for what is delayed from there on, which has reserved them. False: there are none.
 */
export function placeUnwritten(k: K, fb: number, end: number): boolean {
  const last = k.blockOf(end + k.block_size - 1);
  if (extentType(k, fb) !== DELALLOC) {
    // What is searched has no tree: block by block comes to the same.
    if (k.judged || !k.fs.fallocates_by_block) return allocateExtent(k, fb, false, UNWRITTEN);
    return allocateHoles(k, fb, last, UNWRITTEN);
  }
  let next = fb + 1;
  while (next < last && extentType(k, next) === DELALLOC) next++;
  return allocateRun(k, fb, next, UNWRITTEN);
}

/** All file blocks of [first, last) leave the map. */
export function unmapRange(k: K, first: number, last: number): void {
  punchDelayed(k, first, last);
  for (let fb = first; fb < last; fb++) if (extentType(k, fb) !== HOLE) unmapExtent(k, fb);
  if (k.judged || k.fs.extents_in_inode === undefined) return;
  const inode = k.s.inode[k.file]!;
  if (!inode.tree) splitsTree(k);
  else if (placed(k, false) === 0) {
    inode.tree = 0;
    k.s.free++;
  }
}

/**
 * Every hole of the file blocks [first, last) is given a place, as the environment lets it, at
 * `site`. False where there is no space for one; those before it have theirs.
 */
export function placeHoles<T extends Extents>(
  k: T,
  first: number,
  last: number,
  site: number,
  place: (k: T, fb: number, tree_is_due: boolean) => boolean,
): boolean {
  let holes = 0;
  for (let fb = first; fb < last; fb++) if (extentType(k, fb) === HOLE) holes++;
  let failing = holes > 0 ? k.fails(site, holes) : 0;
  let due = k.fs.get_block_places ? asksForTree(k, holes) : 0;
  for (let fb = first; fb < last; fb++) {
    if (extentType(k, fb) !== HOLE) continue;
    const injected = --failing === 0;
    if (!injected && place(k, fb, --due === 0)) continue;
    k.ledger.refuses(k.current, injected);
    return false;
  }
  k.ledger.obtains(k.current);
  return true;
}

/**
 * Reserves space for file block `fb`, and for its index; notes it in the map. False when there is
 * none.
 */
export function delayExtent(k: K, fb: number): boolean {
  return delayBlock(k, fb, true);
}

/** The same of so many blocks, with one index: all of them, or none. */
export function delayRun(k: K, first: number, blocks: number): boolean {
  if (k.s.free < blocks + k.geometry.index_blocks) return false;
  for (let n = 0; n < blocks; n++) delayBlock(k, first + n, n === 0);
  return true;
}

function delayBlock(k: K, fb: number, pays_index: boolean): boolean {
  if (!reserve(k, 1 + (pays_index ? k.geometry.index_blocks : 0))) return false;
  const number = k.extentNumber(fb);
  setMap(k, number, DELAYED, pays_index);
  k.ledger.claimsFor(number, 1);
  return true;
}

/** Its data is on disk: an unwritten block holds it from now on. */
export function convertExtent(k: K, fb: number): void {
  const number = k.extentNumber(fb);
  const { map } = k.s.extent[number]!;
  if (typeOf(map) === UNWRITTEN) setMap(k, number, mapping(MAPPED, blockAt(map)));
}

/**
 * ext4_ext_convert_to_initialized(): of the file blocks [first, last) those that are unwritten are
 * mapped; an extent that ends within the size on disk is mapped whole, since it is short, and what
 * was not asked for zeroed on disk, unless the blocks could be given to one beside it. True: there
 * were any.
 */
export function initializeRange(k: K, first: number, last: number): boolean {
  let any = false;
  for (let fb = first; fb < last && !any; fb++) any = extentType(k, fb) === UNWRITTEN;
  if (!any) return false;
  const gives = k.choose(k.site.zeroed_whole, 2) === 1;
  for (let fb = first; fb < last; fb++) {
    if (extentType(k, fb) === UNWRITTEN) initializeExtent(k, fb, gives);
  }
  return true;
}

function initializeExtent(k: K, fb: number, gives: boolean): void {
  const blocks = fileBlocksOf(k.geometry);
  let [first, last] = [fb, fb + 1];
  while (first > 0 && extentType(k, first - 1) === UNWRITTEN) first--;
  while (last < blocks && extentType(k, last) === UNWRITTEN) last++;
  const { i_disksize } = k.s.inode[k.file]!;
  const eof = Math.max(fb + 1, Math.ceil(i_disksize / k.geometry.block_cells));
  if (gives || last > eof) [first, last] = [fb, fb + 1];
  for (let block = first; block < last; block++) {
    if (block !== fb) k.s.disk[extentBlock(k, block)]!.cells = k.cells.all(ZERO);
    convertExtent(k, block);
  }
  ordersBlock(k, fb);
}

/** Extents were split or have merged: the tree gets its block, or may give it back. */
export function settleTree(k: K): void {
  const room = k.fs.extents_in_inode;
  if (k.judged || room === undefined) return;
  if (k.s.inode[k.file]!.tree) mergesTree(k, room);
  else splitsTree(k);
}

/** It reads as zero from now on. */
export function unconvertExtent(k: K, fb: number): void {
  const number = k.extentNumber(fb);
  const { map } = k.s.extent[number]!;
  if (typeOf(map) === MAPPED) setMap(k, number, mapping(UNWRITTEN, blockAt(map)));
}

/** An extent was cut in two: the inode may have no room for both. */
function splitsTree(k: K): void {
  takesTree(k, asksForTree(k, 1) > 0, true);
}

/** Takes file block `fb` out of the extent map. */
export function unmapExtent(k: K, fb: number): void {
  const number = k.extentNumber(fb);
  const extent = k.s.extent[number]!;
  if (extent.map === DELAYED) {
    unreserve(k, 1);
    k.ledger.claimsFor(number, 0);
  }
  const b = blockAt(extent.map);
  if (b >= 0) freeBlock(k, b);
  setMap(k, number, 0);
}

/** Delayed allocations of the file blocks [first, last) go, run by run. */
export function punchDelayed(k: K, first: number, last: number): void {
  for (let fb = first; fb < last; fb++) {
    if (extentType(k, fb) !== DELALLOC) continue;
    let end = fb + 1;
    while (end < last && extentType(k, end) === DELALLOC) end++;
    punchRun(k, fb, end);
    fb = end;
  }
}

/**
 * xfs_bmap_del_extent_delay() of [first, last), which lies in one delayed extent: where it cuts
 * that in two, what both need for their index is taken from the blocks that go.
 */
function punchRun(k: K, first: number, last: number): void {
  const worst = k.geometry.index_blocks;
  const number = k.extentNumber(first);
  const splits = besideDelayed(k, number, -1) && besideDelayed(k, number, last - first);
  if (worst === 0 || !splits) {
    // What is left of the extent keeps its index: whatever is at its end goes first.
    if (besideDelayed(k, number, -1)) for (let fb = last - 1; fb >= first; fb--) unmapExtent(k, fb);
    else for (let fb = first; fb < last; fb++) unmapExtent(k, fb);
    return;
  }
  const had = k.s.extent[firstOfDelayed(k, number)]!.index;
  for (let fb = first; fb < last; fb++) unmapExtent(k, fb);
  const now = Math.min(2 * worst, had + last - first);
  reserve(k, now - takeIndex(k, number - 1) - takeIndex(k, number + last - first));
  giveIndex(k, number - 1, Math.ceil(now / 2));
  giveIndex(k, number + last - first, Math.floor(now / 2));
}

/** Is there metadata that the journal does not have? */
export function anythingToLog(k: K): boolean {
  const { s } = k;
  for (let i = 0; i < s.inode.length; i++) {
    if (s.inode[i]!.logged_size !== s.inode[i]!.i_disksize) return true;
    if (k.judged) continue;
    if (s.inode[i]!.logged_tree !== s.inode[i]!.tree || s.inode[i]!.ordered_from) return true;
  }
  for (let i = 0; i < s.extent.length; i++) {
    if (s.extent[i]!.logged !== loggable(s.extent[i]!.map)) return true;
  }
  return anyBusy(k);
}

/** The same of the file that is worked on alone. */
export function hasToLog(k: K): boolean {
  const { logged_size, i_disksize, logged_tree, tree, ordered_from } = k.s.inode[k.file]!;
  if (logged_size !== i_disksize || logged_tree !== tree || ordered_from) return true;
  for (let fb = 0; fb < fileBlocksOf(k.geometry); fb++) {
    const { map, logged } = k.s.extent[k.extentNumber(fb)]!;
    if (logged !== loggable(map)) return true;
  }
  return false;
}

/** All metadata as it is now is what a crash will leave. */
export function log(k: K): void {
  const { s } = k;
  for (let i = 0; i < s.inode.length; i++) {
    s.inode[i]!.logged_size = s.inode[i]!.i_disksize;
    if (k.judged) continue;
    s.inode[i]!.logged_tree = s.inode[i]!.tree;
    s.inode[i]!.ordered_from = s.inode[i]!.ordered_to = 0;
  }
  for (let i = 0; i < s.extent.length; i++) s.extent[i]!.logged = loggable(s.extent[i]!.map);
  releaseBusy(k);
  k.ledger.commits();
}

/** For the file as it is found: a block of the map, as it is on disk. */
export function setExtent(k: K, number: number, type: number, b: number): void {
  const extent = k.s.extent[number]!;
  extent.map = type < UNWRITTEN ? type : mapping(type, b);
  extent.logged = loggable(extent.map);
  if (type === DELALLOC) k.ledger.claimsFor(number, 1);
  k.ledger.finds(number);
}

export const extents = {
  ...EXTENTS,
  locks: [MAP_LOCK],
};
