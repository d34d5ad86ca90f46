/**
 * The extent map of each file, and what the journal has of it. Lock: the map's own (i_data_sem,
 * ILOCK); each helper here is used inside one command.
 */
import { range, untold, worded } from '../machine/struct.ts';
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
import { anyBusy, freeBlock, releaseBusy, reserve, takeBlock, unreserve } from './space.ts';
import type { Space } from './space.ts';
import { declare } from './subsystem.ts';
import type { Ctx, Lock } from './subsystem.ts';

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

const EXTENTS = declare({
  name: 'extents',
  inode: (z) => ({
    /** ILOCK, i_data_sem: where it may be held from one step to the next. */
    map_lock: outlastsAStep(z.filesystem, z.made.has('seek_data'))
      ? rwsem(z, 'mapping lock')
      : untold(range(0)),
    /** The size that the next transaction to commit will carry; and the one that has committed. */
    i_disksize: range(cellsOf(z.geometry)),
    logged_size: worded(range(cellsOf(z.geometry)), {
      change: (to, from) => `journal: i_size ${from} -> ${to}`,
      stand: () => '',
    }),
  }),
  /** The extent map of its file has changed since the call has sampled a mapping. */
  stack: (z) => ({ map_changed: untold(range(z.filesystem.notes_changes ? 1 : 0)) }),
  extent: (z) => ({
    map: mapField(z.geometry.blocks, {
      change: (to, from) => `${from} -> ${to}`,
      stand: (value) => value,
    }),
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

/** Every change of the map; who has sampled a mapping of that file is told. */
function setMap(k: K, number: number, map: number): void {
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

/** Gives file block `fb` a block of the device; false when there is none. */
export function allocateExtent(k: K, fb: number, reserved: boolean, type: Allocated): boolean {
  const number = k.extentNumber(fb);
  const b = takeBlock(k, reserved);
  if (b < 0) return false;
  if (k.s.extent[number]!.map === DELAYED) k.ledger.claimsFor(number, 0);
  setMap(k, number, mapping(type, b));
  return true;
}

/** The whole delayed extent that `fb` lies in gets its blocks. False: there is no space. */
export function allocateDelayed(k: K, fb: number, type: Allocated): boolean {
  const blocks = fileBlocksOf(k.geometry);
  let first = fb;
  while (first > 0 && extentType(k, first - 1) === DELALLOC) first--;
  for (let next = first; next < blocks && extentType(k, next) === DELALLOC; next++) {
    if (!allocateExtent(k, next, true, type)) return extentBlock(k, fb) >= 0;
  }
  return true;
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
  place: (k: T, fb: number) => boolean,
): boolean {
  let holes = 0;
  for (let fb = first; fb < last; fb++) if (extentType(k, fb) === HOLE) holes++;
  let failing = holes > 0 ? k.fails(site, holes) : 0;
  for (let fb = first; fb < last; fb++) {
    if (extentType(k, fb) !== HOLE) continue;
    const injected = --failing === 0;
    if (!injected && place(k, fb)) continue;
    k.ledger.refuses(k.current, injected);
    return false;
  }
  k.ledger.obtains(k.current);
  return true;
}

/** Reserves space for file block `fb`, and notes it in the map; false when there is none. */
export function delayExtent(k: K, fb: number): boolean {
  if (!reserve(k, 1)) return false;
  const number = k.extentNumber(fb);
  setMap(k, number, DELAYED);
  k.ledger.claimsFor(number, 1);
  return true;
}

/** Its data is on disk: an unwritten block holds it from now on. */
export function convertExtent(k: K, fb: number): void {
  const number = k.extentNumber(fb);
  const { map } = k.s.extent[number]!;
  if (typeOf(map) === UNWRITTEN) setMap(k, number, mapping(MAPPED, blockAt(map)));
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

/** Is there metadata that the journal does not have? */
export function anythingToLog(k: K): boolean {
  const { s } = k;
  for (let i = 0; i < s.inode.length; i++) {
    if (s.inode[i]!.logged_size !== s.inode[i]!.i_disksize) return true;
  }
  for (let i = 0; i < s.extent.length; i++) {
    if (s.extent[i]!.logged !== loggable(s.extent[i]!.map)) return true;
  }
  return anyBusy(k);
}

/** All metadata as it is now is what a crash will leave. */
export function log(k: K): void {
  const { s } = k;
  for (let i = 0; i < s.inode.length; i++) s.inode[i]!.logged_size = s.inode[i]!.i_disksize;
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
