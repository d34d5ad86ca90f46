/**
 * recvfile of other vendors, variants B, D and F. B and D nest as variant A does, and differ in how
 * they fail; F takes one page at a time, and waits for the network under its lock.
 *
 * Not modelled: B takes i_mutex before sb_start_write(), which a freeze of the filesystem may wait
 * for in the other order: nothing freezes here. In B `goto done` frees what was not yet allocated
 * where generic_write_checks() fails; in D that leaves with i_mutex held: it never fails here. That
 * one of B's pools keeps its entry when the other is empty.
 */
import { design, flawed } from '../design.ts';
import type { Design, Flaw, Mended } from '../design.ts';
import { EAGAIN, EINVAL, EIO, EPIPE } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Delalloc } from '../filesystems/ext4.ts';
import { xfs2013 } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import { FSDATA, FSDATA_OF_ANOTHER } from '../write-begin.ts';
import { NESTED_LOCALS, nestedFlaws, nested_receive, nests } from './nested-receive.ts';
import type { NestedFrame } from './nested-receive.ts';
import { SHORT_COPY, beginLabel, checks, growsBeyondEof, write_begin } from './perform-write.ts';
import { MAX_PAGES_PER_RECVFILE } from './recvfile.ts';

const IN_B = 'generic_splice_from_socket()';
const B_FLAWS: readonly Flaw[] = [
  {
    name: 'returns-with-i-mutex',
    says: 'where a pool is empty it returns -ENOMEM, and i_mutex stays locked',
    source: `${IN_B}: if (!rv_cb || !iov) return -ENOMEM`,
  },
];

/** The rows after the receive that B and D share; `ret` is the system call's. */
function tail<Ret extends string>(ret: Ret) {
  return {
    // balance_dirty_pages_ratelimited(), once for all pages.
    balance(k: Kernel): 'unlock_inode' {
      k.balance_dirty_pages();
      return 'unlock_inode';
    },
    // mutex_unlock(&inode->i_mutex).
    unlock_inode(k: Kernel): Ret {
      k.inode_unlock();
      return ret;
    },
  };
}

/** What was taken in is returned, and what was received beyond it is reported as discarded. */
function returnsExactly(k: Kernel, f: NestedFrame): 'done' {
  k.returns(f.done, f.err || EIO, f.received - f.done);
  return 'done';
}

function variantB(filesystem: Filesystem, mended: Mended): Design {
  const begin = beginLabel(filesystem);
  return design({
    name: 'recvfile/b-comcerto',
    about: `nests as recvfile does; less than all is -EPIPE; the filesystem ${filesystem.about}`,
    source: `${IN_B}, fs/splice.c of the kernels for Comcerto, CONFIG_SENDFILE_PATCH`,
    filesystem,
    socket: true,
    locals: NESTED_LOCALS,
    rows: {
      check_count(k, f) {
        if (f.end - f.pos <= MAX_PAGES_PER_RECVFILE * k.page_size) return 'lock_inode';
        f.err = EINVAL;
        return 'ret';
      },
      // mutex_lock(&inode->i_mutex), and then sb_start_write().
      lock_inode(k, f) {
        k.inode_lock();
        return growsBeyondEof(filesystem, k, f) ? 'zero_eof' : 'alloc_rv_cb';
      },
      ...checks<NestedFrame, 'alloc_rv_cb' | 'unlock_inode'>(
        filesystem,
        'alloc_rv_cb',
        'unlock_inode',
      ),
      // rv_cb[] and iov[] are from pools; both are looked at together.
      alloc_rv_cb(k, f) {
        f.err = k.mempool_alloc('rv_pool');
        return 'alloc_iov';
      },
      alloc_iov(k, f) {
        f.err = k.mempool_alloc('kvec_pool') || f.err;
        if (!f.err) return begin;
        return mended('returns-with-i-mutex') ? 'unlock_inode' : 'ret';
      },
      // if (ret != count) err = -EPIPE; goto cleanup.
      ...nested_receive(filesystem, mended, {
        seconds: 8,
        error: (received, count) => (received === count ? 0 : EPIPE),
      }),
      ...tail('ret'),
      // return err ? err : count.
      ret(k, f) {
        if (mended('commits-what-never-came')) return returnsExactly(k, f);
        k.returns(f.err ? 0 : f.received, f.err);
        return 'done';
      },
    },
  });
}

const IN_D = 'do_recvfile()';
const D_FLAWS: readonly Flaw[] = [
  {
    name: 'one-fsdata-for-all-pages',
    says: 'write_end of every page is given what write_begin of the last one has handed out',
    source: `${IN_D}: one void *fsdata; on ext4 pages differ in it where space runs short between`,
  },
  {
    name: 'last-page-is-ended-as-empty',
    says: 'where write_begin fails, the page before is ended with position and length 0',
    source: `${IN_D}: lastPageBytes and lastPagePos are set only where all pages were begun`,
  },
];

