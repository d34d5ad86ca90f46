/** What may be wrong with the write path of iomap, and XFS below it. */
import { MAPPED, UNWRITTEN } from '../model/extents.ts';
import { iomapDesign } from '../model/designs/iomap.ts';
import { punchDelalloc, writebackAs } from '../model/filesystems/xfs.ts';
import { after, on, otherRow, row } from './variation.ts';
import type { Variation } from './variation.ts';

/** iomap_write_delalloc_scan(), as earlier kernels had it. */
const scans = (how: 'by-page' | 'beyond-eof-too'): Variation['vary'] =>
  row('scan', (k, f) => {
    const end = k.iomap_end();
    f.at = k.iomap_delalloc_scan(f.at, f.scanned, end, how);
    f.scanned = k.page_end(f.scanned, end);
    const stop = how === 'beyond-eof-too' ? end : k.i_size_read();
    return f.scanned < end && f.scanned < stop ? 'scan' : 'punch';
  });

export const OF_XFS: readonly Variation[] = [
  {
    name: 'eof-not-zeroed',
    says: 'a write beyond EOF leaves what lies behind EOF as it is',
    of: ['xfs'],
    vary: row('lock_inode', (k) => {
      k.inode_lock();
      return 'begin';
    }),
  },
  {
    name: 'eof-block-not-zeroed-first',
    says: 'the block of EOF is not zeroed where its page is dirty, but written like the others',
    of: ['xfs'],
    vary: row('zero_first', (k, f) => {
      f.zeroed = k.i_size_read();
      f.dirty = k.needs_writeback(f.zeroed, f.pos) ? 1 : 0;
      return 'zero_next';
    }),
  },
  {
    name: 'zeroes-without-a-flush',
    says: 'what is dirty over a hole or an unwritten block before the write is not written first',
    of: ['xfs'],
    vary: row('zero_next', (k, f, sound) => {
      f.dirty = 0;
      return sound(k, f);
    }),
  },
  {
    name: 'zeroed-as-by-6.1',
    says: 'what is behind EOF is zeroed in the page cache and flushed, as until 6.12',
    of: ['xfs'],
    vary: on(() => ({ zeroes_eof: 'before', flushes_eof: true })),
  },
  {
    name: 'reserves-what-there-is',
    says: '->iomap_begin reserves as much of a hole as there is space for, block by block',
    of: ['xfs'],
    vary: on(() => ({ reserves_whole: false })),
    also: ['reserves-all-or-nothing'],
  },
  {
    name: 'nothing-reserved',
    says: '->iomap_begin does not reserve: the blocks that were to be written stay holes',
    of: ['xfs'],
    vary: after('begin', (k, f) => {
      if (f.err === 0 && k.iomap_is_new()) punchDelalloc(k, f.pos, f.stop);
    }),
    also: ['nothing-reserved', 'not-reserved'],
  },
  {
    name: 'delalloc-not-punched',
    says: '->iomap_end takes nothing back of what was reserved and not written',
    of: ['xfs'],
    vary: ({ name, filesystem }) => iomapDesign(name, filesystem, { taking_back: true }),
    also: ['delalloc-not-punched'],
  },
  {
    name: 'punches-what-was-written',
    says: '->iomap_end takes back all that it has reserved, what was written too',
    of: ['xfs'],
    vary: row('punch', (k, f, sound) => {
      f.at = f.start;
      return sound(k, f);
    }),
  },
  {
    name: 'punches-nothing-in-the-end',
    says: 'behind the last dirty page nothing is taken back',
    of: ['xfs'],
    vary: row('punch', () => 'unlock_invalidate'),
  },
  {
    name: 'punches-without-a-look',
    says: 'what is dirty under the mapping is not looked for: its reservation goes',
    of: ['xfs'],
    vary: row('scan', () => 'punch'),
  },
  {
    name: 'scans-by-page',
    says: 'a dirty block keeps the reservations of its whole page',
    of: ['xfs'],
    vary: scans('by-page'),
    also: ['M09'],
  },
  {
    name: 'scans-beyond-eof',
    says: 'dirty blocks beyond EOF keep their reservations',
    of: ['xfs'],
    vary: scans('beyond-eof-too'),
    also: ['M08'],
    unseen: 'beyond EOF nothing is dirty, unless a store comes between',
  },
  {
    name: 'failed-write-stays',
    says: 'a write that took in nothing leaves its pages beyond EOF',
    of: ['xfs'],
    vary: on(() => ({ drops_failed: false })),
  },
  {
    name: 'no-second-try',
    says: 'a write that finds no space returns that at once',
    of: ['xfs'],
    vary: row('begin', (k, f, sound) => {
      f.cleared_space = 1;
      return sound(k, f);
    }),
  },
  {
    name: 'retries-without-a-flush',
    says: 'what is dirty is not written before the second try',
    of: ['xfs'],
    vary: row('flush_inodes', () => 'unlock_to_retry'),
  },
  {
    name: 'eof-blocks-stay',
    says: 'what is preallocated beyond EOF stays there before the second try',
    of: ['xfs'],
    vary: row('free_space', () => 'lock_inode'),
  },
  {
    name: 'placed-eof-blocks-stay',
    says: 'of what is beyond EOF only delayed allocations go before the second try',
    of: ['xfs'],
    vary: on(() => ({ frees_eof_blocks: false })),
  },
  {
    name: 'log-not-forced',
    says: 'where no other blocks are free the allocator forces no log',
    of: ['xfs'],
    vary: on(() => ({ forces_log: false })),
    unseen:
      'next to nothing that has its place is freed in these traces, and then there is more space',
  },
  {
    name: 'busy-is-not-free',
    says: 'blocks count as free only when it has committed that they are',
    of: ['xfs'],
    vary: on(() => ({ counts_busy: false })),
  },
  {
    name: 'hole-is-allocated',
    says: 'writeback of a dirty folio gives holes in it a block',
    of: ['xfs'],
    vary: on(() => ({ map_for_writeback: writebackAs(UNWRITTEN) })),
    also: ['mapped-taken-for-hole'],
  },
  {
    name: 'mapped-before-it-is-written',
    says: 'writeback allocates blocks as written, before their data is',
    of: ['xfs'],
    vary: on(() => ({ map_for_writeback: writebackAs(MAPPED) })),
    also: ['M10'],
  },
  {
    name: 'not-converted',
    says: 'writeback of an unwritten block ends without its conversion',
    of: ['xfs'],
    vary: otherRow('ioend.bio', (k, f) => {
      f.io = k.bio_endio();
      return k.needs_size(f.io) ? 'set_size' : 'end';
    }),
    also: ['not-converted'],
  },
  {
    name: 'size-not-logged',
    says: 'the end of an I/O does not raise the size on disk',
    of: ['xfs'],
    vary: otherRow('ioend.set_size', () => 'end'),
  },
  {
    name: 'punches-what-others-reserved',
    says: 'a write that fails takes back delayed allocations, whoever has made them',
    of: ['xfs'],
    vary: after('end', (k, f) => {
      if (f.err) punchDelalloc(k, f.pos, f.end);
    }),
    also: ['M04'],
  },
];
