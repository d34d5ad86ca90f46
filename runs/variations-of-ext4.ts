/** What may be wrong with the loop of pages over ext4, with and without delayed allocation. */
import {
  HOLE,
  MAPPED,
  UNWRITTEN,
  allocateExtent,
  delayExtent,
  extentType,
  unmapExtent,
} from '../model/extents.ts';
import { MAPS, NO_SPACE } from '../model/filesystem.ts';
import { fileBlocksOf } from '../model/geometry.ts';
import { SIZE_AFTER_IO } from '../model/filesystems/ext4.ts';
import { reserve, unreserve } from '../model/space.ts';
import { mended, on, otherRow } from './variation.ts';
import type { Variation } from './variation.ts';

const EXT4 = ['ext4', 'ext4d'] as const;

export const OF_EXT4: readonly Variation[] = [
  {
    name: 'eof-not-zeroed',
    says: 'a write beyond EOF leaves what lies behind EOF as it is, as until 6.12',
    of: EXT4,
    vary: on(() => ({ zeroes_eof: 'never' })),
  },
  {
    name: 'eof-zeroed-first',
    says: 'what lies behind EOF is zeroed before the write, as since 7.1',
    of: EXT4,
    vary: mended('eof-tail-is-zeroed-late'),
  },
  {
    name: 'zeroes-only-what-is-there',
    says: 'a page that is zeroed behind EOF is not made for it',
    of: EXT4,
    vary: on(() => ({ makes_page_to_zero: false })),
  },
  {
    name: 'nothing-copied-is-nothing',
    says: 'write_end with nothing copied leaves the size as it is',
    of: EXT4,
    vary: mended('nothing-copied-moves-the-size'),
  },
  {
    name: 'failed-pages-stay',
    says: 'a failed write beyond EOF leaves its pages and its blocks',
    of: EXT4,
    vary: on(() => ({ keeps_short: true, failed_write: () => undefined })),
  },
  {
    name: 'blocks-not-truncated',
    says: 'after a failed write beyond EOF the pages go, and their blocks stay',
    of: EXT4,
    vary: on(() => ({ failed_write: () => undefined })),
    also: ['blocks-not-truncated'],
  },
  {
    name: 'trims-too-much',
    says: 'a failed write beyond EOF trims the block of EOF as well',
    of: EXT4,
    vary: on(() => ({
      failed_write: (k) => {
        const first = k.blockOf(k.s.inode[k.file]!.i_size);
        for (let fb = first; fb < fileBlocksOf(k.geometry); fb++) unmapExtent(k, fb);
      },
    })),
  },
  {
    name: 'tail-not-zeroed-when-trimming',
    says: 'the truncation of a failed write leaves the tail of the block of EOF as it is',
    of: EXT4,
    vary: on(() => ({ zeroes_when_trimming: false })),
  },
  {
    name: 'short-copy-trimmed',
    says: 'a short copy beyond EOF trims the delayed allocations that it was given',
    of: ['ext4d'],
    vary: mended('short-copy-is-not-trimmed'),
  },
  {
    name: 'short-copy-not-trimmed',
    says: 'a short copy beyond EOF leaves the blocks that write_begin has made',
    of: ['ext4'],
    vary: on(() => ({ keeps_short: true })),
  },
  {
    name: 'no-second-try',
    says: 'a write that finds no space returns that at once',
    of: EXT4,
    vary: on(() => ({ retries_alloc: false })),
  },
  {
    name: 'folio-not-pinned',
    says: 'write_begin has given its folio back when its failed blocks are truncated',
    of: EXT4,
    vary: on(() => ({ pins_folio: false })),
  },
  {
    name: 'busy-is-not-free',
    says: 'blocks count as free only when it has committed that they are',
    of: EXT4,
    vary: on(() => ({ counts_busy: false })),
  },
  {
    name: 'tree-costs-nothing',
    says: 'no block is taken for the tree of more than four extents',
    of: EXT4,
    vary: on(() => ({ extents_in_inode: 99 })),
  },
  {
    name: 'data-not-ordered',
    says: 'the journal commits without the data of the blocks that it maps',
    of: EXT4,
    vary: on(() => ({ ordered: false })),
    also: ['data-not-ordered'],
  },
  {
    name: 'blocks-unwritten-first',
    says: 'write_begin allocates blocks as unwritten, and the size follows their data',
    of: ['ext4'],
    vary: on(() => ({
      get_block: (k, fb, due) => allocateExtent(k, fb, false, UNWRITTEN, due),
      ...SIZE_AFTER_IO,
    })),
  },
  {
    name: 'size-not-logged',
    says: 'write_end does not log the new size',
    of: ['ext4'],
    vary: on(() => ({ logs_size_at_write_end: false })),
  },
  {
    name: 'size-logged-in-write-end',
    says: 'write_end logs the new size, on a filesystem that allocates in writeback',
    of: ['ext4d'],
    vary: on(() => ({ logs_size_at_write_end: true })),
    also: ['sized-before-it-is-written', 'M11', 'M36'],
  },
  {
    name: 'size-of-mapped-not-logged',
    says: 'write_end logs no size, where the file ends in a block that is mapped either',
    of: ['ext4d'],
    vary: on(() => ({ logs_size_of_mapped: false })),
  },
  {
    name: 'size-after-the-data',
    says: 'the size on disk follows the data, and is not logged before',
    of: ['ext4d'],
    vary: mended('size-is-logged-before-the-data'),
  },
  {
    name: 'not-converted',
    says: 'writeback of an unwritten block ends without its conversion',
    of: ['ext4d'],
    vary: otherRow('ioend.bio', (k, f) => {
      f.io = k.bio_endio();
      return 'end';
    }),
    also: ['not-converted'],
  },
  {
    name: 'writes-beyond-eof',
    says: 'writeback goes on behind the page of EOF',
    of: EXT4,
    vary: on(() => ({ stops_at_eof: false })),
  },
  {
    name: 'unwritten-is-old',
    says: 'the buffer of an unwritten or delayed block is not new to write_begin',
    of: ['ext4d'],
    vary: on(() => ({ news_unwritten: false })),
  },
  {
    name: 'mapped-taken-for-hole',
    says: 'writeback allocates a block where one is mapped already',
    of: EXT4,
    vary: on(() => ({
      map_for_writeback: (k, fb) => (allocateExtent(k, fb, false, MAPPED) ? MAPS : NO_SPACE),
    })),
    also: ['mapped-taken-for-hole'],
  },
  {
    name: 'maps-the-next-block-too',
    says: 'write_begin gives the block that follows one as well, and nobody zeroes it',
    of: ['ext4'],
    vary: on(() => ({
      get_block: (k, fb, due) => {
        const next = fb + 1 < k.geometry.pages * k.geometry.page_blocks;
        if (!allocateExtent(k, fb, false, MAPPED, due)) return false;
        if (next && extentType(k, fb + 1) === HOLE) allocateExtent(k, fb + 1, false, MAPPED, false);
        return true;
      },
    })),
    also: ['maps-the-next-block-too'],
  },
  {
    name: 'reserves-for-the-map-too',
    says: 'write_begin reserves a block for the extent map as well, which nobody gives back',
    of: ['ext4d'],
    vary: on(() => ({ get_block: (k, fb) => delayExtent(k, fb) && reserve(k, 1) })),
    also: ['reserves-for-the-map-too'],
  },
  {
    name: 'gives-back-too-much',
    says: 'where there is no space one block more is given back than was taken',
    of: ['ext4d'],
    vary: on((fs) => ({
      get_block(k, fb, due) {
        if (fs.get_block!(k, fb, due)) return true;
        if (k.s.reserved > 0) unreserve(k, 1);
        return false;
      },
    })),
    also: ['M38'],
  },
  {
    name: 'counted-twice',
    says: 'a block is given only where two are free',
    of: EXT4,
    vary: on((fs) => ({
      get_block: (k, fb, due) => k.s.free > 1 && fs.get_block!(k, fb, due),
    })),
    also: ['M39'],
  },
];
