/**
 * Each clause of each promise, on a state made by hand that breaks just that: a clause that could be
 * left out without a test noticing is not known to work.
 */
import { describe, expect, it } from 'vitest';
import type { KernelState } from '../model/state.ts';
import {
  BUSY,
  EFAULT,
  EITHER,
  FILE,
  GARBAGE,
  NEIGHBOUR,
  OLD,
  REPORTED,
  RETURNED,
  STALE,
  UNWRITTEN,
  WRITE,
  allCells,
  withCell,
} from '../model/state.ts';
import { DELALLOC_FS, ORDERED, iomapFs } from '../model/filesystem.ts';
import type { Filesystem } from '../model/filesystem.ts';
import { example } from '../model/designs/example.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { kernelSystem } from '../model/system.ts';
import { PROPERTIES, checksOf } from './all.ts';

const GEOMETRY = {
  pages: 2,
  page_blocks: 1,
  block_cells: 2,
  blocks: 4,
  kmap_slots: 32,
  dirty_limit: 32,
  segment_pages: 1024,
};

type Change = (s: KernelState) => void;

/** Names of the promises broken in the initial state of a file `MM`, changed so. */
function broken(change: Change, fs: Filesystem = DELALLOC_FS, name?: string): string[] {
  const design =
    name === undefined ? { ...example, filesystem: fs } : DESIGNS.find((d) => d.name === name)!;
  const { system, observer } = kernelSystem(
    design,
    {
      geometry: GEOMETRY,
      file: { i_size: 4, blocks: 'MM' },
      writers: [
        { pos: 0, count: 4 },
        { pos: 0, count: 2 },
      ],
      others: ['writeback', 'ioend', 'peer'],
      faults: [],
      faults_max: 0,
    },
    checksOf(PROPERTIES),
  );
  system.look(system.initial());
  change(observer.s);
  const found = system.violations(2 ** PROPERTIES.length - 1);
  return PROPERTIES.filter((_, i) => (found >>> i) & 1).map((property) => property.name);
}

const returned = (s: KernelState, writer: number, ret: number, err = 0) => {
  Object.assign(s.call[writer]!, { state: RETURNED, ret, err });
};

const cached = (s: KernelState, fb: number, cells: number) => {
  s.page[fb]!.present = 1;
  Object.assign(s.page[fb]!.block[0]!, { uptodate: 1, cells });
};

const all = (value: number) => allCells(value, GEOMETRY.block_cells);

it('the state as it is breaks nothing', () => {
  expect(broken(() => undefined)).toEqual([]);
});

