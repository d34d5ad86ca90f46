/**
 * What is near to a breach, and is none: a promise that says too much is as wrong as one that says
 * nothing.
 */
import { expect, it } from 'vitest';
import { NOT_MADE, RUNNING } from '../model/core.ts';
import type { Design } from '../model/design.ts';
import { example } from '../model/designs/example.ts';
import { EFAULT, ENOSPC } from '../model/errno.ts';
import { ext4Ordered } from '../model/filesystems/ext4.ts';
import { CLOSED } from '../model/socket.ts';
import type { Setup } from '../model/system.ts';
import { ByHand, GARBAGE, HALF, SOCKET, STALE } from './by-hand.ts';

const ORDERED: Design = { ...example, filesystem: ext4Ordered };
const TWO_FILES: Partial<Setup> = {
  geometry: { ...new ByHand().o.geometry, files: 2 },
  files: [
    { i_size: 4, blocks: 'MM' },
    { i_size: 4, blocks: '' },
  ],
  writers: [[{ pos: 0, count: 4 }], [{ pos: 0, count: 4, file: 1 }]],
};

type Fine = [what: string, change: (h: ByHand) => void, design?: Design, setup?: Partial<Setup>];

const RUNS: readonly Fine[] = [
  [
    'i_size has grown by a write that is still running',
    (h) => {
      h.s.call[0]!.state = RUNNING;
      h.s.inode[0]!.i_size = 4;
    },
    example,
    HALF,
  ],
  [
    'an error was reported for what is gone',
    (h) => {
      h.s.cell[0]!.reported = h.s.cell[1]!.reported = 1;
      h.promises([0, 1]);
      h.cached(0, 0, 0);
    },
  ],
  ['a write that is still running is seen', (h) => h.cached(0, h.w(1, 0), h.w(1, 1))],
  [
    'one of two writes that overlapped is seen',
    (h) => {
      h.returned(0, 4);
      h.returned(1, 2);
      h.promises([0, 1], 1, 2);
      h.promises([2, 3], 1);
      h.cached(0, h.w(1, 0), h.w(2, 1));
      h.cached(1, h.w(1, 2), h.w(1, 3));
    },
  ],
  [
    'bytes of a write that has returned less, over what was promised there before',
    (h) => {
      h.returned(0, 4);
      h.returned(1, 1);
      h.promises([0], 2);
      h.promises([1, 2, 3], 1);
      h.cached(0, h.w(2, 0), h.w(1, 1));
      h.cached(1, h.w(1, 2), h.w(1, 3));
    },
  ],
  [
    'a hole under a page that is dirty, with a claim of a running call for it',
    (h) => {
      h.hole(1);
      h.dirty(1, h.old(2), h.old(3));
      h.s.call[0]!.claims = h.s.reserved = 1;
      h.s.free--;
    },
  ],
  ['a dirty block beyond EOF, over a hole', (h) => h.dirty(1, 0, 0), example, HALF],
  [
    'a delayed allocation that is clean, while somebody is at work',
    (h) => {
      h.hole(1);
      h.delays(1);
    },
  ],
  [
    'what is cached beyond EOF, and not uptodate',
    (h) => {
      h.cached(1, GARBAGE, STALE);
      h.s.page[1]!.block[0]!.uptodate = 0;
    },
    example,
    HALF,
  ],
  [
    'what is on disk beyond EOF, and beyond the size that the log has',
    (h) => {
      h.onDisk(0, h.old(0), STALE);
      h.s.inode[0]!.i_size = h.s.inode[0]!.logged_size = 1;
      h.forget(1);
    },
    example,
    HALF,
  ],
  [
    'stale data on disk, of a page that is locked and being filled',
    (h) => {
      h.s.extent[0]!.logged = 0;
      h.forget(0, 1);
      h.onDisk(0, STALE, STALE);
      h.s.page[0]!.locked_by = 1;
    },
  ],
  [
    'one page locked by each of two tasks',
    (h) => h.s.page.forEach((p, i) => (p.locked_by = i + 1)),
  ],
  [
    'locks of a call that runs',
    (h) => {
      h.s.call[0]!.state = RUNNING;
      Object.assign(h.s.thread[0]!, { kmaps: 1, handle: 1 });
      h.s.inode[0]!.i_rwsem = 1;
    },
  ],
  [
    'a lock that the other task holds',
    (h) => {
      h.returned(0, 0, EFAULT);
      h.s.inode[0]!.i_rwsem = 2;
    },
  ],
  ['begins of a call that runs', (h) => Object.assign(h.s.call[0]!, { write_begins: 1, maps: 1 })],
  [
    '-ENOSPC, and no block could be had',
    (h) => {
      h.returned(0, 0, ENOSPC);
      h.s.call[0]!.no_space = 1;
    },
  ],
  [
    'some bytes written, though a block could be had for more',
    (h) => {
      h.returned(1, 1);
      h.s.call[1]!.refused = 1;
    },
  ],
  [
    'a size on disk that ends in a block which was written, and is not logged so yet',
    (h) => {
      h.s.call[0]!.state = RUNNING;
      h.gets(1, 1, 0);
      h.s.extent[1]!.map = 2 + 2 * 1 + 1;
      h.onDisk(1, 0, 0);
      h.s.inode[0]!.i_size = h.s.inode[0]!.logged_size = 3;
    },
    example,
    HALF,
  ],
  [
    'a size on disk as it was, over a hole',
    () => undefined,
    example,
    { files: [{ i_size: 4, blocks: 'M' }] },
  ],
  [
    'old data gone after a crash that was on disk in no way',
    (h) => {
      h.s.extent[1]!.logged = 0;
      h.s.cell[2]!.durable = h.s.cell[3]!.durable = 0;
    },
  ],
  [
    'a write of the other file, at a place where this one has none',
    (h) => {
      h.s.call[1]!.state = RUNNING;
      h.s.page[2]!.present = 1;
      const cells = h.block(h.w(2, 0), h.w(2, 1));
      Object.assign(h.s.page[2]!.block[0]!, { uptodate: 1, cells });
    },
    example,
    TWO_FILES,
  ],
  [
    'the network is waited for with no page locked, and others have pages locked',
    (h) => {
      h.s.page[1]!.locked_by = 3;
      h.waits(0b1, [1 << h.o.peer, 0, 0, 0, 0], 1 << h.o.peer);
    },
    SOCKET,
  ],
  [
    'a page is locked while one waits for another lock',
    (h) => {
      h.s.page[1]!.locked_by = 1;
      h.waits(0b1, [0b10, 0, 0, 0, 0], 0b10);
    },
    SOCKET,
  ],
  [
    'a chain of waits, at whose end somebody can go on',
    (h) => h.waits(0b111, [0b10, 0b100, 0b1000, 0], 0b1000),
  ],
  [
    'what was taken is written, or reported as discarded',
    (h) => {
      h.returned(0, 2);
      Object.assign(h.s.call[0]!, { consumed: 4, discarded: 2 });
    },
    SOCKET,
  ],
  [
    'nothing sent, and closed: the end of the stream is 0',
    (h) => {
      h.returned(0, 0);
      h.s.call[0]!.connection = CLOSED;
    },
    SOCKET,
  ],
];

