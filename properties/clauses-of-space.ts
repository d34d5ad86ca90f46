/** Clauses of the promises about space, locks and pairs: each a state made by hand. */
import { DESIGNS } from '../model/designs/all.ts';
import type { Design } from '../model/design.ts';
import { example } from '../model/designs/example.ts';
import { ECONNRESET, EFAULT, EIO, ENOSPC } from '../model/errno.ts';
import { ext4Ordered } from '../model/filesystems/ext4.ts';
import { exclusiveOf, sharedWith } from '../model/rwsem.ts';
import { BUSY, FILE, FREE, NEIGHBOUR } from '../model/space.ts';
import type { Setup } from '../model/system.ts';
import type { Clause } from './by-hand.ts';
import { ByHand, GARBAGE, HALF, SOCKET, STALE, clauses } from './by-hand.ts';

const ORDERED: Design = { ...example, filesystem: ext4Ordered };
export const PATCHED = DESIGNS.find(({ filesystem }) => filesystem.patch !== undefined)!;

/** The second writer makes this call. */
const besideCall = (call: string): Partial<Setup> => ({
  writers: [[{ pos: 0, count: 4 }], [{ call, pos: 0, count: 1 }]],
});

export const CLAUSES_OF_SPACE: readonly Clause[] = [
  ...clauses('dirty-has-somewhere-to-go', [
    [
      'over a hole',
      (h) => {
        h.hole(1);
        h.dirty(1, h.old(2), h.old(3));
      },
    ],
    [
      'two blocks over holes, and one claim',
      (h) => {
        for (const fb of [0, 1]) {
          h.hole(fb);
          h.dirty(fb, h.old(2 * fb), h.old(2 * fb + 1));
        }
        h.s.call[0]!.claims = h.s.reserved = 1;
        h.s.free--;
      },
    ],
    [
      'a claim of a call on another file is none for this one',
      (h) => {
        h.hole(1);
        h.dirty(1, h.old(2), h.old(3));
        h.s.call[1]!.claims = h.s.reserved = 1;
        h.s.free--;
      },
      {
        setup: {
          geometry: { ...new ByHand().o.geometry, files: 2 },
          files: [
            { i_size: 4, blocks: 'MM' },
            { i_size: 4, blocks: '' },
          ],
          writers: [[{ pos: 0, count: 4 }], [{ pos: 0, count: 2, file: 1 }]],
        },
      },
    ],
  ]),
  ...clauses('uptodate-means-it', [
    [
      'beyond i_size',
      (h) => {
        h.s.inode[0]!.i_size = 2;
        h.forget(2, 3);
        h.cached(1, 0, GARBAGE);
      },
    ],
    [
      'what some earlier owner left',
      (h) => {
        h.s.inode[0]!.i_size = 2;
        h.forget(2, 3);
        h.cached(1, STALE, 0);
      },
    ],
  ]),
  ...clauses('io-goes-to-its-block', [
    ['to another block', (h) => (h.s.page[0]!.block[0]!.io = 2)],
    [
      'to one that was punched out',
      (h) => {
        h.hole(1);
        h.s.page[1]!.block[0]!.io = 2;
      },
    ],
  ]),
  ...clauses('begin-and-end-are-paired', [
    ['a write_begin too many', (h) => (h.returned(0, 0, EFAULT), (h.s.call[0]!.write_begins = 1))],
    ['a READ too many', (h) => (h.returned(0, 0, EFAULT), (h.s.call[0]!.maps = 1))],
    ['an end without its begin', (h) => (h.s.call[0]!.mispaired = 1)],
  ]),
  ...clauses('allocated-was-reserved', [
    ['the second call has overdrawn', (h) => (h.s.call[1]!.overdrawn = 1)],
  ]),
  ...clauses('enospc-is-true', [
    [
      'a block could be had',
      (h) => {
        h.returned(1, 0, ENOSPC);
        h.s.call[1]!.refused = 1;
      },
    ],
  ]),
  ...clauses('nothing-is-left-beyond-eof', [
    ['mapped', (h) => h.gets(1, 1, 1), { setup: HALF, done: true, design: ORDERED }],
    ['unwritten', (h) => h.gets(1, 1, 0), { setup: HALF, done: true, design: ORDERED }],
    [
      'delayed, though XFS keeps what it has allocated there',
      (h) => {
        h.delays(1);
        h.dirty(1, 0, 0);
      },
      { setup: HALF, done: true },
    ],
  ]),
  ...clauses('no-lock-outlives-the-call', [
    ['PG_locked', (h) => (h.returned(0, 0, EFAULT), (h.s.page[1]!.locked_by = 1))],
    ['i_rwsem', (h) => (h.returned(0, 0, EFAULT), (h.s.inode[0]!.i_rwsem = 1))],
    ['kmap slots', (h) => (h.returned(0, 0, EFAULT), (h.s.thread[0]!.kmaps = 1))],
    ['a journal handle', (h) => (h.returned(0, 0, EFAULT), (h.s.thread[0]!.handle = 1))],
    [
      'the mapping lock',
      (h) => (h.returned(0, 0, EFAULT), (h.s.inode[0]!.map_lock = exclusiveOf(0))),
      { setup: besideCall('seek_data') },
    ],
    [
      'the mapping lock, shared',
      (h) => (h.returned(0, 0, EFAULT), (h.s.inode[0]!.map_lock = sharedWith(0, 0))),
      { setup: besideCall('seek_data') },
    ],
    [
      'mmap_lock, shared',
      (h) => (h.returned(0, 0, EFAULT), (h.s.thread[0]!.mmap_lock = 1)),
      { setup: besideCall('mmap') },
    ],
    [
      'lock_sock()',
      (h) => (h.returned(0, 0, ECONNRESET), (h.s.call[0]!.sock_locked = 1)),
      { design: { ...SOCKET, uses: ['lock_sock'] } },
    ],
    [
      'private pages',
      (h) => (h.returned(0, 0, ECONNRESET), (h.s.thread[0]!.private_pages = 1)),
      { design: SOCKET },
    ],
  ]),
  ...clauses('no-page-lock-over-the-network', [
    [
      'the second writer sleeps, with a page locked',
      (h) => {
        h.s.page[1]!.locked_by = 2;
        h.waits(0b10, [0, 1 << h.o.peer, 0, 0, 0], 1 << h.o.peer);
      },
      { design: SOCKET },
    ],
  ]),
  ...clauses('stream-is-accounted', [
    [
      'taken, and neither written nor reported',
      (h) => {
        h.returned(0, 2);
        Object.assign(h.s.call[0]!, { consumed: 4, discarded: 1 });
      },
      { design: SOCKET },
    ],
    [
      'reported as written, and never taken',
      (h) => {
        h.returned(0, 3);
        h.s.call[0]!.consumed = 2;
      },
      { design: SOCKET },
    ],
    [
      'an error returned, for bytes that are gone',
      (h) => {
        h.returned(1, 0, EIO);
        h.s.call[1]!.consumed = 1;
      },
      { design: SOCKET },
    ],
  ]),
  ...clauses('no-deadlock', [
    ['two that wait for each other', (h) => h.waits(0b11, [0b10, 0b01, 0, 0, 0])],
    ['one that waits for somebody who has ended', (h) => h.waits(0b01, [0b10, 0, 0, 0, 0])],
    ['two that do, while a third goes on', (h) => h.waits(0b11, [0b10, 0b01, 0, 0], 0b100)],
  ]),
  ...clauses('space-is-owned-once', [
    [
      'two file blocks, one block',
      (h) => {
        h.s.extent[1]!.map = h.s.extent[0]!.map;
        h.s.disk[1]!.owner = BUSY;
        h.cached(1, h.old(2), h.old(3));
      },
    ],
    [
      'a block of the file in no extent',
      (h) => {
        h.s.disk[2]!.owner = FILE;
        h.s.free = 1;
      },
    ],
    [
      'an extent over a block of another file',
      (h) => {
        h.s.disk[1]!.owner = NEIGHBOUR;
      },
    ],
    [
      'an extent over a block that is free to others',
      (h) => {
        h.s.disk[1]!.owner = FREE;
        h.s.free++;
      },
    ],
  ]),
];
