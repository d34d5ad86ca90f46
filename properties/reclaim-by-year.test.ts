/** What reclaim does with a page that is dirty, or under writeback: by year, each both ways. */
import { describe, expect, it } from 'vitest';
import { explore } from '../explorer/search.ts';
import { design } from '../model/design.ts';
import type { Design } from '../model/design.ts';
import type { Filesystem } from '../model/filesystem.ts';
import { ext3Ordered } from '../model/filesystems/ext3-2.6.37.ts';
import { ext4Delalloc, ext4Ordered } from '../model/filesystems/ext4.ts';
import { ext4Of618 } from '../model/filesystems/ext4-6.18.ts';
import { multipageFs } from '../model/filesystems/multipage.ts';
import { xfsOf48 } from '../model/filesystems/xfs-4.8.ts';
import { xfs, xfs2013 } from '../model/filesystems/xfs.ts';
import { geometry } from '../model/geometry.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Gfp } from '../model/memory.ts';
import type { Observer } from '../model/observe.ts';
import { kernelSystem } from '../model/system.ts';

const multipage = multipageFs({ read: 'unlocked', allocate: 'unwritten', hole: 'allocates' });

/** A call that allocates a page; while it has a handle open, or has not. */
function allocates(filesystem: Filesystem, gfp: Gfp, in_handle: boolean): Design {
  const parts = {
    name: 'allocates',
    about: 'one allocation',
    locals: {},
    source: 'this test',
    filesystem,
  };
  const alloc = (k: Kernel): void => void k.alloc_page(gfp);
  const ret = (k: Kernel): 'done' => {
    k.returns(0, 1);
    return 'done';
  };
  if (!in_handle) return design({ ...parts, rows: { alloc: (k) => (alloc(k), 'ret'), ret } });
  return design({
    ...parts,
    rows: {
      start: (k) => (k.journal_start(), 'alloc'),
      alloc: (k) => (alloc(k), 'stop'),
      stop: (k) => (k.journal_stop(), 'ret'),
      ret,
    },
  });
}

interface Asked {
  readonly gfp?: Gfp;
  readonly in_handle?: boolean;
  /** The file, of which a store dirties the first page. */
  readonly blocks?: string;
  readonly others: readonly string[];
  /** A third call, which has something committed, or keeps the lock of the extent map. */
  readonly third?: 'truncate' | 'seek_data';
}

/** Is there a state like this, when a store has dirtied a page beside the allocation? */
function happens(
  fs: Filesystem,
  what: (o: Observer) => boolean,
  { gfp = 'GFP_NOFS', in_handle = false, blocks = 'MM', others, third }: Asked,
): boolean {
  const setup = {
    geometry: geometry(),
    files: [{ i_size: 4, blocks }],
    writers: [
      [{ pos: 0, count: 1 }],
      [{ call: 'store', pos: 0, count: 1 }],
      ...(third === undefined ? [] : [[{ call: third, pos: 3, count: 1 }]]),
    ],
    others,
    faults: ['direct-reclaim'],
    faults_max: 1,
  };
  const { system } = kernelSystem(allocates(fs, gfp, in_handle), setup, (o) => [
    { name: 'what is looked for', violated: () => false, premise: () => what(o) },
  ]);
  const { properties, limit } = explore(system, { states: 200_000, depth: 1000 });
  expect(limit).toBeUndefined();
  return properties[0]!.verdict !== 'vacuous';
}

/** The call has come upon the page that the store has dirtied. */
const found = (o: Observer): boolean => o.s.thread[0]!.reclaims === 1;
const isWritten = (o: Observer): boolean => o.s.page[0]!.writeback > 0;
const isDirty = (o: Observer): boolean => o.s.page[0]!.block[0]!.dirty === 1;

/** `task` waits for `other`, and for nobody else. */
function waitsFor(o: Observer, task: string, other: string): boolean {
  const { waiting, waitsFor: masks } = o.waits;
  const number = o.tasks.indexOf(task);
  return ((waiting >>> number) & 1) === 1 && masks[number] === 1 << o.tasks.indexOf(other);
}

