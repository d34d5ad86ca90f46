/**
 * Bugs that kernels had, by the numbers of a catalogue: each a sound design with that mistake in
 * it, and the promise that catches it; or why the model has no place for it.
 */
import type { AnyRows } from '../../machine/rows.ts';
import { MAPPED, delayExtent, extentType } from '../extents.ts';
import type { FsKernel } from '../filesystem.ts';
import { ext4Delalloc, ext4Ordered } from '../filesystems/ext4.ts';
import { punchDelalloc, xfs, xfs2013 } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import { iomapDesigns } from './iomap.ts';
import { unreserve } from '../space.ts';
import { rowsOfStore } from '../store.ts';
import type { Call } from '../system.ts';
import { multipage } from './multipage.ts';
import { MUTANTS, made, mutant, mutantFs, truncate } from './mutants.ts';
import type { Changed, Mutant } from './mutants.ts';
import { pageAtATimeDesigns } from './page-at-a-time.ts';

export interface Bug {
  readonly id: string;
  /** The commit that mended it, or the test that shows it. */
  readonly source: string;
  /** The mistake, in a sentence. */
  readonly says: string;
  readonly mutant?: Mutant;
  /** A listed design has it, as posted or as shipped. */
  readonly design?: string;
  /** Why neither. */
  readonly outside?: string;
}

const grown = { i_size: 0, blocks: '' };
const store = (pos: number, count = 1): Call => ({ call: 'store', pos, count });
const ordered = pageAtATimeDesigns.find(({ filesystem }) => filesystem === ext4Ordered)!;
const isMapped = (k: FsKernel, fb: number): boolean => extentType(k, fb) === MAPPED;

/** iomap_write_delalloc_scan(), as earlier kernels had it. */
const scanned = (
  k: Kernel,
  f: Parameters<Changed>[1],
  scan: Parameters<Kernel['iomap_delalloc_scan']>[3],
): string => {
  const end = k.iomap_end();
  f.at = k.iomap_delalloc_scan(f.at, f.scanned, end, scan);
  f.scanned = k.page_end(f.scanned, end);
  const stop = scan === 'beyond-eof-too' ? end : k.i_size_read();
  return f.scanned < end && f.scanned < stop ? 'scan' : 'punch';
};

/** finish_fault() of XFS allocates a page table, with the page locked. */
function pteAllocatedUnderPageLock(): AnyRows<Kernel> {
  const rows = rowsOfStore(xfs, new Set());
  return {
    ...rows,
    mkwrite(k, f: Parameters<typeof rows.mkwrite>[1]) {
      const label = rows.mkwrite(k, f);
      return label === 'finish' ? 'pte_alloc' : label;
    },
    // pte_alloc_one(), charged to a memory cgroup.
    pte_alloc(k) {
      k.alloc_page('GFP_KERNEL');
      return 'finish';
    },
  };
}

const iomap = iomapDesigns[0]!;

/** What has to be added to the model first. */
const COW = 'needs a fork of the extent map for copy-on-write';

const known = (name: string): Mutant =>
  MUTANTS.find(({ design }) => design.name === `mutant/${name}`)!;

const caught = (id: string, source: string, says: string, make: () => Mutant): Bug => ({
  id,
  source,
  says,
  mutant: make(),
});
const outside = (id: string, source: string, says: string, why: string): Bug => ({
  id,
  source,
  says,
  outside: why,
});

