/**
 * The vendors' recvfile, variant A: up to 32 pages are locked and kmapped one after the other, the
 * data is received into them with i_rwsem and all page locks held, and every page is then committed
 * in full, whatever came.
 */
import { design, flawed } from '../design.ts';
import { without } from '../subsystem.ts';
import type { Design, Flaw, Frame, Mended } from '../design.ts';
import { EINVAL, EIO } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Ordered } from '../filesystems/ext4.ts';
import { xfs } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import type { Observer } from '../observe.ts';
import { FSDATA } from '../write-begin.ts';
import { beginLabel, checks, growsBeyondEof, write_begin } from './perform-write.ts';

/** Of one call; more is -EINVAL. */
export const MAX_PAGES_PER_RECVFILE = 32;

type F = Frame<{ begun: 'cells'; received: 'cells'; done: 'cells'; err: 'errno' }>;

/** Does a task hold page locks, two of them, or one while it waits? */
function nests(o: Observer): boolean {
  for (let thread = 0; thread < o.threads; thread++) {
    const held = o.s.page.filter(({ locked_by }) => locked_by === thread + 1).length;
    if (held > 1 || (held === 1 && (o.waits.waiting >>> thread) & 1)) return true;
  }
  return false;
}

const GFP_KERNEL: Flaw = {
  name: 'gfp-kernel-under-locks',
  says: 'the receive allocates with GFP_KERNEL under page locks and an open handle',
  source: 'do_splice_from_socket(): MSG_KERNSPACE; the mail on GFP_KERNEL',
};

const FLAWS: readonly Flaw[] = [
  {
    name: 'commits-what-never-came',
    says: 'every page that was begun is committed in full, whatever was received',
    source: 'do_splice_from_socket(): write_end(..., rv_count, rv_count, ...)',
  },
  GFP_KERNEL,
  {
    name: 'nests-page-locks',
    says: 'all pages are locked and kmapped before the first byte has come',
    source: 'do_splice_from_socket(): write_begin for each page, then kernel_recvmsg()',
    instead: { design: 'recvfile-safe', shows: nests },
  },
];

function recvfile(name: string, fs: Filesystem): Design {
  // Without a journal there is nothing that an allocation could wait for.
  const flaws = FLAWS.filter((flaw) => fs.handles || flaw !== GFP_KERNEL);
  return flawed((filesystem, mended) => made(name, filesystem, mended), fs, flaws);
}

function made(name: string, filesystem: Filesystem, mended: Mended): Design {
  /** To the first page again, with f.begun the end of what was begun: all of it is committed. */
  const commit = (k: Kernel, f: F) => {
    f.begun = f.pos;
    f.pos = k.user_pos();
    return f.begun > f.pos ? 'kunmap' : 'unlock_inode';
  };
  /** Mended: commits what came; returns what was taken in, or an error; trims the rest. */
  const exact = mended('commits-what-never-came');
  const out = (f: F) => (f.err ? 'unlock_inode' : 'balance');
  const next = (k: Kernel, f: F) => {
    if (f.pos < f.begun) return 'kunmap';
    return exact && k.user_pos() + f.done < f.begun ? 'trim_pages' : out(f);
  };
  /** copied, as write_end is told. */
  const copied = (k: Kernel, f: F, end: number) => {
    const came = Math.max(0, k.user_pos() + f.received - f.pos);
    return exact ? Math.min(came, end - f.pos) : end - f.pos;
  };
  const gfp = mended('gfp-kernel-under-locks') ? 'GFP_NOFS' : 'GFP_KERNEL';

  return design({
    name,
    about: `nested page locks, an 8 s receive under them; the filesystem ${filesystem.about}`,
    source: 'do_splice_from_socket() of vendor kernels, reviewed in the mail of 24 Jul 2013',
    filesystem,
    socket: true,
    locals: { begun: 'cells', received: 'cells', done: 'cells', err: 'errno' },
    rows: {
      // A0: no command, and no lock.
      check_count(k, f) {
        if (f.end - f.pos <= MAX_PAGES_PER_RECVFILE * k.page_size) return 'lock_inode';
        f.err = EINVAL;
        return 'ret';
      },
      // A1: mutex_lock(&inode->i_mutex).
      lock_inode(k, f) {
        k.inode_lock();
        return growsBeyondEof(filesystem, k, f) ? 'zero_eof' : beginLabel(filesystem);
      },
      ...checks<F, ReturnType<typeof beginLabel> | 'unlock_inode'>(
        filesystem,
        beginLabel(filesystem),
        'unlock_inode',
      ),
      // A2: for each page; it stays locked.
      ...write_begin<F, 'kmap' | 'kunmap' | 'unlock_inode'>(filesystem, 'kmap', commit),
      kmap(k, f) {
        k.kmap(k.page_index(f.pos));
        f.pos = k.page_end(f.pos, f.end);
        return f.pos < f.end ? beginLabel(filesystem) : 'recv_alloc';
      },
      // A3: kernel_recvmsg() allocates with GFP_KERNEL.
      recv_alloc(k, f) {
        f.err = k.alloc_page(gfp);
        return f.err ? commit(k, f) : 'recv';
      },
      // A3: sk_rcvtimeo = 8 * HZ, MSG_WAITALL.
      recv(k, f) {
        const received = k.kernel_recvmsg(k.user_pos(), f.end - k.user_pos());
        f.received = Math.max(0, received);
        f.err = Math.max(0, -received);
        return commit(k, f);
      },
      // A4, and the clean-up of A2: all pages, copied = all that was asked for.
      kunmap(k, f) {
        k.kunmap(k.page_index(f.pos));
        return 'write_end';
      },
      write_end(k, f) {
        const end = k.page_end(f.pos, f.begun);
        const taken = k.write_end(f.pos, end, copied(k, f, end), FSDATA);
        if (exact) f.done += taken;
        if (filesystem.handles) return 'journal_stop';
        f.pos = end;
        return next(k, f);
      },
      ...without(
        {
          journal_stop(k: Kernel, f: F) {
            k.journal_stop();
            f.pos = k.page_end(f.pos, f.begun);
            return next(k, f);
          },
          trim_pages: (k: Kernel) => (k.truncate_page() ? 'trim_pages' : 'trim_blocks'),
          trim_blocks(k: Kernel, f: F) {
            k.truncate_failed_blocks(k.user_pos() + f.done, f.begun);
            return out(f);
          },
        },
        [
          ...(filesystem.handles ? [] : ['journal_stop' as const]),
          ...(exact ? [] : ['trim_pages' as const, 'trim_blocks' as const]),
        ],
      ),
      // A5: once for all pages.
      balance(k) {
        k.balance_dirty_pages();
        return 'unlock_inode';
      },
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      ret(k, f) {
        if (exact) k.returns(f.done, f.err || EIO, f.received - f.done);
        else k.returns(f.received, f.err);
        return 'done';
      },
    },
  });
}

export const recvfileDesigns: readonly Design[] = [
  recvfile('recvfile', ext4Ordered),
  recvfile('recvfile/delalloc', xfs),
];
