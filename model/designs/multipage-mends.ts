/**
 * What is wrong with multipage_write_segment() as posted, and the rows that would be right. A row
 * that several mends change is written for all of them: `mended` says which are in.
 */
import type { Flaw, Mended } from '../design.ts';
import { ENOSPC, ERANGE } from '../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Kernel } from '../kernel.ts';
import type { Segment } from './multipage-rfc.ts';
import { SHORT_COPY } from './perform-write.ts';

const flaw = (name: string, line: number, says: string, source = ''): Flaw => ({
  name,
  says,
  source: `mm/filemap.c:${line} as patched${source}`,
});

export const FLAWS: readonly Flaw[] = [
  flaw(
    'unreserve-only-on-failure',
    2425,
    'UNRESERVE is reached by goto out_failed_write alone: a READ that was used is never ended',
  ),
  flaw(
    'length-is-not-clamped',
    2368,
    '`length` is not trimmed to the mapping that READ has returned, and so RESERVE takes too much',
  ),
  flaw(
    'actor-ignores-length',
    2325,
    'the actor goes on to the end of the iterator: `length` is not looked at',
  ),
  flaw(
    'erange-becomes-zero',
    2403,
    'write_begin refuses a page outside of the iomap, and -ERANGE becomes 0',
  ),
  flaw(
    'allocates-after-the-copy',
    2408,
    'the reservation leaves no trace in the extent map; ALLOCATE is after the copy, and may fail',
    '; iomap notes a delayed allocation, writeback allocates, and what is left goes back under ' +
      'invalidate_lock (198dd8aedee6)',
  ),
  flaw(
    'mapping-is-not-revalidated',
    2358,
    'write_begin believes what READ has sampled before the page was locked',
    '; mended in iomap by d7b64041164c (2022)',
  ),
  flaw('reserves-all-or-nothing', 2379, 'RESERVE fails as a whole where there is space for a part'),
  SHORT_COPY,
];

/** What the mends ask of the filesystem. */
export function mendedFs(fs: Filesystem, mended: Mended): Filesystem {
  const notes_changes = mended('mapping-is-not-revalidated');
  const delays = mended('allocates-after-the-copy');
  if (fs.patch === undefined || (!notes_changes && !delays)) return fs;
  const invalidate_lock = delays || fs.invalidate_lock === true;
  return { ...fs, notes_changes, invalidate_lock, patch: { ...fs.patch, delays } };
}

/** Where the segment ends: no further than was mapped and reserved for it. */
export const segmentEnd =
  (mended: Mended) =>
  (f: Segment): number =>
    mended('actor-ignores-length') ? f.start + f.length : f.end;

/** The rows of multipage-rfc.ts that a mend changes. */
export function mendedRows(mended: Mended, out: (f: Segment) => 'map' | 'unlock_inode') {
  const ends = mended('unreserve-only-on-failure');
  const delays = mended('allocates-after-the-copy');
  const unreserve = delays ? 'lock_invalidate' : 'unreserve';
  const end = (f: Segment) => (ends ? unreserve : out(f));
  return {
    ...(mended('length-is-not-clamped') || ends
      ? {
          // ->iomap(READ); length = iomap.offset + iomap.length - pos at most.
          map(k: Kernel, f: Segment) {
            const length = Math.min(f.end - f.pos, k.segment_size());
            f.err = k.iomap_read(f.pos, length);
            if (f.err) return out(f);
            const mapped = k.iomap_end() - f.pos;
            f.start = f.pos;
            f.length = mended('length-is-not-clamped') ? Math.min(length, mapped) : length;
            f.need_alloc = k.iomap_needs_allocation() ? 1 : 0;
            return f.need_alloc ? 'reserve' : 'fault_in';
          },
        }
      : {}),
    ...(mended('reserves-all-or-nothing') || ends
      ? {
          // ->iomap(RESERVE); where there is not so much, for one block.
          reserve(k: Kernel, f: Segment) {
            const one = k.block_end(f.pos) - f.pos;
            f.err = k.iomap_reserve(f.pos, f.length);
            if (!f.err) return 'fault_in';
            if (mended('reserves-all-or-nothing') && f.err === ENOSPC && f.length > one) {
              f.length = one;
              return 'reserve';
            }
            return end(f);
          },
        }
      : {}),
    ...(delays || ends
      ? {
          // ->iomap(ALLOCATE) for what was copied.
          allocate(k: Kernel, f: Segment) {
            f.err = k.iomap_allocate(f.start, f.done);
            if (!f.err) return end(f);
            f.done = 0;
            return unreserve;
          },
          // The end of the mapping: what is left of the reservation goes back.
          unreserve(k: Kernel, f: Segment) {
            k.iomap_unreserve(f.start, f.done);
            return delays ? 'unlock_invalidate' : out(f);
          },
        }
      : {}),
    ...(delays
      ? {
          // Until it has gone back no page fault may find it: invalidate_lock.
          lock_invalidate(k: Kernel) {
            k.invalidate_lock();
            return 'unreserve';
          },
          unlock_invalidate(k: Kernel, f: Segment) {
            k.invalidate_unlock();
            return out(f);
          },
        }
      : {}),
    ...(mended('mapping-is-not-revalidated')
      ? {
          // iomap_valid(). PG_locked.
          revalidate(k: Kernel) {
            return k.iomap_valid() ? 'prepare' : 'unlock_stale';
          },
          unlock_stale(k: Kernel, f: Segment) {
            k.unlock_page(k.page_index(f.pos));
            if (delays) return 'lock_stale';
            return f.done > 0 && f.need_alloc ? 'allocate' : 'end_stale';
          },
          // The mapping is at its end; the rest is mapped anew.
          end_stale(k: Kernel, f: Segment) {
            k.iomap_unreserve(f.start, f.done);
            return delays ? 'release_stale' : mapAnew(f);
          },
          ...(delays
            ? {
                lock_stale(k: Kernel) {
                  k.invalidate_lock();
                  return 'end_stale';
                },
                release_stale(k: Kernel, f: Segment) {
                  k.invalidate_unlock();
                  return mapAnew(f);
                },
              }
            : {}),
        }
      : {}),
  };
}

function mapAnew(f: Segment): 'map' {
  f.written += f.done;
  f.need_alloc = f.start = f.length = f.done = 0;
  return 'map';
}

/** After the actor, with mends: as `copied_in` of multipage-rfc.ts. */
export function mendedAfterActor(
  mended: Mended,
  f: Segment,
  out: (f: Segment) => 'map' | 'unlock_inode',
) {
  if (f.err === ERANGE && (f.done > 0 || !mended('erange-becomes-zero'))) f.err = 0;
  if (f.done > 0 && f.need_alloc && !mended('allocates-after-the-copy')) return 'allocate';
  const unreserve = mended('allocates-after-the-copy') ? 'lock_invalidate' : 'unreserve';
  if (mended('unreserve-only-on-failure')) return unreserve;
  return f.done === 0 && f.need_alloc ? unreserve : out(f);
}
