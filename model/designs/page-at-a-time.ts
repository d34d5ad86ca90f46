/**
 * write(2) as it has been since 2.6.24: one page at a time is looked up or allocated, locked, given
 * blocks, copied into with page faults off, and unlocked.
 */
import { design, flawed } from '../design.ts';
import type { Design } from '../design.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Delalloc, ext4Ordered, ext4Writeback } from '../filesystems/ext4.ts';
import { xfs, xfs2013 } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import { SHORT_COPY, checks, growsBeyondEof, perform_write } from './perform-write.ts';
import type { PerformOptions, WriteFrame } from './perform-write.ts';

/** generic_file_aio_write() around the loop: rows and locals. */
export function genericWrite(filesystem: Filesystem, options: PerformOptions) {
  return {
    locals: { copied: 'cells', done: 'cells', err: 'errno' } as const,
    rows: {
      // mutex_lock(&inode->i_mutex).
      lock_inode(k: Kernel, f: WriteFrame) {
        k.inode_lock();
        return growsBeyondEof(filesystem, k, f) ? ('zero_eof' as const) : ('fault_in' as const);
      },
      ...checks<WriteFrame, 'fault_in' | 'unlock_inode'>(filesystem, 'fault_in', 'unlock_inode'),
      ...perform_write<WriteFrame, 'unlock_inode'>(filesystem, () => 'unlock_inode', options),
      unlock_inode(k: Kernel) {
        k.inode_unlock();
        return 'ret' as const;
      },
      ret(k: Kernel, f: WriteFrame) {
        k.returns(f.done, f.err);
        return 'done' as const;
      },
    },
  };
}

function pageAtATime(name: string, fs: Filesystem): Design {
  return flawed(
    (filesystem, mended) =>
      design({
        name,
        about: `one page locked at a time; the filesystem ${filesystem.about}`,
        source: 'generic_perform_write(), mm/filemap.c of 3.10',
        filesystem,
        ...genericWrite(filesystem, { signals: true, by_block: mended(SHORT_COPY.name) }),
      }),
    fs,
    [SHORT_COPY],
  );
}

export const pageAtATimeDesigns: readonly Design[] = [
  pageAtATime('page-at-a-time', ext4Ordered),
  pageAtATime('page-at-a-time/unordered', ext4Writeback),
  pageAtATime('page-at-a-time/ext4-delalloc', ext4Delalloc),
  pageAtATime('page-at-a-time/xfs-2013', xfs2013),
  pageAtATime('page-at-a-time/delalloc', xfs),
];
