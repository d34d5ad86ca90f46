/** The README's example: a write path as small as it can be. It is in no list. */
import { design } from '../design.ts';
import { xfs } from '../filesystems/xfs.ts';
import { FSDATA } from '../write-begin.ts';

export const example = design({
  name: 'example',
  about: 'one page at a time; what a failed write leaves beyond EOF is not trimmed',
  source: 'README.md',
  filesystem: xfs,
  locals: { copied: 'cells', done: 'cells', err: 'errno' },
  rows: {
    lock_inode(k, f) {
      k.inode_lock();
      return f.pos > k.i_size_read() ? 'zero_eof' : 'fault_in';
    },
    // Beyond EOF: what lies behind it in its block is zeroed, and written out.
    zero_eof(k, f) {
      f.err = k.zero_eof(f.pos);
      return f.err ? 'unlock_inode' : 'flush_eof';
    },
    flush_eof(k, f) {
      k.flush_eof(f.pos);
      return 'fault_in';
    },
    fault_in(k, f) {
      f.err = k.fault_in_readable();
      return f.err ? 'unlock_inode' : 'grab_page';
    },
    // On success the page is locked.
    grab_page(k, f) {
      f.err = k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS');
      return f.err ? 'unlock_inode' : 'get_block';
    },
    get_block(k, f) {
      f.err = k.get_block(f.pos, k.page_end(f.pos, f.end));
      return f.err ? 'unlock_page' : 'prepare';
    },
    prepare(k, f) {
      f.err = k.prepare_page(f.pos, k.page_end(f.pos, f.end));
      return f.err ? 'unlock_page' : 'copy';
    },
    copy(k, f) {
      f.copied = k.copy_from_user_atomic(f.pos, k.page_end(f.pos, f.end));
      return 'write_end';
    },
    // Takes in what was copied, raises i_size, unlocks the page.
    write_end(k, f) {
      const taken = k.write_end(f.pos, k.page_end(f.pos, f.end), f.copied, FSDATA);
      k.iov_iter_advance(taken);
      f.pos += taken;
      f.done += taken;
      return f.pos < f.end ? 'fault_in' : 'unlock_inode';
    },
    unlock_page(k, f) {
      k.unlock_page(k.page_index(f.pos));
      return 'unlock_inode';
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
