/**
 * recvfile as it would be worth pursuing, in its first form: receive into private pages while no
 * lock is held, then write page by page, copying from them. What could not be written is reported
 * as discarded.
 */
import { design, flawed } from '../design.ts';
import { without } from '../subsystem.ts';
import type { Design, Frame } from '../design.ts';
import { EINVAL } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Ordered } from '../filesystems/ext4.ts';
import { xfs } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import { FSDATA } from '../write-begin.ts';
import { beginLabel, checks, growsBeyondEof, write_begin } from './perform-write.ts';
import { MAX_PAGES_PER_RECVFILE } from './recvfile.ts';

type F = Frame<{
  allocated: 'cells';
  received: 'cells';
  until: 'cells';
  copied: 'cells';
  done: 'cells';
  err: 'errno';
}>;

function journal_stop(k: Kernel) {
  k.journal_stop();
  return 'balance' as const;
}

function recvfileSafe(name: string, fs: Filesystem): Design {
  return flawed((filesystem) => {
    const begin = beginLabel(filesystem);
    const next = (f: F) => (f.pos < f.until ? begin : 'unlock_inode');
    return design({
      name,
      about: `receives without a lock, then copies by the page; the filesystem ${filesystem.about}`,
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
          f.allocated = Math.min(f.end - f.pos, f.allocated + k.page_size);
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
          return growsBeyondEof(filesystem, k, f) ? 'zero_eof' : begin;
        },
        ...checks<F, typeof begin | 'unlock_inode'>(filesystem, begin, 'unlock_inode'),
        ...write_begin<F, 'copy' | 'unlock_inode'>(filesystem, 'copy', () => 'unlock_inode', {
          end: (f) => f.until,
        }),
        // From memory to memory: it is never short. PG_locked.
        copy(k, f) {
          f.copied = k.copy_from_private(f.pos, k.page_end(f.pos, f.until));
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
];
