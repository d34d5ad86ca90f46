/**
 * write(2) as it has been since 2.6.24: one page at a time is looked up or allocated, locked, given
 * blocks, copied into with page faults off, and unlocked. The loop is that of one kernel, and the
 * filesystem that of the same kernel, or of one that a name says.
 */
import { design, flawed } from '../design.ts';
import type { Design } from '../design.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext3Ordered, ext3Writeback } from '../filesystems/ext3-2.6.37.ts';
import {
  ext4Of618,
  ext4Of618Nodelalloc,
  ext4Of618Nonda,
  ext4Of618Writeback,
} from '../filesystems/ext4-6.18.ts';
import { ext4Delalloc, ext4Ordered, ext4Writeback } from '../filesystems/ext4.ts';
import { xfs, xfs2013 } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import {
  LOOPS,
  SHORT_COPY,
  WRITE_LOCALS,
  checks,
  zeroesFirst,
  pageLabel,
  perform_write,
} from './perform-write.ts';
import type { Loop, PerformOptions, WriteFrame } from './perform-write.ts';

/** generic_file_aio_write() around the loop: rows and locals. */
export function genericWrite(filesystem: Filesystem, options: PerformOptions) {
  const first = pageLabel(options.loop, filesystem);
  return {
    locals: WRITE_LOCALS,
    rows: {
      // mutex_lock(&inode->i_mutex).
      lock_inode(k: Kernel, f: WriteFrame) {
        k.inode_lock();
        return zeroesFirst(filesystem, k, f) ?? first;
      },
      ...checks<WriteFrame, typeof first | 'unlock_inode'>(filesystem, first, 'unlock_inode'),
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

function pageAtATime(name: string, fs: Filesystem, loop: Loop = LOOPS['3.10']): Design {
  return flawed(
    (filesystem, mended) =>
      design({
        name,
        about: `one page locked at a time; the filesystem ${filesystem.about}`,
        source: `${loop.source}; ${filesystem.source}`,
        filesystem,
        ...genericWrite(filesystem, { loop, by_block: mended(SHORT_COPY.name) }),
      }),
    fs,
    [SHORT_COPY],
  );
}

/** Where a name says no year it is 3.10. `delalloc`: the XFS of today below that loop. */
export const pageAtATimeDesigns: readonly Design[] = [
  pageAtATime('page-at-a-time', ext4Ordered),
  pageAtATime('page-at-a-time/unordered', ext4Writeback),
  pageAtATime('page-at-a-time/ext4-delalloc', ext4Delalloc),
  pageAtATime('page-at-a-time/xfs-2013', xfs2013),
  pageAtATime('page-at-a-time/delalloc', xfs),
];

/** Of other years. */
export const pageAtATimeByYear: readonly Design[] = [
  pageAtATime('page-at-a-time/2.6.37-ext3', ext3Ordered, LOOPS['2.6.37']),
  pageAtATime('page-at-a-time/2.6.37-ext3-writeback', ext3Writeback, LOOPS['2.6.37']),
  pageAtATime('page-at-a-time/6.18-ext4', ext4Of618, LOOPS['6.18']),
  pageAtATime('page-at-a-time/6.18-ext4-nonda', ext4Of618Nonda, LOOPS['6.18']),
  pageAtATime('page-at-a-time/6.18-ext4-nodelalloc', ext4Of618Nodelalloc, LOOPS['6.18']),
  pageAtATime('page-at-a-time/6.18-ext4-writeback', ext4Of618Writeback, LOOPS['6.18']),
];
