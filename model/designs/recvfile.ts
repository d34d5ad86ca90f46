/**
 * The vendors' recvfile, variant A: up to 32 pages are locked and kmapped one after the other, the
 * data is received into them with i_rwsem and all page locks held, and every page is then committed
 * in full, whatever came.
 */
import { design, flawed } from '../design.ts';
import type { Design, Mended } from '../design.ts';
import { EINVAL, EIO } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Ordered } from '../filesystems/ext4.ts';
import { xfs } from '../filesystems/xfs.ts';
import { NESTED_LOCALS, nestedFlaws, nested_receive } from './nested-receive.ts';
import type { NestedFrame } from './nested-receive.ts';
import { beginLabel, checks, zeroesFirst } from './perform-write.ts';

/** Of one call; more is -EINVAL. */
export const MAX_PAGES_PER_RECVFILE = 32;

const recvfile = (name: string, fs: Filesystem): Design =>
  flawed(
    (filesystem, mended) => made(name, filesystem, mended),
    fs,
    nestedFlaws(fs, 'do_splice_from_socket()'),
  );

function made(name: string, filesystem: Filesystem, mended: Mended): Design {
  const begin = beginLabel(filesystem);
  return design({
    name,
    about: `nested page locks, an 8 s receive under them; the filesystem ${filesystem.about}`,
    source: 'do_splice_from_socket() of vendor kernels, reviewed in the mail of 24 Jul 2013',
    filesystem,
    socket: true,
    locals: NESTED_LOCALS,
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
        return zeroesFirst(filesystem, k, f) ?? begin;
      },
      ...checks<NestedFrame, typeof begin | 'unlock_inode'>(filesystem, begin, 'unlock_inode'),
      // A2 to A4. A receive that falls short is no error.
      ...nested_receive(filesystem, mended, {
        seconds: 8,
        error: (received) => Math.max(0, -received),
      }),
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
        if (mended('commits-what-never-came')) k.returns(f.done, f.err || EIO, f.received - f.done);
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
