/**
 * lseek(SEEK_DATA): the first block from an offset on that holds data. Of an unwritten block the
 * page cache is asked, under the lock of its page. What it answers is not judged.
 */
import type { Row } from '../machine/rows.ts';
import type { core } from './core.ts';
import {
  EXTENT_TYPES,
  HOLE,
  UNWRITTEN,
  extentType,
  mapIsLocked,
  mapLockIsKept,
} from './extents.ts';
import type { Filesystem } from './filesystem.ts';
import { fileBlocksOf } from './geometry.ts';
import { cached, lockPage, mustHold, pageOf, unlockPage } from './page-cache.ts';
import type { PageCache } from './page-cache.ts';
import { holds, isShared, sharedWith, sharedWithout } from './rwsem.ts';
import { declare, syscall, without } from './subsystem.ts';
import type { Face } from './subsystem.ts';

const SEEK = declare({ name: 'seek' });
type K = PageCache;

const commands = {
  /** xfs_ilock_map_shared(). */
  map_lock_shared(this: K): void {
    this.command();
    if (!mapLockIsKept(this)) this.wrong('shares the lock of the extent map: here nobody keeps it');
    const inode = this.s.inode[this.file]!;
    if (holds(inode.map_lock, this.me)) this.wrong('shares a lock that it has already');
    if (mapIsLocked(this)) return;
    inode.map_lock = sharedWith(inode.map_lock, this.me);
    if (this.tracing) this.say('xfs_ilock_map_shared()');
  },

  map_unlock_shared(this: K): void {
    this.command();
    const inode = this.s.inode[this.file]!;
    if (!isShared(inode.map_lock) || !holds(inode.map_lock, this.me)) {
      this.wrong('unlocks a lock of the extent map that it does not share');
    }
    inode.map_lock = sharedWithout(inode.map_lock, this.me);
    if (this.tracing) this.say('xfs_iunlock_map_shared()');
  },

  /**
   * xfs_bmapi_read(): where from `pos` on the first block begins that is no hole; the end of the
   * file where there is none. Lock: the extent map's, shared.
   */
  next_mapping(this: K, pos: number): number {
    this.command();
    if (mapIsLocked(this)) return pos;
    let fb = this.blockOf(pos);
    while (fb < fileBlocksOf(this.geometry) && extentType(this, fb) === HOLE) fb++;
    const at = Math.max(pos, fb * this.block_size);
    if (this.tracing) {
      const ends = at === this.file_cells;
      this.say(`xfs_bmapi_read(${pos}): ${ends ? 'no more' : typeAt(this, at)}`);
    }
    return at;
  },

  /** find_get_page(), lock_page(). False: it is not there. */
  lock_page_to_look(this: K, pos: number): boolean {
    this.command();
    const index = this.page_index(pos);
    const { present } = pageOf(this, index);
    if (present && !lockPage(this, index)) return false;
    if (this.tracing) this.say(present ? `lock_page(${index})` : `page ${index} is not there`);
    return present === 1;
  },

  /** xfs_lookup_buffer_offset(): is there data of an unwritten block? Unlocks its page. */
  look_for_data(this: K, pos: number): boolean {
    this.command();
    const index = this.page_index(pos);
    mustHold(this, index);
    const { uptodate } = cached(this, this.blockOf(pos));
    unlockPage(this, index);
    if (this.tracing) this.say(`page ${index}: ${uptodate ? 'data' : 'no data'}; unlock_page()`);
    return uptodate === 1;
  },
};

const typeAt = (k: K, pos: number): string =>
  `${EXTENT_TYPES[extentType(k, k.blockOf(pos))]} at ${pos}`;

const looks = {
  /** What next_mapping() has found: is it an unwritten block? */
  is_unwritten(this: K, pos: number): boolean {
    return pos < this.file_cells && extentType(this, this.blockOf(pos)) === UNWRITTEN;
  },
  next_block(this: K, pos: number): number {
    return (this.blockOf(pos) + 1) * this.block_size;
  },
  is_in_file(this: K, pos: number): boolean {
    return pos < this.file_cells;
  },
};

type Rows = Face<{ commands: typeof commands; looks: typeof looks }> &
  Face<Pick<typeof core, 'commands'>>;
type F = { pos: number };
type Label = 'lock_map' | 'map' | 'lock_page' | 'look' | 'unlock_map' | 'ret';

function rowsOfSeek(fs: Filesystem): { readonly [label in Label]: Row<Rows, F, Label> } {
  const keeps = fs.seeks === 'under-the-map-lock';
  const leave = keeps ? 'unlock_map' : 'ret';
  // The block held no data: the one that follows, if there is one.
  const next = (k: Rows, f: F): Label => {
    f.pos = k.next_block(f.pos);
    return k.is_in_file(f.pos) ? 'map' : leave;
  };
  const rows: { readonly [label in Label]: Row<Rows, F, Label> } = {
    lock_map(k) {
      k.map_lock_shared();
      return 'map';
    },
    map(k, f) {
      f.pos = k.next_mapping(f.pos);
      return k.is_unwritten(f.pos) ? 'lock_page' : leave;
    },
    lock_page(k, f) {
      return k.lock_page_to_look(f.pos) ? 'look' : next(k, f);
    },
    look(k, f) {
      return k.look_for_data(f.pos) ? leave : next(k, f);
    },
    unlock_map(k) {
      k.map_unlock_shared();
      return 'ret';
    },
    ret(k) {
      k.returns(0, 0);
      return 'done';
    },
  };
  return without(rows, keeps ? [] : ['lock_map', 'unlock_map']);
}

export const seek = {
  ...SEEK,
  commands,
  looks,
  calls: {
    seek_data: syscall<Rows>()((pos) => `seeks data from ${pos} on`, {}, rowsOfSeek),
  },
};