function variantD(filesystem: Filesystem, mended: Mended): Design {
  const begin = beginLabel(filesystem);
  /** Pages that were begun, but for the first, end with the last; it is all, or one failed. */
  const isLast = (k: Kernel, f: NestedFrame) => k.page_index(f.pos) === k.page_index(f.begun - 1);
  const isFirst = (k: Kernel, f: NestedFrame) => f.pos === k.user_pos();
  return design({
    name: 'recvfile/d-synology',
    about: `nests, 64 s; returns {received, written}; the filesystem ${filesystem.about}`,
    source: 'sys_recvfile(), do_recvfile(), sock2iov() of the kernels for DSM',
    filesystem,
    socket: true,
    locals: NESTED_LOCALS,
    rows: {
      // mutex_lock(&inode->i_mutex). 32 pages at a time: more of them no file has here.
      lock_inode(k, f) {
        k.inode_lock();
        return growsBeyondEof(filesystem, k, f) ? 'zero_eof' : begin;
      },
      ...checks<NestedFrame, typeof begin | 'unlock_inode'>(filesystem, begin, 'unlock_inode'),
      // sock2iov(): -EPIPE where it is short.
      ...nested_receive(filesystem, mended, {
        seconds: 64,
        error: (received, count) => (received < 0 ? -received : received < count ? EPIPE : 0),
        balances_always: true,
        fsdata: (k, f) =>
          mended('one-fsdata-for-all-pages') || isLast(k, f) ? FSDATA : FSDATA_OF_ANOTHER,
        commit_end: (k, f, end) =>
          mended('last-page-is-ended-as-empty') ||
          isFirst(k, f) ||
          !isLast(k, f) ||
          f.begun === f.end
            ? end
            : f.pos,
      }),
      ...tail('ret'),
      // rwbytes[2] = {received, written}, also where an error is returned: both are the same.
      ret(k, f) {
        if (mended('commits-what-never-came')) return returnsExactly(k, f);
        k.returns(f.received, f.err);
        return 'done';
      },
    },
  });
}

const IN_F = 'generic_perform_direct_netrx_write()';
const F_FLAWS: readonly Flaw[] = [
  {
    name: 'denied-bytes-are-gone',
    says: 'what write_end denies of a short receive was taken from the socket, and is not told of',
    source: `${IN_F}: copied = status`,
  },
  SHORT_COPY,
  {
    name: 'page-lock-over-the-network',
    says: 'it waits for the network between write_begin and write_end',
    source: `${IN_F}: lock_sock_nested() after write_begin; again for ever on -EAGAIN`,
    instead: { design: 'recvfile-safe', shows: nests },
  },
];

function variantF(filesystem: Filesystem, mended: Mended): Design {
  const begin = beginLabel(filesystem);
  const tells = mended('denied-bytes-are-gone');
  const by_block = mended('short-copy-is-denied');
  return design({
    name: 'recvfile/f-oxnas',
    about: `a page at a time, received into under its lock; the filesystem ${filesystem.about}`,
    source: `${IN_F}, mm/filemap.c of the kernels for Oxnas, PLX`,
    filesystem,
    socket: true,
    uses: ['lock_sock'],
    locals: { copied: 'cells', received: 'cells', ended: 'flag', err: 'errno' },
    rows: {
      // The filesystem's own lock, by the caller.
      lock_inode(k, f) {
        k.inode_lock();
        return growsBeyondEof(filesystem, k, f) ? 'zero_eof' : begin;
      },
      ...checks(filesystem, begin, 'unlock_inode'),
      ...write_begin(filesystem, 'lock_sock', () => 'lock_sock_last'),
      // lock_sock_nested(). PG_locked is held: page lock, then socket lock.
      lock_sock(k) {
        k.lock_sock();
        return 'recv';
      },
      // Again until the page is full, nothing more comes, or there is an error other than -EAGAIN.
      recv(k, f) {
        const bytes = k.page_end(f.pos, f.end) - f.pos;
        const got = k.net_get_bytes(f.pos + f.copied, bytes - f.copied);
        if (got === -EAGAIN) return 'recv';
        if (got <= 0) {
          f.ended = 1;
          f.err = -got;
          return 'release_sock';
        }
        f.copied += got;
        if (tells) f.received += got;
        return f.copied < bytes ? 'recv' : 'release_sock';
      },
      release_sock(k) {
        k.release_sock();
        return 'write_end';
      },
      // ->write_end(copied). What was cut short beyond i_size has instantiated too much.
      write_end(k, f) {
        const end = k.page_end(f.pos, f.end);
        const short = f.copied < end - f.pos;
        f.pos += k.write_end(f.pos, end, f.copied, FSDATA, by_block);
        f.copied = 0;
        if (short && end > k.i_size_read()) return 'truncate_pages';
        return f.pos < f.end && !f.ended ? begin : 'lock_sock_last';
      },
      // `break` is with lock_sock() held: what was used of the queue is freed.
      lock_sock_last(k) {
        k.lock_sock();
        return 'release_sock_last';
      },
      release_sock_last(k) {
        k.release_sock();
        return 'balance';
      },
      balance(k) {
        k.balance_dirty_pages();
        return 'unlock_inode';
      },
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      // return written ? written : status.
      ret(k, f) {
        const written = f.pos - k.user_pos();
        k.returns(written, f.err || (tells ? EIO : 0), tells ? f.received - written : 0);
        return 'done';
      },
    },
  });
}

export const recvfileVendorDesigns: readonly Design[] = [
  flawed(variantB, xfs2013, [...B_FLAWS, ...nestedFlaws(xfs2013, IN_B)]),
  flawed(variantD, ext4Delalloc, [...D_FLAWS, ...nestedFlaws(ext4Delalloc, IN_D)]),
  flawed(variantF, xfs2013, F_FLAWS),
];