it.each(RUNS)('%s', (_what, change, design, setup) => {
  const h = new ByHand(design, setup);
  change(h);
  expect(h.broken()).toEqual([]);
});

const RESTS: readonly Fine[] = [
  [
    'beyond EOF, what was fallocated there',
    (h) => {
      h.gets(1, 1, 0);
      h.s.extent[1]!.preallocated = 1;
    },
    ORDERED,
    HALF,
  ],
  ['beyond EOF, the preallocation of XFS', (h) => h.gets(1, 1, 0), example, HALF],
  [
    'beyond EOF, while a page is under writeback',
    (h) => {
      h.gets(1, 1, 1);
      h.s.page[0]!.writeback = 1;
    },
    ORDERED,
    HALF,
  ],
  [
    'below EOF, in the middle of the last block',
    (h) => {
      h.gets(1, 1, 1);
      h.onDisk(1, 0, 0);
    },
    ORDERED,
    { files: [{ i_size: 3, blocks: 'M' }] },
  ],
  [
    'a delayed allocation under a dirty page',
    (h) => {
      h.hole(1);
      h.delays(1);
      h.dirty(1, h.old(2), h.old(3));
    },
  ],
];

it.each(RESTS)('at rest: %s', (_what, change, design, setup) => {
  const h = new ByHand(design, setup, true);
  change(h);
  expect(h.broken()).toEqual([]);
});

it('a call that is not made is nothing that goes on', () => {
  const h = new ByHand();
  for (const call of h.s.call) call.state = NOT_MADE;
  expect(h.o.atRest()).toBe(true);
});
