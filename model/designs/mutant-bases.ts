/**
 * Sound designs, as small as can be, that mutants are made from where no listed design is both
 * sound and has what the promise is about: reservations below ->iomap, and a socket. They are in no
 * list.
 */
import { design } from '../design.ts';
import type { Design } from '../design.ts';
import { ext4Ordered } from '../filesystems/ext4.ts';
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

/** Receives with no lock held, then copies into one page after the other. */
export const receivesFirst: Design = design({
  name: 'base/receives-first',
  about: 'receives into private pages, and tells what of it could not be written',
  source: 'the mail: "would be worth pursuing"',
  filesystem: ext4Ordered,
  socket: true,
  locals: { received: 'cells', done: 'cells', pages: 'cells', err: 'errno' },
  rows: {
    alloc(k, f) {
      k.alloc_private_page('GFP_KERNEL');
      f.pages += k.page_size;
      return f.pages < f.end ? 'alloc' : 'recv';
    },
    recv(k, f) {
      const received = k.recv_private(f.end - f.pos);
      f.received = Math.max(0, received);
      f.err = Math.max(0, -received);
      f.end = f.pos + f.received;
      return f.received > 0 ? 'lock_inode' : 'free';
    },
    lock_inode(k) {
      k.inode_lock();
      return 'journal_start';
    },
    journal_start(k) {
      k.journal_start();
      return 'grab_page';
    },
    grab_page(k, f) {
      k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS');
      return 'get_block';
    },
    get_block(k, f) {
      f.err = k.get_block(f.pos, k.page_end(f.pos, f.end));
      return f.err ? 'unlock_page' : 'prepare';
    },
    prepare(k, f) {
      k.prepare_page(f.pos, k.page_end(f.pos, f.end));
      return 'copy';
    },
    copy(k, f) {
      k.copy_from_private(f.pos, k.page_end(f.pos, f.end));
      return 'write_end';
    },
    write_end(k, f) {
      const end = k.page_end(f.pos, f.end);
      const copied = k.write_end(f.pos, end, end - f.pos, FSDATA);
      k.iov_iter_advance(copied);
      f.pos += copied;
      f.done += copied;
      return 'journal_stop';
    },
    journal_stop(k, f) {
      k.journal_stop();
      if (f.err) return 'truncate_pages';
      return f.pos < f.end ? 'journal_start' : 'unlock_inode';
    },
    unlock_page(k, f) {
      k.unlock_page(k.page_index(f.pos));
      return 'journal_stop';
    },
    truncate_pages(k) {
      return k.truncate_failed_page() ? 'truncate_pages' : 'truncate_blocks';
    },
    truncate_blocks(k, f) {
      k.truncate_failed_blocks(f.pos, k.page_end(f.pos, f.end));
      return 'unlock_inode';
    },
    unlock_inode(k) {
      k.inode_unlock();
      return 'free';
    },
    free(k) {
      k.free_private_pages();
      return 'ret';
    },
    ret(k, f) {
      k.returns(f.done, f.err, f.received - f.done);
      return 'done';
    },
  },
});