const YEARS = [
  { fs: ext3Ordered, direct: true, kswapd: true, nofs: false },
  { fs: ext4Ordered, direct: false, kswapd: true, nofs: true },
  { fs: ext4Delalloc, direct: false, kswapd: true, nofs: true },
  { fs: xfs2013, direct: false, kswapd: true, nofs: true },
  { fs: xfsOf48, direct: false, kswapd: true, nofs: false },
  { fs: multipage, direct: false, kswapd: true, nofs: false },
  { fs: ext4Of618, direct: false, kswapd: false, nofs: false },
  { fs: xfs, direct: false, kswapd: false, nofs: false },
].map((year) => ({ name: year.fs.name, ...year }));

describe.each(YEARS)('$name', ({ fs, direct, kswapd, nofs }) => {
  it(`direct reclaim waits for writeback under GFP_KERNEL; under GFP_NOFS: ${nofs}`, () => {
    const others = ['writeback', 'ioend'];
    const waits = (o: Observer): boolean => found(o) && waitsFor(o, 'writer1', 'ioend');
    expect(happens(fs, waits, { gfp: 'GFP_KERNEL', others })).toBe(true);
    expect(happens(fs, waits, { gfp: 'GFP_NOFS', others })).toBe(nofs);
  });

  it(`direct reclaim writes under GFP_KERNEL: ${direct}; never under GFP_NOFS`, () => {
    // Nobody else is there who could.
    const others = ['ioend'];
    expect(happens(fs, isWritten, { gfp: 'GFP_KERNEL', others })).toBe(direct);
    expect(happens(fs, isWritten, { gfp: 'GFP_NOFS', others })).toBe(false);
  });

  it(`kswapd writes: ${kswapd}; and nothing where nobody ends the I/O`, () => {
    expect(happens(fs, isWritten, { others: ['ioend', 'reclaim'] })).toBe(kswapd);
    expect(happens(fs, isWritten, { others: ['reclaim'] })).toBe(false);
  });
});

describe('->writepage, where reclaim calls it', () => {
  const asked = { gfp: 'GFP_KERNEL', others: ['ioend'] } as const;
  const hole = { ...asked, blocks: '..' };

  it('of ext3 gives up where its task has a handle open', () => {
    expect(happens(ext3Ordered, isWritten, { ...asked, in_handle: true })).toBe(false);
    expect(happens(ext3Ordered, isWritten, { ...asked, in_handle: false })).toBe(true);
  });

  it('of ext3 needs a handle for a page without blocks, and waits for a commit', () => {
    const others = ['ioend', 'journal'];
    const waits = (o: Observer): boolean =>
      found(o) && isDirty(o) && waitsFor(o, 'writer1', 'journal');
    expect(happens(ext3Ordered, isWritten, hole)).toBe(true);
    expect(happens(ext3Ordered, waits, { ...hole, others, third: 'truncate' })).toBe(true);
    expect(happens(ext3Ordered, waits, { ...asked, others, third: 'truncate' })).toBe(false);
  });

  it('waits for the lock of the extent map where a block has no place, and writes nothing', () => {
    // Of the kernels here those whose direct reclaim writes have nobody who keeps that lock.
    const reclaim = { ...xfs2013.reclaim, direct_writes: 'GFP_KERNEL' } as const;
    const fs: Filesystem = { ...xfs2013, reclaim };
    const waits = (o: Observer): boolean =>
      found(o) && isDirty(o) && waitsFor(o, 'writer1', 'writer3');
    expect(happens(fs, waits, { ...hole, third: 'seek_data' })).toBe(true);
    expect(happens(fs, waits, { ...asked, third: 'seek_data' })).toBe(false);
  });

  it('of ext4 redirties a page without blocks; of XFS it gives them their place', () => {
    const others = ['ioend', 'reclaim'];
    expect(happens(ext4Delalloc, isWritten, { blocks: '..', others })).toBe(false);
    expect(happens(xfs2013, isWritten, { blocks: '..', others })).toBe(true);
  });
});

it('what reclaim has written is on disk in the end, as writeback would have it', () => {
  for (const fs of [ext3Ordered, ext4Ordered, xfs2013, xfsOf48]) {
    const onDisk = (o: Observer): boolean =>
      o.s.page[0]!.present === 0 && o.cells.at(o.s.disk[0]!.cells, 0) === o.cells.written(1, 0);
    expect(happens(fs, onDisk, { others: ['ioend', 'reclaim'] })).toBe(true);
    expect(happens(fs, onDisk, { others: ['reclaim'] })).toBe(false);
  }
});