const CLAUSES: [
  promise: string,
  clause: string,
  change: Change,
  fs?: Filesystem | undefined,
  design?: string,
][] = [
  [
    'no-stale-data',
    'the last cell below i_size, and only that',
    (s) => {
      s.log.extent[1]!.type = 0;
      s.promise[3]!.value = 0;
      s.disk[1]!.cells = withCell(all(OLD), 1, STALE);
    },
    ORDERED,
  ],
  [
    'no-stale-data-after-crash',
    'the last cell below the size that the log has, and only that',
    (s) => {
      cached(s, 1, all(OLD));
      s.disk[1]!.cells = withCell(all(OLD), 1, STALE);
    },
  ],
  [
    'no-stale-data',
    'on disk, not cached',
    (s) => {
      s.log.extent[0]!.type = 0;
      s.promise[0]!.value = s.promise[1]!.value = 0;
      s.disk[0]!.cells = all(STALE);
    },
    ORDERED,
  ],
  [
    'uptodate-means-it',
    'beyond i_size',
    (s) => {
      s.i_size = 2;
      for (const cell of [2, 3]) s.promise[cell]!.value = 0;
      cached(s, 1, all(GARBAGE));
    },
  ],
  [
    'no-stale-data-after-crash',
    'the log maps it',
    (s) => {
      s.extent[0]!.type = UNWRITTEN;
      s.disk[0]!.cells = all(STALE);
      cached(s, 0, all(OLD));
    },
  ],
  [
    'no-leaked-reservations',
    'reserved is more than is claimed',
    (s) => {
      s.reserved = 1;
      s.free = 1;
    },
  ],
  ['no-leaked-reservations', 'a block without owner is in no counter', (s) => (s.free = 1)],
  [
    'no-nested-page-locks',
    'two pages, one task',
    (s) => {
      for (const page of s.page) page.locked_by = 4;
    },
  ],
  ['no-lost-write', 'zero where there was data', (s) => cached(s, 0, all(0))],
  [
    'no-lost-write',
    'the older of two acknowledged writes',
    (s) => {
      returned(s, 0, 4);
      returned(s, 1, 2);
      s.promise[0]!.value = s.promise[1]!.value = WRITE + 1;
      s.promise[2]!.value = s.promise[3]!.value = WRITE;
      for (const fb of [0, 1]) cached(s, fb, all(WRITE));
    },
  ],
  [
    'no-lost-write',
    'neither of two that overlapped',
    (s) => {
      s.promise[0]!.value = EITHER;
    },
  ],
  [
    'return-value-is-true',
    'bytes beyond what was returned',
    (s) => {
      returned(s, 0, 2);
      s.promise[0]!.value = s.promise[1]!.value = WRITE;
      for (const fb of [0, 1]) cached(s, fb, all(WRITE));
    },
  ],
  [
    'return-value-is-true',
    'an error, and the bytes are there',
    (s) => {
      returned(s, 1, 0, EFAULT);
      cached(s, 0, all(WRITE + 1));
    },
  ],
  ['return-value-is-true', 'zero, where bytes were asked for', (s) => returned(s, 0, 0)],
  [
    'dirty-has-somewhere-to-go',
    'over a hole',
    (s) => {
      Object.assign(s.extent[1]!, { type: 0, blkno: 0 });
      s.disk[1]!.owner = NEIGHBOUR;
      cached(s, 1, all(OLD));
      s.page[1]!.block[0]!.dirty = 1;
    },
  ],
  [
    'begin-and-end-are-paired',
    'a write_begin too many',
    (s) => {
      returned(s, 0, 0, EFAULT);
      s.call[0]!.begins_open = 1;
    },
  ],
  [
    'begin-and-end-are-paired',
    'a READ too many',
    (s) => {
      returned(s, 0, 0, EFAULT);
      s.call[0]!.reads_open = 1;
    },
    undefined,
    'multipage-rfc/unlocked,unwritten,redirties',
  ],
  ['begin-and-end-are-paired', 'an end without its begin', (s) => (s.call[0]!.mispaired = 1)],
  ...(['handle', 'kmaps'] as const).map((held): (typeof CLAUSES)[number] => [
    'no-lock-outlives-the-call',
    held,
    (s) => {
      returned(s, 0, 0, EFAULT);
      s.call[0]![held] = 1;
    },
  ]),
  ...(['i_rwsem', 'ilock'] as const).map((held): (typeof CLAUSES)[number] => [
    'no-lock-outlives-the-call',
    held,
    (s) => {
      returned(s, 0, 0, EFAULT);
      s[held] = 1;
    },
  ]),
  [
    'no-lock-outlives-the-call',
    'PG_locked',
    (s) => {
      returned(s, 0, 0, EFAULT);
      s.page[1]!.locked_by = 1;
    },
  ],
  [
    'space-is-owned-once',
    'two file blocks, one block',
    (s) => {
      s.extent[1]!.blkno = 1;
      s.disk[1]!.owner = BUSY;
    },
  ],
  [
    'space-is-owned-once',
    'a block of the file in no extent',
    (s) => {
      s.disk[2]!.owner = FILE;
      s.free = 1;
    },
  ],
  [
    'space-is-owned-once',
    'an extent over a block of another file',
    (s) => {
      s.disk[1]!.owner = NEIGHBOUR;
    },
  ],
];

describe('a clause alone', () => {
  it.each(CLAUSES)('%s: %s', (promise, _clause, change, fs, design) => {
    expect(broken(change, fs, design)).toEqual([promise]);
  });
});

describe('what is no breach', () => {
  const fine: [what: string, change: Change][] = [
    [
      'i_size has grown by a write that is still running',
      (s) => {
        s.i_size = 2;
        for (const cell of [2, 3]) s.promise[cell]!.value = 0;
      },
    ],
    [
      'an error was reported for what is gone',
      (s) => {
        s.promise[0]!.value = s.promise[1]!.value = REPORTED;
        cached(s, 0, all(0));
      },
    ],
    ['a write that is still running is seen', (s) => cached(s, 0, all(WRITE))],
    [
      'one of two writes that overlapped is seen',
      (s) => {
        returned(s, 0, 4);
        returned(s, 1, 2);
        s.promise[0]!.value = s.promise[1]!.value = EITHER;
        s.promise[2]!.value = s.promise[3]!.value = WRITE;
        for (const fb of [0, 1]) cached(s, fb, all(WRITE));
      },
    ],
    [
      'a hole under a page that is dirty, with a reservation for it',
      (s) => {
        Object.assign(s.extent[1]!, { type: 0, blkno: 0 });
        s.disk[1]!.owner = NEIGHBOUR;
        cached(s, 1, all(OLD));
        s.page[1]!.block[0]!.dirty = 1;
        s.reserved = 1;
        s.free = 1;
        Object.assign(s.call[0]!, { iomap_pos: 2, iomap_end: 4, iomap_reserved: 1 });
      },
    ],
  ];
  it.each(fine)('%s', (_what, change) => {
    expect(broken(change, iomapFs('unlocked', 'unwritten', 'redirties'))).toEqual([]);
  });
});
