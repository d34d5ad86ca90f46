/**
 * write(2) as it has been since 2.6.24: one page at a time is looked up or allocated, locked, given
 * blocks, copied into with page faults off, and unlocked.
 */
import { design } from '../design.ts';
import type { Design } from '../design.ts';
import { DELALLOC_FS, ORDERED, UNORDERED } from '../filesystem.ts';
import type { Filesystem } from '../filesystem.ts';
import { BEGIN_AFTER, perform_write } from './perform-write.ts';
import type { WriteFrame } from './perform-write.ts';

function pageAtATime(name: string, filesystem: Filesystem): Design {
  return design({
    name,
    about: `one page locked at a time; the filesystem ${filesystem.about}`,
    source: 'generic_perform_write(), mm/filemap.c of 3.10',
    filesystem,
    locals: { copied: 'cells', done: 'cells', err: 'errno' },
    rows: {
      // generic_file_aio_write(): mutex_lock(&inode->i_mutex).
      lock_inode(k) {
        k.inode_lock();
        return 'fault_in';
      },
      ...perform_write<WriteFrame, 'unlock_inode'>(filesystem, () => 'unlock_inode', {
        signals: true,
      }),
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      ret(k, f) {
        k.returns(f.done, f.err);
        return 'done';
      },
    },
    after: BEGIN_AFTER,
  });
}

export const pageAtATimeDesigns: readonly Design[] = [
  pageAtATime('page-at-a-time', ORDERED),
  pageAtATime('page-at-a-time/unordered', UNORDERED),
  pageAtATime('page-at-a-time/delalloc', DELALLOC_FS),
];
