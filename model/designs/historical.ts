/**
 * Bugs that kernels had, by the numbers of a catalogue: each a sound design with that mistake in
 * it, and the promise that catches it; or why the model has no place for it.
 */
import { delayExtent } from '../extents.ts';
import { ext4Delalloc } from '../filesystems/ext4.ts';
import { punchDelalloc, xfs, xfs2013 } from '../filesystems/xfs.ts';
import type { Kernel } from '../kernel.ts';
import { iomapDesigns } from './iomap.ts';
import { MUTANTS, made, mutant, mutantFs } from './mutants.ts';
import type { Mutant } from './mutants.ts';

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
const iomap = iomapDesigns[0]!;

/** What has to be added to the model first. */
const MMAP = 'needs stores through a mapping';
const TRUNCATE = 'needs truncate, or holes punched';
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
  outside('M02', '198dd8aedee6', 'a failed write punches without invalidate_lock', MMAP),
  outside(
    'M03',
    'f43dc4dc3eff; generic/346',
    'a failed write drops what a store has dirtied',
    MMAP,
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
  outside(
    'M08',
    'iomap_write_delalloc_release()',
    'the punch is not limited to EOF',
    'iomap_punch_unused() is one command: what it leaves out cannot be left out by a row',
  ),
  outside(
    'M09',
    'iomap_write_delalloc_ifs_punch()',
    'one dirty block keeps the delayed allocations of the whole page',
    'iomap_punch_unused() is one command: what it leaves out cannot be left out by a row',
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
  outside('M14', '40214d128e07; generic/464', 'writeback goes by a mapping that is gone', TRUNCATE),
  outside('M15', '5c665e5b5af6; xfs/558', 'two look-ups of forks without one lock', COW),
  outside('M16', 'd2b3964a0780', 'a delayed extent is converted after it has moved', COW),
  outside('M17', '5ca5916b6bc9; xfs/542', 'a failed write leaves a delayed allocation', COW),
  outside(
    'M19',
    'b43d17f319f2, 6b523df4fb5a',
    'PG_writeback is cleared before the blocks are converted',
    'an I/O is known by the page that is under writeback',
  ),
  outside('M20', '3889fd57ea3c', 'a conversion comes after truncate', TRUNCATE),
  outside(
    'M21',
    '869ae85dae64',
    'truncate does not zero the tail of a dirty unwritten block',
    TRUNCATE,
  ),
  outside('M23', '2ebff7bbd785; generic/029', 'the page of the old EOF stays writable', MMAP),
  outside('M25', 'c5c810b94cfd', 'zero_range goes by the mapping, and not by the cache', TRUNCATE),
  outside(
    'M26',
    '08291429cfa6',
    'the user buffer is faulted in under the page lock',
    'no row can: it is refused as an error of the design',
  ),
  outside(
    'M27',
    '6814d7a91289; generic/248, generic/647',
    'only the first segment of the user buffer is faulted in',
    'the user buffer is one segment; a fault under a lock is refused',
  ),
  outside(
    'M29',
    '00a3d660cbac',
    'short copies become common',
    'is a fault here, copy-short, not a bug',
  ),
  caught(
    'M31',
    '54566b2c1594',
    'write_begin allocates with __GFP_FS, and reclaim enters the filesystem again',
    () => known('reclaim-enters-the-filesystem'),
  ),
  outside(
    'M32',
    'cf108bca465d, bdf96838aea6, 47564bfb95bf',
    'a page lock is held while a handle is started, and the commit wants the page lock',
    'the commit here takes no page locks: it waits for writeback',
  ),
  outside('M33', 'aa99f3c2b9c7', 'a page is filled from a mapping that is being punched', TRUNCATE),
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
  outside(
    'M38',
    '7132de744ba7',
    'an error path gives back quota that was not charged',
    'needs quota',
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
  outside('M41', '8b284dc47291, 2d033eaa0073', 'a copy is written, and the page is free', TRUNCATE),
  outside(
    'M42',
    '32ebffd3bbb4',
    'a flush comes before the locks, and then pages are dropped',
    TRUNCATE,
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
];