export const HISTORICAL: readonly Bug[] = [
  caught(
    'M01',
    'd7b64041164c, 304a68b9c63b; xfs/559',
    'write_begin does not look again, under the page lock, whether the mapping is still true',
    () =>
      mutant({
        name: 'M01',
        about: 'the answer of iomap_valid() is not looked at',
        kills: 'no-lost-write',
        on: iomap,
        file: { i_size: 4, blocks: 'uu' },
        count: 1,
        row: 'valid',
        change(k) {
          k.iomap_valid();
          return 'prepare';
        },
      }),
  ),
  caught('M02', '198dd8aedee6', 'a failed write punches without invalidate_lock', () =>
    made(
      {
        name: 'M02',
        about: 'pages go, and then what was reserved; a page fault comes between',
        kills: 'dirty-has-somewhere-to-go',
        on: iomap,
        file: { i_size: 4, blocks: '' },
        faults: ['fault-in-efault'],
        others: ['writeback', 'ioend'],
        beside: [store(0)],
      },
      {
        filesystem: { ...iomap.filesystem, failed_write: punchDelalloc },
        rows: {
          ...iomap.rows,
          lock_invalidate(k: Kernel, f: { at: number }) {
            return k.truncate_pagecache_range(f.at, k.iomap_end()) ? 'lock_invalidate' : 'punch';
          },
          punch(k: Kernel, f: { at: number }) {
            k.truncate_failed_blocks(f.at, k.iomap_end());
            return 'end';
          },
        },
      },
    ),
  ),
  caught('M03', 'f43dc4dc3eff; generic/346', 'a failed write drops what a store has dirtied', () =>
    made(
      {
        name: 'M03',
        about: 'pages that were not written go, with what others have stored to them',
        kills: 'no-lost-write',
        on: iomap,
        file: { i_size: 4, blocks: '' },
        faults: ['fault-in-efault'],
        others: [],
        beside: [store(2)],
      },
      {
        rows: {
          ...iomap.rows,
          lock_invalidate(k: Kernel) {
            k.invalidate_lock();
            return 'drop';
          },
          drop(k: Kernel, f: { at: number }) {
            return k.truncate_pagecache_range(f.at, k.iomap_end()) ? 'drop' : 'punch';
          },
        },
      },
    ),
  ),
  caught(
    'M04',
    'f65e6fad293b; LTP write03',
    'a write that fails punches delayed allocations that it has not made',
    () =>
      made(
        {
          name: 'M04',
          about: 'what was mapped goes, whoever has reserved it',
          kills: 'dirty-has-somewhere-to-go',
          on: iomap,
          file: { i_size: 4, blocks: 'dd' },
          faults: ['fault-in-efault'],
        },
        {
          filesystem: { ...iomap.filesystem, failed_write: punchDelalloc },
          rows: {
            ...iomap.rows,
            end(k: Kernel, f: { err: number }) {
              k.iomap_end_mapping();
              return f.err ? 'punch_all' : 'unlock_inode';
            },
            punch_all(k: Kernel, f: { pos: number; end: number }) {
              k.truncate_failed_blocks(f.pos, f.end);
              return 'unlock_inode';
            },
          },
        },
      ),
  ),
  outside(
    'M06',
    '72ab70a19b4e',
    'a failed write truncates to i_size, and not to where it has failed',
    'what was written is below i_size here as soon as its page is unlocked',
  ),
  caught('M08', 'iomap_write_delalloc_release()', 'the punch is not limited to EOF', () =>
    made(
      {
        name: 'M08',
        about: 'a dirty block beyond EOF keeps its delayed allocation, which nobody writes',
        kills: 'nothing-is-left-beyond-eof',
        on: iomap,
        file: { i_size: 2, blocks: 'M' },
        page_blocks: 2,
        faults: ['fault-in-efault'],
        pos: 2,
        count: 2,
        beside: [store(1, 2)],
      },
      {
        rows: {
          ...iomap.rows,
          lock_invalidate(k: Kernel, f: { at: number; scanned: number }) {
            k.invalidate_lock();
            f.scanned = f.at;
            return 'scan';
          },
          scan: (k: Kernel, f: Parameters<Changed>[1]) => scanned(k, f, 'beyond-eof-too'),
        },
      },
    ),
  ),
  caught(
    'M09',
    'iomap_write_delalloc_ifs_punch()',
    'one dirty block keeps the delayed allocations of the whole page',
    () =>
      mutant({
        name: 'M09',
        about: 'what was reserved for a page stays, if anything of the page is dirty',
        kills: 'no-leaked-reservations',
        on: iomap,
        file: { i_size: 4, blocks: 'M' },
        page_blocks: 2,
        faults: ['fault-in-efault'],
        followed_by: [{ pos: 2, count: 2 }],
        count: 1,
        row: 'scan',
        change: (k, f) => scanned(k, f, 'by-page'),
      }),
  ),
  caught(
    'M10',
    'a5949d3faedf; generic/042',
    'writeback makes written blocks of a whole delayed extent, of which a part is written',
    () =>
      mutantFs({
        name: 'M10',
        about: 'a delayed extent becomes written blocks',
        kills: 'no-stale-data-after-crash',
        on: xfs,
        file: grown,
        hook: { map_for_writeback: (k, fb) => xfs2013.map_for_writeback(k, fb) },
      }),
  ),
  caught(
    'M11',
    'ba87ea699ebd; generic/043 to 049',
    'the size on disk is logged when write() returns, before the data is written',
    () => known('sized-before-it-is-written'),
  ),
  caught('M14', '40214d128e07; generic/464', 'writeback goes by a mapping that is gone', () =>
    mutantFs({
      name: 'M14',
      about: 'a mapping is kept from page to page, and not asked for again',
      kills: 'io-goes-to-its-block',
      on: xfs,
      file: { i_size: 4, blocks: 'MM' },
      followed_by: [truncate(2), { pos: 2, count: 2 }],
      hook: { caches_mapping: true },
    }),
  ),
  outside('M15', '5c665e5b5af6; xfs/558', 'two look-ups of forks without one lock', COW),
  outside('M16', 'd2b3964a0780', 'a delayed extent is converted after it has moved', COW),
  outside('M17', '5ca5916b6bc9; xfs/542', 'a failed write leaves a delayed allocation', COW),
  caught(
    'M19',
    'b43d17f319f2, 6b523df4fb5a',
    'PG_writeback is cleared before the blocks are converted',
    () =>
      made(
        {
          name: 'M19',
          about: 'writeback of a page ends first, and its unwritten blocks are converted then',
          kills: 'no-lost-write',
          on: xfs,
          file: grown,
        },
        {
          others: {
            'ioend.bio': (k: Kernel, f: { io: number }) => {
              f.io = k.bio_endio();
              return 'end';
            },
            'ioend.end': (k: Kernel, f: { io: number }) => {
              k.end_page_writeback(f.io);
              return 'convert';
            },
            'ioend.convert': (k: Kernel, f: { io: number }) => {
              k.convert_unwritten(f.io);
              return 'set_size';
            },
            'ioend.set_size': (k: Kernel, f: { io: number }) => {
              k.set_disk_size(f.io);
              f.io = 0;
              return 'bio';
            },
          },
        },
      ),
  ),
  caught('M20', '3889fd57ea3c', 'a conversion comes after truncate', () =>
    known('truncate-does-not-wait'),
  ),
  outside(
    'M21',
    '869ae85dae64',
    'truncate does not zero the tail of a dirty unwritten block',
    'what lies behind EOF on disk is not looked at until the file grows, and it is zeroed then',
  ),
  caught('M23', '2ebff7bbd785; generic/029', 'the page of the old EOF stays writable', () =>
    mutantFs({
      name: 'M23',
      about: 'a store into what the file has become longer by does not fault, and gets no block',
      kills: 'dirty-has-somewhere-to-go',
      on: ordered.mended!(new Set(ordered.flaws.map(({ name }) => name))),
      file: { i_size: 1, blocks: 'M' },
      page_blocks: 2,
      count: 1,
      followed_by: [store(0), truncate(4), store(2)],
      hook: { keeps_eof_page_writable: true },
    }),
  ),
  caught('M25', 'c5c810b94cfd', 'zero_range goes by the mapping, and not by the cache', () =>
    made(
      {
        name: 'M25',
        about: 'dirty data over a block that is not mapped yet is not zeroed',
        kills: 'removed-data-stays-gone',
        on: xfs,
        file: grown,
        followed_by: [{ call: 'zero_range', pos: 1, count: 1 }],
      },
      {
        filesystem: { ...xfs, zeroes: isMapped },
        others: {
          'zero_range.lock_invalidate': (k: Kernel) => {
            k.invalidate_lock();
            return 'drop';
          },
        },
      },
    ),
  ),
  caught('M26', '08291429cfa6', 'the user buffer is faulted in under the page lock', () =>
    mutant({
      name: 'M26',
      about: 'the copy may fault, and the buffer is a mapping of the page that is locked',
      kills: 'no-deadlock',
      on: xfs,
      file: { i_size: 4, blocks: 'MM' },
      count: 2,
      buffer: 0,
      row: 'copy',
      change(k, f) {
        f.copied = k.copy_from_user(f.pos, k.page_end(f.pos, f.end));
        return 'write_end';
      },
    }),
  ),
  caught(
    'M27',
    '6814d7a91289; generic/248, generic/647',
    'a lock of the filesystem is held while the user buffer is faulted in',
    () =>
      mutantFs({
        name: 'M27',
        about: 'READ keeps its lock, and the buffer is a mapping of that very file',
        kills: 'no-deadlock',
        on: multipage,
        file: { i_size: 4, blocks: 'MM' },
        count: 2,
        buffer: 0,
        hook: { patch: { ...multipage.filesystem.patch!, read_locks: true } },
      }),
  ),
  caught('M29', '00a3d660cbac', 'short copies become common, and show who takes them in', () =>
    known('short-copy-accepted'),
  ),
  caught(
    'M31',
    '54566b2c1594',
    'write_begin allocates with __GFP_FS, and reclaim enters the filesystem again',
    () => known('reclaim-enters-the-filesystem'),
  ),
  caught(
    'M32',
    'cf108bca465d, bdf96838aea6, 47564bfb95bf',
    'a handle is started under a page lock, and the commit waits for that page',
    () =>
      made(
        {
          name: 'M32',
          about: 'write_begin locks the page first, and starts its handle then',
          kills: 'no-deadlock',
          on: ext4Ordered,
          file: grown,
          count: 1,
          followed_by: [{ pos: 0, count: 1 }],
        },
        {
          rows: {
            ...ordered.rows,
            fault_in(k: Kernel, f: { err: number }) {
              f.err = k.fault_in_readable();
              return 'grab_page';
            },
            grab_page(k: Kernel, f: { pos: number }) {
              k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS');
              return 'journal_start';
            },
            journal_start(k: Kernel) {
              k.journal_start();
              return 'get_block';
            },
          },
        },
      ),
  ),
  caught('M33', 'aa99f3c2b9c7', 'a page is filled from a mapping that is being punched', () =>
    mutantFs({
      name: 'M33',
      about: 'pages may come back before their blocks have gone',
      kills: 'removed-data-stays-gone',
      on: xfs,
      file: { i_size: 4, blocks: 'MM' },
      count: 1,
      followed_by: [{ call: 'punch_hole', pos: 2, count: 2 }],
      hook: { invalidate_lock: false },
    }),
  ),
  outside(
    'M35',
    '9b91b6b019fd, 7c77f0b3f920',
    'pipe and inode locks in two orders',
    'needs splice',
  ),
  caught(
    'M36',
    '632eaeab1feb',
    'write_end raises the size on disk while the block is still a delayed allocation',
    () =>
      mutantFs({
        name: 'M36',
        about: 'i_disksize is raised in write_end',
        kills: 'durable-data-survives',
        on: ext4Delalloc,
        file: grown,
        hook: { logs_size_at_write_end: true },
      }),
  ),
  caught(
    'M37',
    'd2dc317d564a',
    'a written extent is taken for a delayed one, and what the write leaves is zeroed',
    () =>
      mutantFs({
        name: 'M37',
        about: 'whatever is not uptodate is taken for new',
        kills: 'no-lost-write',
        on: ext4Delalloc,
        file: { i_size: 4, blocks: 'MM' },
        count: 1,
        hook: { reads_as_zero: () => true },
      }),
  ),
  caught(
    'M38',
    '7132de744ba7',
    'an error path gives back what was not charged; there quota, here space',
    () =>
      mutantFs({
        name: 'M38',
        about: 'where there is no space one block more is given back than was taken',
        kills: 'no-leaked-reservations',
        on: xfs,
        file: grown,
        blocks: 1,
        hook: {
          get_block(k, fb) {
            if (delayExtent(k, fb)) return true;
            unreserve(k, 1);
            return false;
          },
        },
      }),
  ),
  caught(
    'M39',
    'd62113303d69; xfs/553, xfs/607',
    'what a delayed allocation needs is counted twice',
    () =>
      mutantFs({
        name: 'M39',
        about: 'a block is reserved only where two are free',
        kills: 'enospc-is-true',
        on: xfs,
        file: grown,
        blocks: 1,
        hook: { get_block: (k, fb) => k.s.free > 1 && delayExtent(k, fb) },
      }),
  ),
  outside(
    'M41',
    '8b284dc47291, 2d033eaa0073',
    'a copy is written, and the page is free',
    'writeback here writes from the page',
  ),
  outside(
    'M42',
    '32ebffd3bbb4',
    'a flush comes before the locks, and then pages are dropped',
    'needs ranges to be collapsed',
  ),
  outside(
    'M43',
    '"iomap: clear the per-folio dirty bits on all writeback failures"',
    'a failed writeback leaves blocks dirty in a clean page',
    'a page is dirty here if a block of it is',
  ),
  {
    id: 'M44',
    source: 'vendor kernels; the mail',
    says: 'nested page locks, and a commit of what never came',
    design: 'recvfile',
  },
  caught('M45', '2008, "pan hanging"', 'a retry that never makes progress', () =>
    known('retries-without-faulting-in'),
  ),
  caught(
    'M46',
    'ecf5fc6e9654; since c3b94f44fcb0 (3.6)',
    'reclaim under GFP_NOFS waits for writeback: for a page in the bio of him who reclaims',
    () =>
      mutantFs({
        name: 'M46',
        about:
          'who writes allocates with a bio held back, as ext4 since 3.11; as the caller of ' +
          'ext4_alloc_da_blocks() he is in a memory cgroup, whose reclaim waits for writeback',
        kills: 'no-deadlock',
        on: xfs,
        file: { i_size: 4, blocks: 'MM' },
        faults: ['direct-reclaim'],
        others: ['writeback', 'ioend'],
        bio_pages: 2,
        hook: { reclaim: { ...xfs.reclaim, waits: 'GFP_NOFS', allocates_in_bio: true } },
      }),
  ),
  caught(
    'M47',
    '63f3655f9501; again e4dc3489143f',
    'a page fault allocates a page table under the page lock, for which writeback waits',
    () =>
      made(
        {
          name: 'M47',
          about: 'reclaim waits for a page in the bio of who waits for the page of the fault',
          kills: 'no-deadlock',
          on: xfs,
          file: { i_size: 4, blocks: 'MM' },
          faults: ['direct-reclaim'],
          others: ['writeback', 'ioend'],
          beside: [store(2)],
          bio_pages: 2,
        },
        { tables: { store: pteAllocatedUnderPageLock() } },
      ),
  ),
];
