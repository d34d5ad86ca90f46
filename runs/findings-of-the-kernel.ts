/** Rows of the review's second section: what the kernel does otherwise. */
import type { Design } from '../model/design.ts';
import { EIO } from '../model/errno.ts';
import { HOLE, UNWRITTEN } from '../model/extents.ts';
import { geometry } from '../model/geometry.ts';
import type { Setup } from '../model/system.ts';
import type { Finding } from './findings.ts';
import { designOf, inScenario, inSetup, ofMutant, whether, promiseIn } from './findings.ts';

const OLD = designOf('page-at-a-time/xfs-2013');
const NEW = designOf('page-at-a-time/delalloc');
const RFC = designOf('multipage-rfc/unlocked,unwritten,redirties');
const EXT4 = designOf('page-at-a-time');
const DELAYS = designOf('page-at-a-time/ext4-delalloc');

const SETUP: Setup = {
  geometry: geometry(),
  files: [{ i_size: 0, blocks: '' }],
  writers: [[{ pos: 0, count: 4 }]],
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
};

const of = (row: string, own: readonly Omit<Finding, 'row'>[]): Finding[] =>
  own.map((one) => ({ row, ...one }));

const overPreallocation: Setup = {
  ...SETUP,
  files: [{ i_size: 0, blocks: '.U' }],
  faults: ['copy-short', 'fault-in-efault'],
  faults_max: 2,
  others: [],
};

/** A write of two blocks of one page, in a hole below EOF, of which the second finds no space. */
const twoInAHole: Setup = {
  ...SETUP,
  geometry: geometry({ pages: 1, page_blocks: 2, blocks: 1 }),
  files: [{ i_size: 4, blocks: '' }],
  others: [],
};

const twoOverOne: Setup = {
  ...SETUP,
  geometry: geometry({ pages: 1 }),
  files: [{ i_size: 2, blocks: 'M' }],
  writers: [
    [
      { pos: 0, count: 2 },
      { pos: 0, count: 2 },
    ],
  ],
  others: ['writeback', 'ioend'],
  faults: ['write-eio'],
  faults_max: 1,
};

/** As long as no call is at work, for the second may be about to write. */
const inVain = (design: Design, setup: Setup) =>
  whether(design, setup, (o) => o.s.cell[0]!.reported === 1 && o.s.page[0]!.block[0]!.dirty === 1);

export const FINDINGS_OF_THE_KERNEL: readonly Finding[] = [
  ...of('2.1', [
    {
      case: 'a write past a torn tail, on XFS, which zeroes it',
      was: 'violated: no-stale-data, for the tail was left as it is',
      // The size may reach the disk before the zeroes do.
      right: 'holds',
      says: () => inScenario(NEW, 'extended-past-a-torn-tail'),
    },
    {
      case: 'the same on ext4 of 3.10, which does not',
      was: 'the same for all',
      right: 'violated: no-stale-data',
      says: () => inScenario(EXT4, 'extended-past-a-torn-tail', ['no-stale-data']),
    },
  ]),
  ...of(
    '2.2',
    ([NEW, DELAYS] as const).map((design) => ({
      case: `a block fallocated beyond EOF is gone after a failed write, ${design.filesystem.name}`,
      was: 'happens: the whole file was trimmed',
      // ext4_truncate_failed_write() does go to the end of the file.
      right: design === NEW ? 'never happens' : 'happens',
      says: () => whether(design, overPreallocation, (o) => o.type(1) === HOLE),
    })),
  ),
  ...of(
    '2.3',
    ([OLD, NEW] as const).map((design) => ({
      case: `a failed write_begin keeps its delalloc below EOF, ${design.filesystem.name}`,
      was: 'happens: only what was beyond EOF went',
      right: design === OLD ? 'never happens' : 'happens',
      says: () => whether(design, twoInAHole, (o) => o.hasReturned(0) && o.isDelayed(0)),
    })),
  ),
  ...of('2.4', [
    {
      case: 'writeback of the second block allocates the first, which is dirty still',
      was: 'never happens: it went block by block',
      right: 'happens',
      says: () =>
        whether(
          NEW,
          { ...SETUP, files: [{ i_size: 4, blocks: 'dd' }], writers: [[{ pos: 0, count: 1 }]] },
          (o) =>
            o.s.page[1]!.writeback > 0 &&
            o.type(0) === UNWRITTEN &&
            o.s.page[0]!.block[0]!.dirty === 1,
        ),
    },
  ]),
  ...of(
    '2.5',
    ([OLD, NEW] as const).map((design) => ({
      case: `a write into a hole and a crash, on ${design.filesystem.name}`,
      was: 'holds: XFS was that of today alone',
      right: design === OLD ? 'violated: no-stale-data-after-crash' : 'holds',
      says: () => inSetup(design, { ...SETUP, files: [{ i_size: 4, blocks: '' }] }),
    })),
  ),
  ...of('2.6', [
    {
      case: 'the posted patch is throttled in the middle of a segment: a deadlock?',
      was: 'violated: no-deadlock, in 8 steps',
      right: 'no-deadlock: holds',
      says: () => promiseIn(RFC, 'throttled-before-allocate', 'no-deadlock'),
    },
  ]),
  ...of('2.7', [
    {
      case: 'two calls on two files, each with kmaps enough for itself: recvfile',
      was: 'there was but one file',
      right: 'violated: no-deadlock',
      says: () => inScenario(designOf('recvfile'), 'nested-page-locks-and-kmaps', ['no-deadlock']),
    },
    {
      case: 'the same, a page at a time',
      was: 'there was but one file',
      right: 'holds',
      says: () => inScenario(EXT4, 'nested-page-locks-and-kmaps'),
    },
  ]),
  ...of('2.8', [
    {
      case: 'ALLOCATE fails after some blocks, which stay, and the call returns -EIO',
      was: 'never happens: it returned 0, and what was left over was charged to the patch',
      right: 'happens',
      says: () =>
        whether(
          RFC,
          { ...SETUP, others: [], faults: ['iomap-allocate-partial'], faults_max: 1 },
          (o) => o.hasReturned(0) && o.s.call[0]!.err === EIO && o.type(0) === UNWRITTEN,
        ),
    },
  ]),
  ...of('2.10', [
    {
      case: 'an I/O error on old data takes back the promise for what is dirty again',
      was: 'happens',
      right: 'never happens',
      says: () => inVain(NEW, twoOverOne),
    },
  ]),
  ...of('2.11', [
    {
      case: 'a receive into private pages, with no lock held',
      was: 'a design error: receiving needed locked pages of the page cache',
      right: 'holds',
      says: () => inSetup(designOf('recvfile-safe'), SETUP),
    },
  ]),
  ...of('2.13', [
    {
      case: 'the size is logged before the data is on disk',
      was: 'holds: zero after a crash was no breach',
      right: 'violated: durable-data-survives',
      says: () => ofMutant('sized-before-it-is-written'),
    },
  ]),
  ...of('2.15', [
    {
      case: 'a write_begin that accepts pages outside of the iomap, and short segments',
      was: 'could not be asked: write_begin refused always, and 1,024 pages are one segment',
      right: 'violated: allocated-was-reserved',
      says: () =>
        inScenario(
          designOf('multipage-rfc/unlocked,unwritten,redirties,accepts'),
          'segments-shorter-than-the-write',
          ['allocated-was-reserved'],
        ),
    },
  ]),
];
