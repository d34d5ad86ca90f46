/** Directed sequences about bytes: the end of a file, crashes, stores through a mapping. */
import {
  XFS,
  crash,
  drop,
  file,
  fsync,
  pageOf,
  read,
  sfr,
  store,
  truncate,
  write,
} from './script.ts';
import type { Directed } from './script.ts';

export const OF_DATA: readonly Directed[] = [
  {
    name: 'the tail of the EOF block is zeroed when the file is extended',
    ids: ['F1'],
    asks: 'a cell beyond the size on disk has reached its block; after a crash, is it seen?',
    sequence: (s) => ({
      file: file(s, 1, 'M'),
      calls: [write(1, 1), sfr(0, 1), crash(2), write(2, 2), read],
    }),
  },
  {
    name: 'data that fsync() has written survives both crashes',
    ids: ['F13', 'M11'],
    asks: 'is all of it there after the log is lost?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(0, s.cells - 1), fsync, crash(2), read, write(1, 1), fsync, crash(1), read],
    }),
  },
  {
    name: 'the log is flushed, and the data not',
    ids: ['F13', 'M11', 'M36'],
    asks: 'does a size reach the disk before the data that it covers?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(0, s.cells), crash(1), read, write(2, 2), sfr(0, 1), crash(1), read],
    }),
  },
  {
    name: 'the log is flushed, and the data not, over an unwritten block',
    ids: ['F13', 'M11', 'M19'],
    asks: 'are fallocated blocks zero until their data is on disk?',
    on: XFS,
    sequence: (s) => ({
      file: file(s, s.bc, 'UU'),
      calls: [write(0, s.bc), crash(1), read, write(0, 1), drop, read, crash(2), read],
    }),
  },
  {
    name: 'a write whose user buffer is a mapping of the same cells',
    ids: ['F14', 'M26'],
    asks: 'the page is not in memory, or is: does the call end?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [
        write(0, s.cells),
        fsync,
        drop,
        drop,
        { ...write(0, s.cells), name: 'a', mapped: true },
        { ...write(0, 1), name: 'a', mapped: true },
        read,
      ],
    }),
  },
  {
    name: 'writeback of the EOF page takes the size that the file has then',
    ids: ['F12', 'M21'],
    asks: 'cells beyond EOF of that page: are they zero on disk when the file grows again?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(0, 2), truncate(1), sfr(0, 1), crash(1), truncate(2), read],
    }),
  },
  {
    name: 'a dirty EOF page over an unwritten block is cut and grows again',
    ids: ['M21'],
    asks: 'is the tail zeroed although the block is unwritten?',
    on: XFS,
    sequence: (s) => ({
      file: file(s, 0, 'U'),
      calls: [write(0, 2), truncate(1), truncate(2), sfr(0, 1), drop, drop, read],
    }),
  },
  {
    name: 'a page that can be stored to, and the file grows within it',
    ids: ['M23'],
    asks: 'does a store into the new part of the page get a block, and reach the disk?',
    sequence: (s) => ({
      file: file(s, 1),
      calls: [store(0, 1), truncate(pageOf(s)), store(pageOf(s) - 1, 1), fsync, drop, drop, read],
    }),
  },
  {
    name: 'a page that can be stored to, and a write extends the file beyond it',
    ids: ['M23'],
    asks: 'the same, where write() moves the size',
    sequence: (s) => ({
      file: file(s, 1),
      calls: [store(0, 1), write(pageOf(s), 1), store(pageOf(s) - 1, 1), fsync, drop, drop, read],
    }),
  },
  {
    name: 'zero_range over a dirty page whose block is not yet written',
    ids: ['M25'],
    asks: 'are the cells zero, now and when the page has been dropped?',
    sequence: (s) => ({
      file: file(s, s.cells),
      calls: [
        write(0, s.cells),
        { op: 'zero_range', pos: 1, count: 2 },
        read,
        fsync,
        drop,
        drop,
        read,
      ],
    }),
  },
  {
    name: 'a written extent is not taken for a delayed one',
    ids: ['M37'],
    asks: 'a write of half a block whose page is not in memory: is the other half kept?',
    sequence: (s) => ({
      file: file(s, 0),
      calls: [write(0, s.cells), fsync, drop, drop, write(0, 1), fsync, drop, drop, read],
    }),
  },
  {
    name: 'a store beyond EOF, within its page',
    ids: ['M21'],
    asks: 'is it gone when the file is extended over it?',
    sequence: (s) => ({
      file: file(s, 1, 'M'),
      calls: [store(1, 1), fsync, truncate(2), read, drop, drop, read],
    }),
  },
  {
    name: 'a store where there is no page of the file',
    ids: ['F14'],
    asks: 'SIGBUS, and nothing is stored',
    sequence: (s) => ({ file: file(s, 1), calls: [store(pageOf(s), 1), read] }),
  },
];
