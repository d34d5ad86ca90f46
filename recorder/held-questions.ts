/**
 * What is asked of a write that is held still in its copy. The mail asks most of it: which locks
 * are held over the copy, and what the others see of a write that is half done.
 */
import type { HeldWrite } from '../traces/format.ts';
import type { Call, Wanted } from './calls.ts';
import type { Sizes } from './geometry.ts';
import type { Preparable } from './perform.ts';
import { drop, file, fsync, pageOf, read, sfr, truncate } from './script.ts';
import type { Asked } from './script.ts';

/** A write that is held before cell `held`, and what others do until it goes on. */
export type HeldCall = Pick<HeldWrite, 'pos' | 'count' | 'held' | 'good' | 'name'> & {
  readonly meanwhile: readonly Preparable[];
};

export interface HeldQuestion extends Asked {
  readonly script: (sizes: Sizes) => {
    readonly file: Wanted;
    readonly before?: readonly Call[];
    readonly held: HeldCall;
    readonly after?: readonly Call[];
  };
}

const write = (name: string, pos: number, count: number) =>
  ({ op: 'write', pos, count, name }) as const;
const store = (name: string, pos: number, count: number) =>
  ({ op: 'store', pos, count, name }) as const;
/** The whole file is written; the copy stops a cell before the end of the second page. */
const whole = (s: Sizes, name: string, meanwhile: readonly Preparable[]): HeldCall => ({
  pos: 0,
  count: s.cells,
  held: 2 * pageOf(s) - 1,
  name,
  meanwhile,
});

export const HELD: readonly HeldQuestion[] = [
  {
    name: 'is a page lock held over the copy? writeback',
    ids: ['mail: pages locked over the copy', 'F14'],
    asks: 'writeback locks each page: does it wait for the write?',
    script: (s) => ({
      file: file(s, 0),
      held: whole(s, 'a', [sfr(0, 1), sfr(0, 3)]),
      after: [read, fsync],
    }),
  },
  {
    name: 'is a page lock held over the copy? a reader whose page is not in memory',
    ids: ['mail: pages locked over the copy'],
    asks: 'a reader locks a page to fill it: does it wait, and does it see the half that is done?',
    script: (s) => ({
      file: file(s, s.cells, 'M'.repeat(s.blocks)),
      held: whole(s, 'a', [read]),
      after: [read],
    }),
  },
  {
    name: 'is a page lock held over the copy? a store into the same page',
    ids: ['mail: pages locked over the copy', 'M26'],
    asks: '->page_mkwrite locks the page: does it wait, and whose bytes stay?',
    script: (s) => ({
      file: file(s, s.cells, 'M'.repeat(s.blocks)),
      held: whole(s, 'a', [store('b', 2 * pageOf(s) - 2, 2), read]),
      after: [read, fsync],
    }),
  },
  {
    name: 'does truncate() wait for the write?',
    ids: ['mail: the inode locked for 8 seconds'],
    asks: 'i_rwsem is held over the copy: truncate() comes after the write, and cuts all of it',
    script: (s) => ({
      file: file(s, 0),
      held: whole(s, 'a', [truncate(1)]),
      after: [read],
    }),
  },
  {
    name: 'does another write() wait for the write?',
    ids: ['mail: the inode locked for 8 seconds'],
    asks: 'which of the two is in each cell in the end?',
    script: (s) => ({
      file: file(s, 0),
      held: whole(s, 'a', [write('b', 1, 2)]),
      after: [read],
    }),
  },
  {
    name: 'do fsync() and a punched hole wait for the write?',
    ids: ['mail: the inode locked for 8 seconds'],
    asks: 'fsync() takes no i_rwsem, and fallocate() does',
    script: (s) => ({
      file: file(s, s.cells, 'M'.repeat(s.blocks)),
      held: whole(s, 'a', [fsync, { op: 'punch_hole', pos: 0, count: pageOf(s) }]),
      after: [read],
    }),
  },
  {
    name: 'does writeback take what the write has copied already?',
    ids: ['mail: allocated blocks of a write that is half done'],
    asks: 'the first page is written back in between, and is written to again by nobody',
    script: (s) => ({
      file: file(s, s.cells),
      held: whole(s, 'a', [sfr(0, 1), drop]),
      after: [{ op: 'crash', how: 1 }, read],
    }),
  },
  {
    name: 'does a reader see the half of a write?',
    ids: ['mail: partial failure'],
    asks: 'of a file that grows: which size, and which cells?',
    script: (s) => ({
      file: file(s, 1),
      held: whole(s, 'a', [read]),
      after: [read],
    }),
  },
  {
    name: 'written back and reclaimed over an unwritten extent, while the write has its mapping',
    ids: ['M01', 'M19'],
    asks: 'the mapping says unwritten, the extent is not any more: is old data lost?',
    script: (s) => ({
      file: file(s, s.cells, 'U'.repeat(s.blocks)),
      before: [write('a', 0, s.cells)],
      held: {
        pos: 0,
        count: s.cells,
        held: 1,
        name: 'b',
        meanwhile: [sfr(0, 3), drop, drop, read],
      },
      after: [read, fsync, drop, drop, read],
    }),
  },
  {
    name: 'a store into the range of a write that then fails',
    ids: ['M03', 'M08'],
    asks: 'the cleanup of the failed write: does it take the page that another has made dirty?',
    script: (s) => ({
      file: file(s, s.cells),
      held: {
        pos: 0,
        count: s.cells,
        held: 1,
        good: 1,
        name: 'a',
        meanwhile: [store('b', s.cells - 1, 1)],
      },
      after: [read, fsync, drop, drop, read],
    }),
  },
  {
    name: 'written back while the write is held, which then fails',
    ids: ['M04', 'M06', 'M09'],
    asks: 'does the cleanup keep what is on disk by then?',
    script: (s) => ({
      file: file(s, 0),
      held: { ...whole(s, 'a', [sfr(0, 3)]), good: 2 * pageOf(s) - 1 },
      after: [read, fsync, drop, drop, read],
    }),
  },
];
