/**
 * What may be wrong with the calls beside write(): truncate(), fallocate(), punches, zero range and
 * stores. traces/linux-6.18 has none of them; the project's own traces have to tell these.
 */
import { MAPPED, convertExtent, extentType } from '../model/extents.ts';
import { ALL, calls, on } from './variation.ts';
import type { Variation } from './variation.ts';

const EXT4 = ['ext4', 'ext4d'] as const;

export const OF_CALLS: readonly Variation[] = [
  {
    name: 'tail-not-zeroed',
    says: 'truncate() leaves the tail of the new block of EOF as it is',
    of: ALL,
    vary: calls((ext4) => ({
      'truncate.zero': (k, f) => {
        if (!k.makes_longer(f.pos)) return ext4 ? 'free' : 'set_size';
        f.err = k.zero_tail(f.pos);
        return 'set_size';
      },
    })),
    also: ['tail-not-zeroed'],
  },
  {
    name: 'old-eof-not-zeroed',
    says: 'truncate() that makes the file longer zeroes nothing behind the old EOF',
    of: ALL,
    vary: calls((ext4) => ({
      'truncate.zero_first': () => 'set_size',
      'truncate.zero': (k, f) => {
        if (k.makes_longer(f.pos)) return 'set_size';
        f.err = k.zero_tail(f.pos);
        return ext4 ? 'free' : 'set_size';
      },
    })),
  },
  {
    name: 'truncate-writes-nothing',
    says: 'truncate() does not write what lies behind the size on disk',
    of: ['xfs'],
    vary: calls(() => ({ 'truncate.pages': (k) => (k.truncate_page() ? 'pages' : 'free') })),
  },
  {
    name: 'truncate-keeps-pages',
    says: 'truncate() leaves the pages beyond EOF in the cache',
    of: ALL,
    vary: calls((ext4) => ({
      'truncate.pages': (_, f) => (ext4 && f.longer === 0 ? 'zero' : 'free'),
    })),
  },
  {
    name: 'truncate-keeps-blocks',
    says: 'truncate() sets the size, and frees no block',
    of: ALL,
    vary: calls(() => ({ 'truncate.free': () => 'unlock_invalidate' })),
  },
  {
    name: 'truncate-logs-no-size',
    says: 'truncate() frees the blocks, and leaves the size on disk as it is',
    of: ['xfs'],
    vary: calls(() => ({
      'truncate.free': (k, f) => {
        const inode = k.s.inode[k.file]!;
        const { i_disksize } = inode;
        f.err = k.truncate_extents(f.pos, f.longer === 1);
        inode.i_disksize = i_disksize;
        return 'unlock_invalidate';
      },
    })),
  },
  {
    name: 'eof-page-stays-writable',
    says: 'where the file gets longer the page of the old EOF stays mapped writable',
    // XFS writes that page first, which ends that.
    of: EXT4,
    vary: on(() => ({ keeps_eof_page_writable: true })),
    also: ['M23'],
  },
  {
    name: 'fallocate-stops-early',
    says: 'fallocate() gives the first hole of its range a block, and no other one',
    of: ALL,
    vary: calls((ext4) => ({
      'fallocate.alloc': (k, f) => {
        f.err = k.alloc_file_space(f.pos, f.end);
        return ext4 ? 'unlock_inode' : 'unlock_invalidate';
      },
    })),
  },
  {
    name: 'fallocate-maps-blocks',
    says: 'the blocks that fallocate() gives count as written',
    of: ALL,
    vary: calls((ext4) => ({
      'fallocate.alloc': (k, f) => {
        f.err = k.alloc_file_space(f.pos, f.end);
        if (!f.err && k.has_hole(f.pos, f.end)) return 'alloc';
        for (let fb = k.blockOf(f.pos); fb * k.block_size < f.end; fb++) convertExtent(k, fb);
        return ext4 ? 'unlock_inode' : 'unlock_invalidate';
      },
    })),
  },
  {
    name: 'fallocate-reserves-nothing',
    says: 'fallocate() and zero range take block by block, and refuse nothing as a whole',
    of: ['xfs'],
    vary: calls(() => ({
      'fallocate.reserve': () => 'alloc',
      'zero_range.reserve': () => 'alloc',
    })),
  },
  {
    name: 'fallocate-tries-once',
    says: 'fallocate() and zero range that find no space return that at once',
    of: EXT4,
    vary: calls(() => ({
      'fallocate.retry_alloc': () => 'unlock_inode',
      'zero_range.retry_alloc': () => 'unlock_invalidate',
    })),
  },
  {
    name: 'flushed-before-they-go',
    says: 'a punch and zero range write dirty pages before they take them out, as until 6.13',
    of: EXT4,
    vary: on(() => ({ fallocates_by_block: false })),
  },
  {
    name: 'not-rounded-to-pages',
    says: 'a punch and zero range write and take out whole blocks, and not whole pages',
    of: ['xfs'],
    vary: on(() => ({ unmaps_pages: false })),
  },
  {
    name: 'punch-writes-nothing',
    says: 'a punch does not write what is dirty in its pages',
    of: ['xfs'],
    vary: calls(() => ({ 'punch_hole.lock': () => 'drop' })),
  },
  {
    name: 'punch-keeps-pages',
    says: 'a punch leaves the pages of its range in the cache',
    of: ALL,
    vary: calls((ext4) => ({ 'punch_hole.drop': () => (ext4 ? 'zero_first' : 'punch') })),
  },
  {
    name: 'punch-keeps-blocks',
    says: 'a punch frees no block',
    of: ALL,
    vary: calls((ext4) => ({
      'punch_hole.punch': () => (ext4 ? 'unlock_invalidate' : 'zero_first'),
    })),
  },
  {
    name: 'punch-leaves-the-edges',
    says: 'a punch leaves what the blocks at both ends of its range hold as it is',
    of: ALL,
    vary: calls((ext4) => ({
      'punch_hole.zero_first': () => 'zero_last',
      'punch_hole.zero_last': () => (ext4 ? 'punch' : 'unlock_invalidate'),
    })),
  },
  {
    name: 'punch-logs-no-size',
    says: 'a punch leaves the size on disk, which may be below its range, as it is',
    // Without delayed allocation write_end has logged it.
    of: ['ext4d'],
    vary: calls(() => ({ 'punch_hole.disksize': () => 'drop' })),
  },
  {
    name: 'punches-beyond-eof',
    says: 'a punch goes on behind the page of EOF',
    of: EXT4,
    vary: calls(() => ({
      'punch_hole.lock_invalidate': (k) => {
        k.invalidate_lock();
        return 'disksize';
      },
    })),
  },
  {
    name: 'zero-range-allocates-nothing',
    says: 'zero range gives holes no block',
    of: ['xfs'],
    vary: calls(() => ({ 'zero_range.alloc': () => 'unlock_invalidate' })),
  },
  {
    name: 'zero-range-converts-nothing',
    says: 'zero range takes pages out, and leaves blocks that are mapped as they are',
    of: EXT4,
    vary: calls(() => ({ 'zero_range.convert': () => 'zero_first' })),
  },
  {
    name: 'zero-range-keeps-pages',
    says: 'zero range leaves the pages of its range in the cache',
    of: ALL,
    vary: calls((ext4) => ({
      'zero_range.drop': (k, f) => {
        if (!ext4) return 'punch';
        return k.has_to_convert(f.pos, f.end) ? 'convert' : 'zero_first';
      },
    })),
  },
  {
    name: 'zero-range-leaves-the-edges',
    says: 'zero range leaves what the blocks at both ends of its range hold as it is',
    of: ALL,
    vary: calls((ext4) => ({
      'zero_range.zero_first': () => 'zero_last',
      'zero_range.zero_last': () => (ext4 ? 'unlock_invalidate' : 'reserve'),
    })),
  },
  {
    name: 'zero-range-writes-nothing',
    says: 'zero range does not write what is dirty, and zeroes by the mapping, not by the cache',
    of: ['xfs'],
    vary: (design) =>
      calls(() => ({ 'zero_range.lock': () => 'drop' }))(
        on(() => ({ zeroes: (k, fb) => extentType(k, fb) === MAPPED }))(design),
      ),
    also: ['M25'],
  },
  {
    name: 'store-takes-no-block',
    says: 'a store into a hole gives it neither a block nor a reservation',
    of: ALL,
    vary: calls(() => ({
      'store.mkwrite': (k, f) => {
        f.size = k.i_size_read();
        return 'finish';
      },
    })),
  },
  {
    name: 'store-leaves-it-clean',
    says: 'a store leaves the block that it faulted in clean',
    of: ALL,
    vary: calls((ext4) => ({
      'store.finish': (k, f) => {
        if (k.finish_mkwrite(f.pos, f.size)) f.done++;
        const page = k.s.page[k.pageNumber(k.page_index(f.pos))]!;
        page.block[k.blockOf(f.pos) % k.geometry.page_blocks]!.dirty = 0;
        f.pos++;
        f.size = 0;
        return ext4 && k.fs.handles ? 'journal_stop' : 'unlock_invalidate';
      },
    })),
  },
  {
    name: 'store-tries-once',
    says: 'a store that finds no space returns that at once',
    of: ['ext4'],
    vary: calls(() => ({ 'store.retry_alloc': () => 'unlock_invalidate' })),
  },
  {
    name: 'failed-store-leaves-it-clean',
    says: 'a store that finds no space leaves nothing dirty of its folio',
    of: ALL,
    vary: calls((ext4) => ({
      'store.unlock_failed': (k, f) => {
        const index = k.page_index(f.pos);
        const { block } = k.s.page[k.pageNumber(index)]!;
        for (let b = 0; b < block.length; b++) block[b]!.dirty = 0;
        k.unlock_page(index);
        f.size = 0;
        return ext4 && k.fs.handles ? 'journal_stop' : 'unlock_invalidate';
      },
    })),
  },
];
