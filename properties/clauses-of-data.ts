/**
 * Clauses of the promises about bytes: each a state made by hand, that breaks just that promise.
 */
import { RUNNING } from '../model/core.ts';
import { EFAULT, EIO } from '../model/errno.ts';
import { CLOSED } from '../model/socket.ts';
import type { Clause } from './by-hand.ts';
import { CUTS, ByHand, GARBAGE, HALF, PUNCHES, SYNCS, SOCKET, STALE, clauses } from './by-hand.ts';

export const CLAUSES_OF_DATA: readonly Clause[] = [
  ...clauses('no-stale-data', [
    [
      'the last cell below i_size, on disk and not cached',
      (h) => {
        h.s.extent[1]!.logged = 0;
        h.forget(2, 3);
        h.onDisk(1, h.old(2), STALE);
      },
    ],
    [
      'the first cell, of which memory was never initialised',
      (h) => {
        h.s.extent[0]!.logged = 0;
        h.forget(0, 1);
        h.onDisk(0, GARBAGE, h.old(1));
      },
    ],
  ]),
  ...clauses('no-stale-data-after-crash', [
    [
      'the last cell below the size that the log has, and only that',
      (h) => {
        h.cached(1, h.old(2), h.old(3));
        h.onDisk(1, h.old(2), STALE);
      },
    ],
    [
      'what the log maps, whatever the map has become',
      (h) => {
        h.s.extent[0]!.map = 2;
        h.onDisk(0, STALE, STALE);
        h.cached(0, h.old(0), h.old(1));
      },
    ],
  ]),
  ...clauses('no-leaked-reservations', [
    ['reserved is more than is claimed', (h) => Object.assign(h.s, { reserved: 1, free: 1 })],
    ['reserved is below zero', (h) => Object.assign(h.s, { reserved: -1, free: 3 })],
    ['reserved is less than a call has claims to', (h) => (h.s.call[0]!.claims = 1)],
    ['claims below zero: more was given back than was taken', (h) => (h.s.call[0]!.claims = -1)],
    ['a block without owner is in no counter', (h) => (h.s.free = 1)],
    ['a block without owner is counted twice', (h) => (h.s.free = 3)],
    ['free is below zero', (h) => (h.s.free = -1)],
    [
      'at rest, a delayed allocation under a clean page',
      (h) => {
        h.hole(1);
        h.delays(1);
      },
      { done: true },
    ],
  ]),
  ...clauses('no-nested-page-locks', [
    ['two pages, one task', (h) => h.s.page.forEach((page) => (page.locked_by = 4))],
    [
      'pages of two files',
      (h) => (h.s.page[0]!.locked_by = h.s.page[3]!.locked_by = 2),
      {
        setup: {
          geometry: { ...new ByHand().o.geometry, files: 2 },
          files: [
            { i_size: 0, blocks: '' },
            { i_size: 0, blocks: '' },
          ],
        },
      },
    ],
  ]),
  ...clauses('no-lost-write', [
    ['zero where there was data', (h) => h.cached(0, 0, 0)],
    [
      'the older of two acknowledged writes',
      (h) => {
        h.returned(0, 4);
        h.returned(1, 2);
        h.promises([0, 1], 2);
        h.promises([2, 3], 1);
        h.cached(0, h.w(1, 0), h.w(1, 1));
        h.cached(1, h.w(1, 2), h.w(1, 3));
      },
    ],
    ['neither of two that overlapped', (h) => h.promises([0], 1, 2)],
    [
      'old data again, in the last cell of what was acknowledged',
      (h) => {
        h.returned(0, 4);
        h.promises([3], 1);
      },
    ],
  ]),
  ...clauses('fsync-is-durable', [
    [
      'the size on disk is smaller',
      (h) => {
        h.forget(3);
        h.s.cell[3]!.synced = 1;
        h.s.inode[0]!.logged_size = 3;
      },
      { setup: SYNCS },
    ],
    [
      'the size on disk is smaller, and all that was written is punched out',
      (h) => {
        h.forget(2, 3);
        h.s.inode[0]!.size_synced = 4;
        h.s.inode[0]!.logged_size = 2;
      },
      { setup: PUNCHES },
    ],
    [
      'what was there before the write',
      (h) => {
        h.forget(0);
        h.s.cell[0]!.synced = 2;
      },
      { setup: SYNCS },
    ],
    [
      'an earlier write, which had returned',
      (h) => {
        h.forget(0);
        h.s.cell[0]!.synced = 1;
        h.s.call[0]!.state = RUNNING;
        h.s.call[0]!.settled = 1;
        h.onDisk(0, h.w(1, 0), h.old(1));
      },
      { setup: SYNCS },
    ],
  ]),
  ...clauses('errors-are-told-once', [
    ['fsync() has said so', (h) => (h.s.call[1]!.told_wrongly = 1), { setup: SYNCS }],
    ['truncate() has not', (h) => (h.s.call[1]!.told_wrongly = 1), { setup: CUTS }],
  ]),
  ...clauses('removed-data-stays-gone', [
    [
      'old data is read',
      (h) => {
        h.s.cell[1]!.removed = 1;
        h.forget(1);
      },
      { setup: CUTS },
    ],
    [
      'what was zeroed in the page cache is read',
      (h) => {
        h.forget(3);
        h.s.cell[3]!.zeroed = 2;
        h.returned(0, 4);
        h.cached(1, h.old(2), h.w(1, 3));
      },
      { setup: CUTS },
    ],
    [
      'old data is there after a crash',
      (h) => {
        h.forget(0);
        h.s.cell[0]!.removed = h.s.cell[0]!.removed_on_disk = 1;
        h.cached(0, 0, h.old(1));
      },
      { setup: CUTS },
    ],
  ]),
  ...clauses('durable-data-survives', [
    ['the log has lost the first block', (h) => (h.s.extent[0]!.logged = 0)],
    ['the log has lost the block', (h) => (h.s.extent[1]!.logged = 0)],
    ['the log has it as unwritten', (h) => (h.s.extent[1]!.logged = 4)],
    ['the size on disk is smaller', (h) => (h.s.inode[0]!.logged_size = 3)],
    [
      'the size on disk has grown over a hole',
      (h) => {
        h.s.call[0]!.state = RUNNING;
        h.s.inode[0]!.i_size = h.s.inode[0]!.logged_size = 3;
      },
      { setup: HALF },
    ],
    [
      'the size that truncate() has logged covers what was written, and is nowhere',
      (h) => {
        h.forget(2, 3);
        h.hole(1);
        h.s.inode[0]!.covered_to = 3;
      },
      { setup: CUTS },
    ],
    [
      'the size on disk has grown over an unwritten block, which stays so',
      (h) => {
        h.s.call[0]!.state = RUNNING;
        h.s.inode[0]!.i_size = h.s.inode[0]!.logged_size = 3;
        h.gets(1, 1, 0);
      },
      { setup: HALF },
    ],
  ]),
  ...clauses('return-value-is-true', [
    [
      'bytes beyond what was returned',
      (h) => {
        h.returned(0, 2);
        h.promises([0, 1], 1);
        h.cached(0, h.w(1, 0), h.w(1, 1));
        h.cached(1, h.w(1, 2), h.old(3));
      },
    ],
    [
      'an error, and the last byte is there',
      (h) => {
        h.returned(1, 0, EFAULT);
        h.cached(0, h.old(0), h.w(2, 1));
      },
    ],
    ['zero, where bytes were asked for', (h) => h.returned(0, 0)],
    ['zero, and the peer has sent some', (h) => zeroReceived(h, 1), { design: SOCKET }],
    [
      'zero, and the peer has not closed',
      (h) => {
        h.returned(0, 0);
        h.s.call[0]!.connection = 2;
      },
      { design: SOCKET },
    ],
    [
      'an error, and the file is longer',
      (h) => {
        h.returned(0, 0, EFAULT);
        h.s.inode[0]!.i_size = 3;
      },
      { setup: HALF },
    ],
    [
      'the file is longer than what was returned',
      (h) => {
        h.returned(0, 3);
        h.s.inode[0]!.i_size = 4;
      },
      { setup: HALF },
    ],
    [
      'the file is longer, and nobody has begun',
      (h) => (h.s.inode[0]!.i_size = 3),
      { setup: HALF },
    ],
  ]),
  ...clauses('nothing-outside-the-write', [
    ['the cell behind it, in the cache', (h) => h.cached(1, h.w(2, 2), h.old(3))],
    [
      'a dirty block that is not uptodate',
      (h) => {
        h.dirty(1, h.w(2, 2), h.old(3));
        h.s.page[1]!.block[0]!.uptodate = 0;
      },
    ],
    [
      'on disk, and the cache has something else',
      (h) => {
        h.onDisk(1, h.w(2, 2), h.old(3));
        h.cached(1, h.old(2), h.old(3));
      },
    ],
    [
      'the cell before it',
      (h) => h.cached(0, h.w(2, 0), h.old(1)),
      { setup: { writers: [[{ pos: 0, count: 4 }], [{ pos: 1, count: 2 }]] } },
    ],
  ]),
  ...clauses('bytes-are-in-their-place', [
    ['the next byte of a write', (h) => h.cached(1, h.w(1, 3), h.old(3))],
    ['an old byte, moved', (h) => h.cached(0, h.old(0), h.old(0))],
    ['the first cell of the file', (h) => h.cached(0, h.old(1), h.old(1))],
    ['on disk', (h) => h.onDisk(0, h.old(0), h.old(2))],
  ]),
  ...clauses('iterator-is-where-the-call-says', [
    ['behind', (h) => (h.returned(1, 2), (h.s.call[1]!.iterated = 1))],
    ['ahead', (h) => (h.returned(1, 2), (h.s.call[1]!.iterated = 3))],
    ['an error, and it has gone on', (h) => (h.returned(1, 0, EIO), (h.s.call[1]!.iterated = 1))],
  ]),
];

/** The peer has sent so much and closed, and the call returns 0. */
function zeroReceived(h: ByHand, sent: number): void {
  h.returned(0, 0);
  Object.assign(h.s.call[0]!, { connection: CLOSED, sent });
}
