/**
 * recvfile, variant E: as D, but where all has come, whole pages are kept locked and kmapped in
 * static variables when the call returns, for the next call to commit together with its own.
 *
 * ->aggregate_write_end is there in eCryptfs, in the kernels that can be read, which has no journal
 * handle open from write_begin on: modelled as ext4 with delayed allocation, without that handle.
 * Not modelled: SYNOFlushAggregate, a call that commits what is kept; a call at another place does.
 */
import { design, flawed } from '../design.ts';
import type { Design, Flaw, Frame, Mended } from '../design.ts';
import { AGGREGATES, FLUSHES } from '../aggregate.ts';
import { EIO, EPIPE } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Delalloc } from '../filesystems/ext4.ts';
import type { Kernel } from '../kernel.ts';
import { without } from '../subsystem.ts';
import { FSDATA } from '../write-begin.ts';
import { nestedFlaws } from './nested-receive.ts';
import { beginLabel, checks, zeroesFirst, write_begin } from './perform-write.ts';
import { MAX_PAGES_PER_RECVFILE } from './recvfile.ts';

/** rgPageList[] has this many; a call that may not have room for the next one commits. */
const MAX_PAGES_PER_AGGREGATE_RECVFILE = 256;

const IN_E = 'do_aggregate_recvfile()';

const stacked: Filesystem = { ...ext4Delalloc, name: 'aggregate', handles: false };

const FLAWS: readonly Flaw[] = [
  {
    name: 'keeps-pages-locked-across-calls',
    says: 'it returns to user space with pages locked and kmapped, for a later call to commit',
    source: `${IN_E}: static struct page *rgPageList[]; if (!err && isPageAlign ...) return`,
  },
  ...nestedFlaws(stacked, IN_E),
];

const LOCALS = {
  begun: 'cells',
  at: 'cells',
  received: 'cells',
  done: 'cells',
  /** It works on the pages that are kept; it has asked for them to be flushed; and is at that. */
  kept: 'flag',
  flushed: 'flag',
  flushing: 'flag',
  err: 'errno',
} as const;
type F = Frame<typeof LOCALS>;

