/**
 * Reclaim: what shrink_page_list() does with a page that it comes upon. kswapd, the task, drops
 * clean pages, and in some years writes dirty ones. Direct reclaim, in a task that wants memory,
 * may write a dirty page, and may wait for one under writeback: under which flags, hangs on the
 * year. It takes no page lock but by trylock_page().
 *
 * Not modelled: that the page is locked while its writeback is waited for; whoever wants that lock
 * waits for the same I/O. Lock, wherever none is named: PG_locked of the page, by trylock.
 */
import { range, untold } from '../machine/struct.ts';
import { NEEDS_HANDLE, REDIRTIES, WRITES } from './filesystem.ts';
import type { Pageout } from './filesystem.ts';
import { waitsForCommit } from './journal.ts';
import type { Journal } from './journal.ts';
import type { Gfp } from './memory.ts';
import { PG_WRITEBACK, dropFolio, isDirty, pageOf } from './page-cache.ts';
import { choice, declare, fault, task } from './subsystem.ts';
import type { Ctx, Face, Sizes } from './subsystem.ts';
import { firstBlock, isToBeWritten, writeWholePage } from './writepage.ts';
import type { Writepage } from './writepage.ts';

/** 1 + a page, where a run can have direct reclaim at all. */
const pageFound = ({ faults_max, geometry: g }: Sizes) =>
  untold(range(faults_max > 0 ? g.files * g.pages : 0));

const PAGE_RECLAIM = declare({
  name: 'reclaim',
  /** 1 + the page that direct reclaim has come upon, and is not done with. */
  thread: (z) => ({ reclaims: pageFound(z) }),
  /** The same of writeback, which allocates under GFP_NOFS. */
  world: (z) => ({
    writeback_reclaims: z.filesystem.reclaim.allocates_in_bio ? pageFound(z) : untold(range(0)),
  }),
  sites: {
    direct_reclaim: fault('an allocation has to reclaim first', 'reclaim'),
    page_found: choice('the page that direct reclaim writes or waits for; ok: none'),
  },
});
export type Reclaim = Ctx<typeof PAGE_RECLAIM> & Writepage & Journal;
type K = Reclaim;

/** Are the flags of the allocation at least these? GFP_NOFS is the least. */
const allows = (least: Gfp | undefined, gfp: Gfp): boolean => least === 'GFP_NOFS' || least === gfp;

const isThread = (k: K): boolean => k.me < k.s.thread.length;

/** What ->writepage would do with a dirty page: as with the block that asks for most. */
function pageout(k: K, index: number): Pageout {
  const { reclaim } = k.fs;
  const { block } = pageOf(k, index);
  let most: Pageout = WRITES;
  if (reclaim.pageout === undefined) return most;
  const in_handle = isThread(k) && k.s.thread[k.me]!.handle > 0;
  for (let b = 0; b < block.length; b++) {
    if (!block[b]!.dirty) continue;
    const now = reclaim.pageout(k, firstBlock(k, index) + b, in_handle);
    if (now > most) most = now;
  }
  return most;
}

/**
 * A dirty page that ->writepage would write. Where nobody is at work who ends its I/O none is
 * written.
 */
const isWritten = (k: K, index: number): boolean =>
  k.ioend !== 0 &&
  !pageOf(k, index).writeback &&
  isToBeWritten(k, index) &&
  pageout(k, index) !== REDIRTIES;

const isFree = (k: K, index: number): boolean => {
  const page = pageOf(k, index);
  return page.present === 1 && page.locked_by === 0;
};

/** shrink_page_list() of kswapd can do something with the page. */
const isForKswapd = (k: K, index: number): boolean => {
  if (!isFree(k, index) || pageOf(k, index).writeback) return false;
  return isDirty(k, index) ? k.fs.reclaim.kswapd_writes === true && isWritten(k, index) : true;
};

/** Direct reclaim under these flags does not just pass by the page. */
const isForDirectReclaim = (k: K, index: number, gfp: Gfp): boolean => {
  if (!isFree(k, index)) return false;
  const { reclaim } = k.fs;
  if (pageOf(k, index).writeback) return allows(reclaim.waits, gfp);
  return allows(reclaim.direct_writes, gfp) && isWritten(k, index);
};

/** pageout() of a dirty page; false: it has to wait, for a commit or for the extent map. */
function writesOut(k: K, index: number): boolean {
  if (pageout(k, index) === NEEDS_HANDLE && waitsForCommit(k)) return false;
  const blocks = writeWholePage(k, index);
  if (k.undone) return false;
  if (k.tracing) k.say(`shrink_page_list: ->writepage(${index}), ${blocks} blocks submitted`);
  return true;
}

