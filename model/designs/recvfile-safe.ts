/**
 * recvfile as it would be worth pursuing: receive into private pages while no lock is held, then
 * write page by page, copying from them. What could not be written is reported as discarded.
 *
 * Its second form is the zero-copy of the mail: a private page that holds a whole page of the file
 * is moved into the page cache, as splice() with SPLICE_F_MOVE did and FUSE does. Parts of a page
 * are copied.
 */
import { design, flawed } from '../design.ts';
import { without } from '../subsystem.ts';
import type { Design, Frame } from '../design.ts';
import { EEXIST, EINVAL } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Ordered } from '../filesystems/ext4.ts';
import { xfs } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import { FSDATA } from '../write-begin.ts';
import { beginLabel, checks, zeroesFirst, write_begin } from './perform-write.ts';
import { MAX_PAGES_PER_RECVFILE } from './recvfile.ts';

type F = Frame<{
  allocated: 'cells';
  received: 'cells';
  until: 'cells';
  copied: 'cells';
  done: 'cells';
  err: 'errno';
  there: 'flag';
}>;

function journal_stop(k: Kernel) {
  k.journal_stop();
  return 'balance' as const;
}

function recvfileSafe(name: string, fs: Filesystem, moves = false): Design {
  return flawed((filesystem) => {
    const begin = beginLabel(filesystem);
    const next = (f: F) => (f.pos < f.until ? begin : 'unlock_inode');
    /** Is what is to be written now a page from its beginning to its end? */
    const isWhole = (k: Kernel, f: F) =>
      moves && k.page_end(f.pos, f.until) - f.pos === k.page_size;
    /** So much of the call has private pages; moved, each has its place in a page of the file. */
    const allocated = (k: Kernel, f: F) =>
      moves
        ? k.page_end(f.pos + f.allocated, f.end) - f.pos
        : Math.min(f.end - f.pos, f.allocated + k.page_size);
    const found = write_begin<F, 'copy' | 'unlock_inode'>(
      filesystem,
      'copy',
      () => 'unlock_inode',
      { end: (f) => f.until },
    );
    const how = moves ? 'moves whole pages' : 'copies by the page';
    return design({
      name,
      about: `receives without a lock, then ${how}; the filesystem ${filesystem.about}`,
      source: 'the mail: "would be worth pursuing", and generic_perform_write() of 3.10',
      filesystem,
      socket: true,
      locals: {
        allocated: 'cells',
        received: 'cells',
        until: 'cells',
        copied: 'cells',
        done: 'cells',
        err: 'errno',
        // There was a page in the cache already.
        there: 'flag',
      },
      rows: {
        check_count(k, f) {
          if (f.end - f.pos <= MAX_PAGES_PER_RECVFILE * k.page_size) return 'alloc';
          f.err = EINVAL;
          return 'ret';
        },
        // alloc_page() for each page of the buffer. No lock.
        alloc(k, f) {
          f.err = k.alloc_private_page('GFP_KERNEL');
          if (f.err) return 'free';
          f.allocated = allocated(k, f);
          return f.allocated < f.end - f.pos ? 'alloc' : 'recv';
        },
        // kernel_recvmsg(). No lock but lock_sock().
        recv(k, f) {
          const received = k.recv_private(f.end - f.pos);
          f.received = Math.max(0, received);
          f.err = Math.max(0, -received);
          f.until = f.pos + f.received;
          return f.received > 0 ? 'lock_inode' : 'free';
        },
        lock_inode(k, f) {
          k.inode_lock();
          return zeroesFirst(filesystem, k, f) ?? begin;
        },
        ...checks<F, typeof begin | 'unlock_inode'>(filesystem, begin, 'unlock_inode'),
        ...found,
        ...(moves
          ? {
              // add_to_page_cache_lru() of the private page; where there is one, grab that.
              grab_page(k: Kernel, f: F) {
                if (f.there || !isWhole(k, f)) return found.grab_page(k, f);
                f.err = k.add_private_page(f.pos, 'GFP_NOFS');
                if (f.err === 0)
                  return filesystem.maps_by === 'get_block' ? 'get_block' : 'prepare';
                if (f.err !== EEXIST)
                  return filesystem.handles ? 'journal_stop_failed' : 'unlock_inode';
                f.there = 1;
                return 'grab_page';
              },
            }
          : {}),
        // From memory to memory: it is never short. PG_locked. Nothing is left to do for a page
        // that was added; what was there is replaced when its blocks are certain.
        copy(k, f) {
          const end = k.page_end(f.pos, f.until);
          f.copied = end - f.pos;
          if (!isWhole(k, f)) k.copy_from_private(f.pos, end);
          else if (f.there) k.replace_page(f.pos);
          if (moves) f.there = 0;
          return 'write_end';
        },
        write_end(k, f) {
          const taken = k.write_end(f.pos, k.page_end(f.pos, f.until), f.copied, FSDATA);
          k.iov_iter_advance(taken);
          f.copied = 0;
          f.pos += taken;
          f.done += taken;
          return filesystem.handles ? 'journal_stop' : 'balance';
        },
        ...without({ journal_stop }, filesystem.handles ? [] : ['journal_stop']),
        balance(k, f) {
          k.balance_dirty_pages();
          return next(f);
        },
        unlock_inode(k) {
          k.inode_unlock();
          return 'free';
        },
        free(k) {
          k.free_private_pages();
          return 'ret';
        },
        // {received, written}, as the newer vendor kernels return it: what is between them is gone.
        ret(k, f) {
          k.returns(f.done, f.err, f.received - f.done);
          return 'done';
        },
      },
    });
  }, fs);
}

export const recvfileSafeDesigns: readonly Design[] = [
  recvfileSafe('recvfile-safe', xfs),
  recvfileSafe('recvfile-safe/ordered', ext4Ordered),
  recvfileSafe('recvfile-safe/moves', xfs, true),
  recvfileSafe('recvfile-safe/ordered,moves', ext4Ordered, true),
];
