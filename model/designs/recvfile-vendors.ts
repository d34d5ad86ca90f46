/**
 * recvfile of other vendors, variants B and D. Both nest as variant A does, and differ in how they
 * fail.
 *
 * Not modelled: B takes i_mutex before sb_start_write(), which a freeze of the filesystem may wait
 * for in the other order: nothing freezes here. In B `goto done` frees what was not yet allocated
 * where generic_write_checks() fails; in D that leaves with i_mutex held: it never fails here. That
 * one of B's pools keeps its entry when the other is empty.
 *
 * B is put on XFS, D on ext4 with delayed allocation, as NAS with these kernels had them: their
 * code is in mm/ and fs/, and asks for neither.
 */
import { design, flawed } from '../design.ts';
import type { Design, Flaw, Mended } from '../design.ts';
import { EINVAL, EIO, EPIPE } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Delalloc } from '../filesystems/ext4.ts';
import { xfs2013 } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import { FSDATA, FSDATA_OF_ANOTHER } from '../write-begin.ts';
import { NESTED_LOCALS, nestedFlaws, nested_receive } from './nested-receive.ts';
import type { NestedFrame } from './nested-receive.ts';
import { beginLabel, checks, zeroesFirst } from './perform-write.ts';
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
        return zeroesFirst(filesystem, k, f) ?? 'alloc_rv_cb';
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
        return zeroesFirst(filesystem, k, f) ?? begin;
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

export const recvfileVendorDesigns: readonly Design[] = [
  flawed(variantB, xfs2013, [...B_FLAWS, ...nestedFlaws(xfs2013, IN_B)]),
  flawed(variantD, ext4Delalloc, [...D_FLAWS, ...nestedFlaws(ext4Delalloc, IN_D)]),
];
