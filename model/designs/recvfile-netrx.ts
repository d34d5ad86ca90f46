/**
 * recvfile, variant F: one page at a time, as generic_perform_write() has it, but what is copied
 * comes out of the socket's queue, and is waited for under the page lock. On XFS, as NAS with that
 * chip had it: the code asks for none.
 */
import { design, flawed } from '../design.ts';
import type { Design, Flaw, Mended } from '../design.ts';
import { EAGAIN, EIO } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { xfs2013 } from '../filesystems/xfs.ts';
import { FSDATA } from '../write-begin.ts';
import { nests } from './nested-receive.ts';
import { SHORT_COPY, beginLabel, checks, zeroesFirst, write_begin } from './perform-write.ts';

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
        return zeroesFirst(filesystem, k, f) ?? begin;
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

export const recvfileNetrx: Design = flawed(variantF, xfs2013, F_FLAWS);
