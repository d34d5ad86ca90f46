/** Directed sequences about truncate(), fallocate() and punches: what the other ones leave open. */
import { crash, drop, file, fsync, pageOf, read, truncate, write } from './script.ts';
import type { Directed } from './script.ts';

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
    on: ['ext4', 'ext4d'],
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
];
