/**
 * What ->writepage does to a page that is locked, whoever calls it: writeback, fsync(), or reclaim.
 * Lock, wherever none is named: PG_locked of the page.
 */
import { range, untold } from '../machine/struct.ts';
import { blockAt, extentBlock, extentType, mapIsLocked, mapIsShared } from './extents.ts';
import { MAPS, NO_SPACE } from './filesystem.ts';
import { fileBlocksOf } from './geometry.ts';
import type { Iomap } from './iomap.ts';
import { checks, tells } from './ledger.ts';
import { SUBMITTED, TAG_ALONE, cached, handleEof, pageOf } from './page-cache.ts';
import { declare, fault } from './subsystem.ts';
import type { Ctx } from './subsystem.ts';

const WRITEPAGE = declare({
  name: 'writepage',
  /** errseq_t: mask of the openers who have not been told of the last error. */
  inode: (z) => ({
    wb_err: untold(range(tells(z) ? 2 ** z.threads - 1 : 0)),
    /** AS_EIO: the error is still to be told to who writes and waits next, beside the openers. */
    as_eio: untold(range(checks(z) ? 1 : 0)),
  }),
  /** wpc->iomap of writeback that keeps it: a mapping as it was when it was looked up. */
  extent: (z) => ({
    cached_map: untold(range(z.filesystem.caches_mapping ? 2 * z.geometry.blocks + 1 : 0)),
  }),
  sites: { map_eio: fault('a dirty block is given no place on disk', '-EIO') },
});
export type Writepage = Ctx<typeof WRITEPAGE> & Iomap;
type K = Writepage;

export const firstBlock = (k: K, index: number): number => index * k.geometry.page_blocks;

/** Is there anything dirty below EOF that ->writepage would not only redirty? */
export function isToBeWritten(k: K, index: number): boolean {
  const page = pageOf(k, index);
  // Beyond EOF there is nothing to write; that the page is clean then can be seen.
  if (index * k.page_size >= k.s.inode[k.file]!.i_size && k.judged) return false;
  if (page.dirty_alone && page.dirty_alone !== TAG_ALONE) return true;
  for (let b = 0; b < page.block.length; b++) {
    if (page.block[b]!.dirty && !k.fs.redirties(k, firstBlock(k, index) + b)) return true;
  }
  return false;
}

/**
 * mapping_set_error(): fsync will tell. Where the block is dirty again its data is not lost, and
 * will be written.
 */
export function mappingSetError(k: K, fb: number): void {
  if (!cached(k, fb).dirty) k.ledger.reports(k.extentNumber(fb));
  const inode = k.s.inode[k.file]!;
  inode.wb_err = k.openers;
  if (k.checks_errors) inode.as_eio = 1;
  k.ledger.errs(k.file, k.openers);
}

/**
 * Block `b` of a page is dirty: gives it a place, or gives it up. In words, what came of it.
 * `may_fail`: with -EIO.
 */
export function mapBlock(k: K, index: number, b: number, may_fail: boolean): string {
  const block = pageOf(k, index).block[b]!;
  const fb = firstBlock(k, index) + b;
  const { cached_map } = k.s.extent[k.extentNumber(fb)]!;
  if (cached_map > 0) {
    block.io = blockAt(cached_map) + 1;
    return 'by the mapping of the page before';
  }
  // Looked up with the map's lock shared; a place is found for it with the lock for itself.
  if (extentBlock(k, fb) >= 0 ? mapIsLocked(k) : mapIsShared(k)) return '';
  const failed = may_fail && k.fails(k.site.map_eio) > 0;
  const result = failed ? NO_SPACE : k.fs.map_for_writeback(k, fb);
  if (result === MAPS) {
    block.io = extentBlock(k, fb) + 1;
    if (k.fs.caches_mapping) keepMapping(k, fb);
    return 'has a place';
  }
  block.dirty = 0;
  if (result !== NO_SPACE) return 'left out';
  mappingSetError(k, fb);
  k.fs.discard?.(k, fb);
  return failed ? '-EIO, given up' : '-ENOSPC, given up';
}

/** The mapping that `fb` lies in, from there on, as long as it is of one type. */
function keepMapping(k: K, first: number): void {
  for (let fb = first; fb < fileBlocksOf(k.geometry); fb++) {
    if (extentType(k, fb) !== extentType(k, first)) return;
    const extent = k.s.extent[k.extentNumber(fb)]!;
    extent.cached_map = extent.map;
  }
}

/** The blocks that have a place go into a bio, and are clean. How many there are. */
export function takeIntoBio(k: K, index: number): number {
  const page = pageOf(k, index);
  let blocks = 0;
  for (let b = 0; b < page.block.length; b++) {
    if (page.block[b]!.io === 0) continue;
    page.block[b]!.dirty = 0;
    blocks++;
  }
  return blocks;
}

/**
 * All of it in one: reclaim does it to one page under one page lock, and submits it in a bio of its
 * own. That a block is given no place with -EIO is asked of writeback alone. Returns how many
 * blocks.
 */
export function writeWholePage(k: K, index: number): number {
  const page = pageOf(k, index);
  page.writable = 0;
  const end = handleEof(k, index);
  for (let b = 0; b < page.block.length; b++) {
    const fb = firstBlock(k, index) + b;
    if (!page.block[b]!.dirty || page.block[b]!.io !== 0 || k.fs.redirties(k, fb)) continue;
    if (fb * k.block_size >= end) page.block[b]!.dirty = 0;
    else mapBlock(k, index, b, false);
  }
  const blocks = takeIntoBio(k, index);
  if (blocks > 0) page.writeback = SUBMITTED;
  return blocks;
}

export const writepage = { ...WRITEPAGE };
