/** Directed sequences about truncate(), fallocate() and punches: what the other ones leave open. */
import { crash, drop, file, fsync, pageOf, read, store, truncate, write } from './script.ts';
import type { Directed } from './script.ts';

const EXT4 = ['ext4', 'ext4d'] as const;
/** With one more the inode has no room for them; what follows are holes. */
const FOUR_EXTENTS = '.M..M.M.M...';

const zeroesRun = (avail: number, room: string, asks: string): Directed => ({
  name: `zero range of a run of holes, with room ${room}`,
  ids: [],
  asks,
  on: EXT4,
  mode: 'enospc',
  sequence: (s) => ({
    file: file(s, s.cells, FOUR_EXTENTS.slice(0, s.blocks)),
    avail,
    calls: [{ op: 'zero_range', pos: s.cells - 3 * s.bc, count: 3 * s.bc - 1 }, read],
  }),
});

export const OF_CALLS: readonly Directed[] = [
  {
    name: 'a file is cut inside a block that is on disk',
    ids: [],
    asks: 'is the tail zeroed on disk too, and what of the old EOF when it grows again?',
    sequence: (s) => ({
      file: file(s, s.cells, 'M'.repeat(s.blocks)),
      calls: [truncate(1), fsync, drop, drop, truncate(2), read],
    }),
  },
  {
    name: 'a punch beyond the size that is on disk',
    ids: [],
    asks: 'which size is there after a crash?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(0, s.cells), { op: 'punch_hole', pos: 0, count: pageOf(s) }, crash(1), read],
    }),
  },
  {
    name: 'fallocate() of more than there is, with blocks just freed',
    ids: [],
    asks: 'is it tried again after a commit, which writes what is ordered?',
    on: EXT4,
    mode: 'enospc',
    sequence: (s) => ({
      file: file(s, pageOf(s), 'M'.repeat(s.pb)),
      avail: 1,
      calls: [
        write(2 * pageOf(s), 1),
        { op: 'punch_hole', pos: 0, count: pageOf(s) },
        { op: 'fallocate', pos: 0, count: 2 * pageOf(s) },
        read,
      ],
    }),
  },
  zeroesRun(3, 'for the blocks and none for the tree', 'is all of the run given back?'),
  zeroesRun(2, 'for a part of it', 'how much of it gets blocks, and does the tree get its own?'),
  {
    name: 'a large folio beyond EOF is split by zero range',
    ids: [],
    asks: 'do its pages beyond EOF stay?',
    on: EXT4,
    sequence: (s) => ({
      file: file(s, 0),
      calls: [
        write(0, 2 * pageOf(s), 1),
        fsync,
        { op: 'zero_range', pos: 2 * pageOf(s) - s.bc, count: s.bc },
        read,
      ],
    }),
  },
  {
    name: 'a dirty folio that a write has covered whole is cut',
    ids: [],
    asks: 'is it split, and do its pages beyond EOF go?',
    sequence: (s) => ({
      file: file(s, s.cells),
      calls: [write(0, 2 * pageOf(s)), truncate(s.bc), fsync, read],
    }),
  },
  {
    name: 'a dirty folio that is written in part is cut',
    ids: [],
    asks: 'the same where its blocks are dirty one by one',
    sequence: (s) => ({
      file: file(s, s.cells),
      calls: [write(0, 2 * pageOf(s)), write(1, 1), truncate(s.bc), fsync, read],
    }),
  },
  {
    name: 'a commit writes a page that was stored to beyond EOF',
    ids: [],
    asks: 'is it clean then, as after writeback?',
    on: EXT4,
    sequence: (s) => ({
      file: file(s, 1, 'U'.repeat(s.pb)),
      second: file(s, 0),
      calls: [store(0, pageOf(s)), { ...write(0, 1), file: 1 }, { op: 'fsync', file: 1 }, read],
    }),
  },
  {
    name: 'what was stored beyond EOF, over a hole, and the file grows over a part of it',
    ids: [],
    asks: 'does writeback give the hole a block?',
    sequence: (s) => ({
      file: file(s, 1, 'M'),
      calls: [store(0, pageOf(s)), truncate(Math.min(s.bc + 1, pageOf(s))), fsync, read],
    }),
  },
];