/** wait_on_page_writeback(), until who has to do it has done it. */
function waitsForIo(k: K, number: number, index: number): void {
  k.wait(PG_WRITEBACK.holders(k, number), PG_WRITEBACK, number);
  if (k.tracing) k.sayWait(`direct reclaim, which waits for writeback of page ${index}`);
}

/** Notes the page that direct reclaim comes upon; there may be none. */
function note(k: K, found: number): void {
  if (isThread(k)) k.s.thread[k.me]!.reclaims = found;
  else k.s.writeback_reclaims = found;
}

const noted = (k: K): number => (isThread(k) ? k.s.thread[k.me]!.reclaims : k.s.writeback_reclaims);

/** How many pages direct reclaim under these flags would not just pass by. */
function pagesToFind(k: K, gfp: Gfp): number {
  const { file } = k;
  let count = 0;
  for (let number = 0; number < k.s.page.length; number++) {
    if (isForDirectReclaim(k, k.turnTo(number), gfp)) count++;
  }
  k.file = file;
  return count;
}

/** Direct reclaim comes upon the nth of these pages, from 1 on; 0: upon none. */
function find(k: K, gfp: Gfp, nth: number): void {
  const { file } = k;
  let found = 0;
  for (let left = nth; left > 0; found++) {
    if (isForDirectReclaim(k, k.turnTo(found), gfp)) left--;
  }
  note(k, found);
  k.file = file;
}

/** The environment picks the page that direct reclaim comes upon, if any. */
export function findPage(k: K, gfp: Gfp): void {
  find(k, gfp, k.choose(k.site.page_found, 1 + pagesToFind(k, gfp)));
}

/** In words, while a trace is written: what the task is in, and the page that it has come upon. */
export function reclaimInWords(k: K): string {
  const found = noted(k);
  if (found === 0) return 'direct reclaim';
  const { file } = k;
  const index = k.turnTo(found - 1);
  const what = pageOf(k, index).writeback ? 'under writeback' : 'dirty';
  k.file = file;
  return `direct reclaim comes upon page ${index}, ${what}`;
}

/**
 * Direct reclaim does what it can with the page that it came upon: it waits, or writes it, which is
 * a step. True: the row is to be run again.
 */
export function isHeldUpByPage(k: K, gfp: Gfp): boolean {
  const found = noted(k);
  if (found === 0) return false;
  const { file } = k;
  const index = k.turnTo(found - 1);
  const waits = pageOf(k, index).writeback > 0 && allows(k.fs.reclaim.waits, gfp);
  const writes = !waits && isForDirectReclaim(k, index, gfp);
  if (waits) waitsForIo(k, found - 1, index);
  else if (!writes || writesOut(k, index)) {
    note(k, 0);
    if (writes) k.again();
  }
  k.file = file;
  return waits || writes;
}

/**
 * ->map_blocks() allocates memory under GFP_NOFS: a block of an extent tree, a transaction. It is
 * asked where pages may be in a bio by then, and reclaim waits under these flags. True: the row is
 * not carried out.
 */
export function allocatesToMap(k: K): boolean {
  if (!k.fs.reclaim.allocates_in_bio || k.fs.reclaim.waits !== 'GFP_NOFS') return false;
  if (noted(k) > 0) return isHeldUpByPage(k, 'GFP_NOFS');
  const pages = pagesToFind(k, 'GFP_NOFS');
  if (pages === 0 || !k.fails(k.site.direct_reclaim)) return false;
  find(k, 'GFP_NOFS', 1 + k.choose(k.site['which_page']!, pages));
  k.again();
  if (k.tracing) k.say(`->map_blocks() allocates with GFP_NOFS: ${reclaimInWords(k)}`);
  return true;
}

const commands = {
  /**
   * shrink_page_list() of kswapd, of one page whose lock is free: a clean one is dropped; a dirty
   * one is written, with ->writepage, under that one lock.
   */
  reclaim_page(this: K): void {
    this.command();
    const number = this.pickPage(isForKswapd);
    if (number < 0) return;
    const index = this.turnTo(number);
    if (isDirty(this, index)) {
      writesOut(this, index);
      return;
    }
    dropFolio(this, index);
    if (this.tracing) this.say(`shrink_page_list: drop page ${index}`);
  },
};

export const reclaim = {
  ...PAGE_RECLAIM,
  commands,
  tasks: {
    reclaim: task<Face<{ commands: typeof commands }>>()(
      'takes clean pages out of the cache; in some years it writes dirty ones',
      {},
      {
        shrink(k) {
          k.reclaim_page();
          return 'shrink';
        },
      },
      { at_will: true },
    ),
  },
};
