/** Directed sequences about blocks: failed writes, delayed allocation, space that is freed. */
import {
  DELAYED,
  XFS,
  crash,
  drop,
  file,
  fsync,
  pageOf,
  read,
  sfr,
  truncate,
  write,
} from './script.ts';
import type { Directed } from './script.ts';

/** So many blocks XFS reserves at least for the index of a delayed extent. */
const XFS_INDEX_BLOCKS = 5;

export const OF_SPACE: readonly Directed[] = [
  {
    name: 'a failed write leaves preallocated blocks',
    ids: ['F2', 'F3'],
    asks: '-ENOSPC beyond EOF: do the unwritten blocks that lie there stay?',
    on: XFS,
    mode: 'enospc',
    sequence: (s) => ({ file: file(s, 0, 'U'), avail: 0, calls: [write(s.cells - 1, 1), read] }),
  },
  {
    name: 'a write of which only a part has space',
    ids: ['F3', 'F9', 'M39'],
    asks: 'where does it stop, and what becomes of what was reserved for the rest?',
    mode: 'enospc',
    sequence: (s, fs) => ({
      file: file(s, 0),
      avail: (s.blocks === 3 ? 2 : 5) + (fs === 'xfs' ? XFS_INDEX_BLOCKS : 0),
      calls: [write(0, s.cells), read, fsync, write(0, s.cells), fsync],
    }),
  },
  {
    name: 'writeback converts the whole delayed extent',
    ids: ['F4', 'F5', 'M10'],
    asks: 'a page of it is written back, the log is flushed, and it crashes: what is the rest?',
    on: DELAYED,
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(1, s.cells - 1), sfr(1, 2), crash(1), read, write(s.cells - 1, 1), read],
    }),
  },
  {
    name: 'writeback converts the whole delayed extent below EOF',
    ids: ['F4', 'F5', 'M10'],
    asks: 'the same in a hole of a file: the size says that all of it may be read',
    on: DELAYED,
    sequence: (s) => ({
      file: file(s, s.cells),
      calls: [write(0, s.cells), sfr(1, 2), crash(1), read],
    }),
  },
  {
    name: 'a copy that faults in the middle of a block',
    ids: ['F9', 'M29'],
    asks: 'how much does a short copy return, over a hole, and over old data?',
    sequence: (s) => ({
      file: file(s, s.cells, 'M'.repeat(s.blocks / 3)),
      calls: [write(0, s.cells, 1), read, write(1, s.cells - 1, pageOf(s)), read, drop, read],
    }),
  },
  {
    name: 'a copy that faults, beyond EOF',
    ids: ['F9', 'M06', 'M08', 'M09'],
    asks: 'does the failed part leave delayed blocks, a size, or dirty pages?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [
        write(0, 1),
        write(s.bc, s.cells - s.bc, 0),
        read,
        write(s.bc, s.cells - s.bc, 1),
        fsync,
        read,
      ],
    }),
  },
  {
    name: 'a copy that faults beyond EOF, in its first block of a large folio',
    ids: ['M06'],
    asks: 'do the pages behind it stay, and does the tag that says that they are dirty?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(pageOf(s) - 2, 2 * pageOf(s), 1), read, fsync, read],
    }),
  },
  {
    name: 'a failed write over what another has delayed',
    ids: ['M04', 'M06', 'M03'],
    asks: 'does the cleanup take blocks or cells of the write before?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(0, s.cells), write(1, s.cells - 1, 0), write(1, 2, 1), fsync, drop, read],
    }),
  },
  {
    name: 'a failed write beside what another has written, in a page beyond EOF',
    ids: ['M06'],
    asks: 'blocks of the same page: are those kept that were not of the failed write?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(0, 1), write(2, 1), write(3, 2, 0), fsync, drop, read],
    }),
  },
  {
    name: 'no false ENOSPC while a delayed extent grows',
    ids: ['M39'],
    asks: 'there is room for all blocks, and for the worst case of one extent',
    on: DELAYED,
    mode: 'enospc',
    sequence: (s) => ({
      file: file(s, 0),
      avail: s.blocks + 2 * XFS_INDEX_BLOCKS,
      calls: [...Array(s.blocks).keys()].map((block) => write(block * s.bc, s.bc)),
    }),
  },
  {
    name: 'punched blocks go to another file',
    // Of no list: what goes wrong in M33 is a race.
    ids: [],
    asks: 'does either file see what is not its own?',
    mode: 'enospc',
    sequence: (s, fs) => ({
      file: file(s, s.cells, 'M'.repeat(s.blocks)),
      second: file(s, 0),
      // XFS punches no hole without blocks for its index.
      avail: fs === 'xfs' ? 2 * XFS_INDEX_BLOCKS : 0,
      calls: [
        read,
        { op: 'punch_hole', pos: 0, count: pageOf(s) },
        fsync,
        { ...write(0, pageOf(s)), file: 1 },
        { op: 'fsync', file: 1 },
        read,
        { op: 'read', file: 1 },
        write(0, 1),
        fsync,
        drop,
        read,
      ],
    }),
  },
  {
    name: 'cut, and written again before the log is flushed',
    ids: ['F13'],
    asks: 'blocks that were freed are given out again: whose data is on them after a crash?',
    sequence: (s) => ({
      file: file(s, s.cells, 'M'.repeat(s.blocks)),
      calls: [truncate(0), write(0, s.cells), sfr(0, 1), crash(2), read],
    }),
  },
  {
    name: 'cut, written again, and the log is flushed',
    ids: ['F13'],
    asks: 'the same where the truncate is on disk',
    sequence: (s) => ({
      file: file(s, s.cells, 'M'.repeat(s.blocks)),
      calls: [truncate(0), write(1, s.cells - 1), sfr(1, 3), crash(1), read],
    }),
  },
];