function variantE(filesystem: Filesystem, mended: Mended): Design {
  const begin = beginLabel(filesystem);
  const keeps = !mended('keeps-pages-locked-across-calls');
  const exact = mended('commits-what-never-came');
  const first = (k: Kernel, f: F) => (f.kept ? k.aggregate_pos() : k.user_pos());
  const last = (k: Kernel, f: F) => (f.kept ? k.aggregate_end() : f.begun);
  /** release_pages: all that is kept, or was begun. */
  const release = (k: Kernel, f: F) => {
    f.begun = f.pos;
    f.at = first(k, f);
    return last(k, f) > f.at ? 'kunmap' : 'balance';
  };
  const isAligned = (k: Kernel, f: F) =>
    k.user_pos() % k.page_size === 0 && f.end % k.page_size === 0;
  const hasRoom = (k: Kernel) =>
    k.aggregate_pages() <= MAX_PAGES_PER_AGGREGATE_RECVFILE - MAX_PAGES_PER_RECVFILE;
  /** copied: all; mended, what has come of this call's own. */
  const copied = (k: Kernel, f: F, end: number) =>
    exact && !f.flushing && f.at >= k.user_pos()
      ? Math.min(Math.max(0, k.user_pos() + f.received - f.at), end - f.at)
      : end - f.at;
  const rows = {
    trim_pages: (k: Kernel) => (k.truncate_page() ? 'trim_pages' : 'trim_blocks'),
    trim_blocks(k: Kernel, f: F) {
      k.truncate_failed_blocks(k.user_pos() + f.done, f.begun);
      return 'balance' as const;
    },
  } as const;

  return design({
    name: 'recvfile/e-synology-aggregate',
    about: `nests, and keeps pages locked when it returns; the filesystem ${filesystem.about}`,
    source: 'sys_recvfile(), do_aggregate_recvfile() of the kernels for DSM',
    filesystem,
    socket: true,
    uses: ['aggregate'],
    locals: LOCALS,
    rows: {
      // mutex_lock(&inode->i_mutex).
      lock_inode(k, f) {
        k.inode_lock();
        return zeroesFirst(filesystem, k, f) ?? 'should_aggregate';
      },
      ...checks<F, 'should_aggregate' | 'unlock_inode'>(
        filesystem,
        'should_aggregate',
        'unlock_inode',
      ),
      // aggregate_lock.
      should_aggregate(k, f) {
        const how = k.should_do_aggregate(f.pos, f.flushed === 1);
        f.kept = how === AGGREGATES || how === FLUSHES ? 1 : 0;
        if (how !== FLUSHES) return begin;
        f.flushed = f.flushing = 1;
        return release(k, f);
      },
      // For each page; it stays locked.
      ...write_begin<F, 'kmap' | 'kunmap' | 'balance'>(filesystem, 'kmap', release),
      kmap(k, f) {
        k.kmap(k.page_index(f.pos));
        f.pos = k.page_end(f.pos, f.end);
        if (f.kept) k.aggregate_adds(f.pos);
        return f.pos < f.end ? begin : 'recv_alloc';
      },
      // kernel_recvmsg() allocates with GFP_KERNEL: no handle is open for it to wait for.
      recv_alloc(k, f) {
        f.err = k.alloc_page('GFP_KERNEL');
        return f.err ? release(k, f) : 'recv';
      },
      // sock2iov(): -EPIPE where it is short. Where it is not, whole pages are kept.
      recv(k, f) {
        const count = f.end - k.user_pos();
        const received = k.kernel_recvmsg(k.user_pos(), count, 64);
        f.received = Math.max(0, received);
        f.err = received < 0 ? -received : received < count ? EPIPE : 0;
        if (!keeps || !f.kept || f.err || !isAligned(k, f) || !hasRoom(k)) return release(k, f);
        if (exact) f.done = f.received;
        return 'leave';
      },
      // release_pages: kunmap() of all, and then ->aggregate_write_end() of all, in full.
      kunmap(k, f) {
        if (f.kept) k.aggregate_kunmap(f.at);
        else k.kunmap(k.page_index(f.at));
        f.at = k.page_end(f.at, last(k, f));
        if (f.at < last(k, f)) return 'kunmap';
        f.at = first(k, f);
        return 'write_end';
      },
      write_end(k, f) {
        const end = k.page_end(f.at, last(k, f));
        const came = copied(k, f, end);
        const taken = f.kept
          ? k.aggregate_write_end(f.at, end, came, exact)
          : k.write_end(f.at, end, came, FSDATA, exact);
        if (exact && !f.flushing && f.at >= k.user_pos()) f.done += taken;
        f.at = end;
        if (f.at < last(k, f)) return 'write_end';
        const trims = exact && !f.flushing && k.user_pos() + f.done < f.begun;
        return trims ? 'trim_pages' : 'balance';
      },
      ...without(rows, exact ? [] : ['trim_pages', 'trim_blocks']),
      // pages_allocated = 0; aggregate_fd = -1; then balance_dirty_pages_ratelimited().
      balance(k, f) {
        if (f.kept) k.aggregate_forgets();
        k.balance_dirty_pages();
        return f.kept ? 'leave' : 'unlock_inode';
      },
      leave(k, f) {
        k.aggregate_leave();
        if (!f.flushing) return 'unlock_inode';
        f.flushing = 0;
        return 'should_aggregate';
      },
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      // rwbytes[2] = {received, written}.
      ret(k, f) {
        if (exact) k.returns(f.done, f.err || EIO, f.received - f.done);
        else k.returns(f.received, f.err);
        return 'done';
      },
    },
  });
}

export const recvfileAggregate: Design = flawed(variantE, stacked, FLAWS);
