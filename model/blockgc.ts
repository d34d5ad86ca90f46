/** What XFS does before write() returns -ENOSPC: it writes what is dirty, and frees what it can. */
import { DELALLOC, HOLE, extentType, mapIsShared, unmapExtent } from './extents.ts';
import { fileBlocksOf } from './geometry.ts';
import { DIRTY_PAGES, pageOf } from './page-cache.ts';
import { declare } from './subsystem.ts';
import type { Ctx } from './subsystem.ts';
import type { Writeback } from './writeback.ts';
import { isToBeWritten } from './writepage.ts';

const BLOCKGC = declare({ name: 'blockgc' });
type K = Ctx<typeof BLOCKGC> & Writeback;

/** Is any page, of any file, to be written, or under writeback? Turns to none of them. */
function anyToBeWritten(k: K): boolean {
  const { file } = k;
  let any = false;
  for (let number = 0; number < k.s.page.length && !any; number++) {
    const index = k.turnTo(number);
    any = pageOf(k, index).writeback > 0 || isToBeWritten(k, index);
  }
  k.file = file;
  return any;
}

/** xfs_can_free_eofblocks(): has an empty file a page in the cache, or a delayed block? */
function hasAny(k: K): boolean {
  for (let index = 0; index < k.geometry.pages; index++) if (pageOf(k, index).present) return true;
  for (let fb = 0; fb < fileBlocksOf(k.geometry); fb++) {
    if (extentType(k, fb) === DELALLOC) return true;
  }
  return false;
}

/**
 * What of the file is delayed beyond EOF goes back, unless another has its i_rwsem. Where the
 * filesystem does that, so does what has its place, of a file that is tagged and was never
 * fallocated.
 */
function freeEofBlocks(k: K): void {
  const { i_size, i_rwsem, prealloc, eof_tag } = k.s.inode[k.file]!;
  if (i_rwsem !== 0 && i_rwsem !== k.me + 1) return;
  if (mapIsShared(k)) return;
  if (k.fs.frees_eof_blocks && i_size === 0 && !hasAny(k)) return;
  for (let fb = k.blockOf(i_size + k.block_size - 1); fb < fileBlocksOf(k.geometry); fb++) {
    const type = extentType(k, fb);
    if (type === DELALLOC || (eof_tag && !prealloc && type !== HOLE)) unmapExtent(k, fb);
  }
}

export const blockgc = {
  ...BLOCKGC,
  commands: {
    /**
     * xfs_flush_inodes(): the flusher writes all that is dirty, and it is waited for. Where
     * writeback or the completion of its I/O is not at work it does nothing.
     */
    flush_inodes(this: K): void {
      this.command();
      if (this.cleans && anyToBeWritten(this)) {
        this.wait(this.cleaners, DIRTY_PAGES);
        if (this.tracing) this.sayWait('all that is dirty to be written');
        return;
      }
      if (this.tracing) this.say('xfs_flush_inodes()');
    },

    /**
     * xfs_blockgc_free_space(): delayed allocations beyond EOF of every file whose i_rwsem can
     * be had go back. Lock: i_rwsem by trylock, ILOCK. Blocks beyond EOF that have their place
     * go where the filesystem has that.
     */
    blockgc_free_space(this: K): void {
      this.command();
      const { file } = this;
      for (let i = 0; i < this.geometry.files; i++) {
        this.file = i;
        freeEofBlocks(this);
      }
      this.file = file;
      if (this.tracing) this.say('xfs_blockgc_free_space()');
    },
  },
};
