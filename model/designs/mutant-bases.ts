/**
 * Sound designs, as small as can be, that mutants are made from where no listed design is both
 * sound and has what the promise is about: reservations below ->iomap, and a socket. They are in no
 * list.
 */
import { design } from '../design.ts';
import type { Design } from '../design.ts';
import { multipageFs } from '../filesystems/multipage.ts';
import { FSDATA } from '../write-begin.ts';

/** The patch's commands, a page at a time, with the allocation under the page lock. */
export const reservesAPage: Design = design({
  name: 'base/reserves-a-page',
  about: 'READ, RESERVE, ALLOCATE and UNRESERVE of one page after the other',
  source: 'include/linux/iomap.h as patched',
  filesystem: multipageFs({ read: 'unlocked', allocate: 'unwritten', hole: 'allocates' }),
  locals: { start: 'cells', done: 'cells', err: 'errno' },
  rows: {
    lock_inode(k) {
      k.inode_lock();
      return 'map';
    },
    map(k, f) {
      f.err = k.iomap_read(f.pos, k.page_end(f.pos, f.end) - f.pos);
      if (f.err) return 'unlock_inode';
      return k.iomap_needs_allocation() ? 'reserve' : 'grab_page';
    },
    reserve(k, f) {
      f.err = k.iomap_reserve(f.pos, k.page_end(f.pos, f.end) - f.pos);
      return f.err ? 'unreserve' : 'grab_page';
    },
    grab_page(k, f) {
      k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS');
      return 'prepare';
    },
    prepare(k, f) {
      k.prepare_page(f.pos, k.page_end(f.pos, f.end));
      return k.iomap_needs_allocation() ? 'allocate' : 'copy';
    },
    // Unwritten: until its data is on disk it reads as zero.
    allocate(k, f) {
      k.iomap_allocate(f.pos, k.page_end(f.pos, f.end) - f.pos);
      return 'copy';
    },
    copy(k, f) {
      k.copy_from_user_atomic(f.pos, k.page_end(f.pos, f.end));
      return 'write_end';
    },
    write_end(k, f) {
      const end = k.page_end(f.pos, f.end);
      const copied = k.write_end(f.pos, end, end - f.pos, FSDATA);
      k.iov_iter_advance(copied);
      f.start = f.pos;
      f.pos += copied;
      f.done += copied;
      return 'unreserve';
    },
    unreserve(k, f) {
      k.iomap_unreserve(f.start, f.pos - f.start);
      f.start = f.pos;
      return f.pos < f.end && !f.err ? 'map' : 'unlock_inode';
    },
    unlock_inode(k) {
      k.inode_unlock();
      return 'ret';
    },
    ret(k, f) {
      k.returns(f.done, f.err);
      return 'done';
    },
  },
});
