/**
 * multipage_write_segment() as posted: READ the mapping, RESERVE over a hole, copy with the old
 * page-at-a-time loop as the actor, ALLOCATE what was copied; UNRESERVE on failure. With the
 * dispatch of generic_file_buffered_write() to the old path where there is no ->iomap.
 */
import { design, flawed } from '../design.ts';
import type { Design, Frame, Mended } from '../design.ts';
import { ERANGE } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { ext4Ordered } from '../filesystems/ext4.ts';
import { multipageFs } from '../filesystems/multipage.ts';
import type { Kernel } from '../kernel.ts';
import { FSDATA, FSDATA_ADDRESS } from '../write-begin.ts';
import { FLAWS, mendedAfterActor, mendedFs, mendedRows, segmentEnd } from './multipage-mends.ts';
import { genericWrite } from './page-at-a-time.ts';
import {
  LOOPS,
  SHORT_COPY,
  WRITE_LOCALS,
  checks,
  zeroesFirst,
  perform_write,
} from './perform-write.ts';
import type { WriteFrame } from './perform-write.ts';

const SOURCE = 'multipage_write_segment(), mm/filemap.c:2341 as patched, mail of 24 Jul 2013';

export type Segment = Frame<{
  written: 'cells';
  start: 'cells';
  length: 'cells';
  need_alloc: 'flag';
}> &
  WriteFrame;

/** min_t(ssize_t, length, 1024 * PAGE_SIZE) */
const segment = (k: Kernel, f: Segment) => Math.min(f.end - f.pos, k.segment_size());

/**
 * `status` of the segment, as generic_perform_multipage_write() takes it: f.done, or f.err, or 0.
 */
function out(f: Segment): 'map' | 'unlock_inode' {
  const status = f.done;
  f.need_alloc = f.start = f.length = f.done = 0;
  if (status === 0) return 'unlock_inode';
  f.err = 0;
  f.written += status;
  return f.pos < f.end ? 'map' : 'unlock_inode';
}

/** After the actor: what the lines from `if (status == -ERANGE)` to the allocation decide. */
function copied_in(f: Segment): 'allocate' | 'unreserve' | 'map' | 'unlock_inode' {
  if (f.err === ERANGE) f.err = 0;
  if (f.done > 0 && f.need_alloc) return 'allocate';
  return f.done === 0 && f.need_alloc ? 'unreserve' : out(f);
}

type Exit = ReturnType<typeof copied_in> | 'lock_invalidate' | 'revalidate';

/**
 * As posted; with mends, those rows of it that a mend changes are replaced (multipage-mends.ts).
 */
export function multipageDesign(name: string, filesystem: Filesystem, mended: Mended): Design {
  const mends = FLAWS.some((flaw) => mended(flaw.name));
  const posted = design({
    name,
    about: filesystem.about,
    source: SOURCE,
    filesystem: mendedFs(filesystem, mended),
    locals: {
      written: 'cells',
      start: 'cells',
      length: 'cells',
      need_alloc: 'flag',
      ...WRITE_LOCALS,
    },
    rows: {
      lock_inode(k, f) {
        k.inode_lock();
        return zeroesFirst(filesystem, k, f) ?? 'map';
      },
      ...checks<Segment, 'map' | 'unlock_inode'>(filesystem, 'map', 'unlock_inode'),
      // ->iomap(READ).
      map(k, f) {
        const length = segment(k, f);
        f.err = k.iomap_read(f.pos, length);
        if (f.err) return out(f);
        f.start = f.pos;
        f.length = length;
        f.need_alloc = k.iomap_needs_allocation() ? 1 : 0;
        return f.need_alloc ? 'reserve' : 'fault_in';
      },
      // ->iomap(RESERVE), for `length`, not for what was mapped.
      reserve(k, f) {
        f.err = k.iomap_reserve(f.pos, f.length);
        return f.err ? out(f) : 'fault_in';
      },
      // actor(): __generic_perform_write() on the whole iterator; `length` is not looked at.
      ...perform_write<Segment, Exit>(
        filesystem,
        (_, f) => (mends ? mendedAfterActor(mended, f, out) : copied_in(f)),
        { loop: LOOPS['2.6.37'], by_block: mended(SHORT_COPY.name) },
        {
          end: segmentEnd(mended),
          ...(mended('mapping-is-not-revalidated') ? { grabbed: 'revalidate' } : {}),
        },
      ),
      // ->iomap(ALLOCATE) for what was copied.
      allocate(k, f) {
        f.err = k.iomap_allocate(f.start, f.done);
        if (!f.err) return out(f);
        f.done = 0;
        return 'unreserve';
      },
      // out_failed_write: reached by goto alone.
      unreserve(k, f) {
        k.iomap_unreserve(f.start, 0);
        return out(f);
      },
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      ret(k, f) {
        k.returns(f.written, f.err);
        return 'done';
      },
      // Rows of the mends alone.
      revalidate: () => 'prepare',
      lock_invalidate: () => 'unreserve',
    },
  });
  const rows = { ...posted.rows, ...mendedRows(mended, out) };
  if (!mended('mapping-is-not-revalidated')) delete rows['revalidate'];
  if (!mended('allocates-after-the-copy')) delete rows['lock_invalidate'];
  if (mended('allocates-after-the-copy')) delete rows['allocate'];
  return { ...posted, rows };
}

const multipageRfc = (fs: Filesystem): Design =>
  flawed(
    (filesystem, mended) => multipageDesign(`multipage-rfc/${fs.name}`, filesystem, mended),
    fs,
    FLAWS,
  );

/**
 * The filesystem has no ->iomap: the old loop, called with the address of a pointer for its value.
 */
const legacy: Design = flawed(
  (filesystem, mended) =>
    design({
      name: 'multipage-rfc/legacy',
      about: 'the patch below a filesystem without ->iomap, which is to be as before',
      source: 'generic_perform_write(), mm/filemap.c:2462 as patched, mail of 24 Jul 2013',
      filesystem,
      // generic_file_buffered_write(): a_ops->iomap is NULL. write_begin(..., priv) and
      // write_end(..., priv) with priv = &fs_data.
      ...genericWrite(filesystem, {
        loop: LOOPS['2.6.37'],
        fsdata: mended('fsdata-by-address') ? FSDATA : FSDATA_ADDRESS,
        by_block: mended(SHORT_COPY.name),
      }),
    }),
  ext4Ordered,
  [
    {
      name: 'fsdata-by-address',
      says: 'write_end is given the address of fsdata in place of its value',
      source: 'mm/filemap.c:2464 as patched: `void *fs_data; ... &fs_data`',
    },
    SHORT_COPY,
  ],
);

const LOCKS = ['unlocked', 'locked'] as const;
const TYPES = ['unwritten', 'mapped'] as const;
const HOLES = ['redirties', 'skips', 'allocates'] as const;

export const multipageRfcDesigns: readonly Design[] = [
  ...LOCKS.flatMap((lock) =>
    TYPES.flatMap((type) =>
      HOLES.map((hole) => multipageRfc(multipageFs({ read: lock, allocate: type, hole }))),
    ),
  ),
  ...HOLES.map((hole) =>
    multipageRfc(multipageFs({ read: 'unlocked', allocate: 'unwritten', hole, accepts: true })),
  ),
  legacy,
];
