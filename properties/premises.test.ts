/**
 * When a promise has something to say. A premise that is always true makes a run that never came to
 * the case look like one that held; one that is always false, the other way round. So each is asked
 * of states in which it has a case, and of states that are near to that and have none.
 */
import { describe, expect, it } from 'vitest';
import { NOT_MADE, RUNNING } from '../model/core.ts';
import type { Design } from '../model/design.ts';
import { example } from '../model/designs/example.ts';
import { EFAULT, EIO, ENOSPC } from '../model/errno.ts';
import type { Setup } from '../model/system.ts';
import { PROPERTIES } from './all.ts';
import { ByHand, CUTS, HALF, SOCKET, SYNCS } from './by-hand.ts';
import { isOfProgress } from './property.ts';

type Change = (h: ByHand) => void;
interface Premise {
  readonly design?: Design;
  readonly setup?: Partial<Setup>;
  readonly done?: boolean;
  readonly cases: readonly Change[];
  readonly none: readonly Change[];
}

const EMPTY: Partial<Setup> = { files: [{ i_size: 0, blocks: '' }] };
const asFound: Change = () => undefined;
const runs: Change = (h) => (h.s.call[1]!.state = RUNNING);
const returns: Change = (h) => h.returned(1, 2);

const PREMISES: Readonly<Record<string, Premise>> = {
  'no-stale-data': {
    setup: EMPTY,
    cases: [
      (h) => (h.s.inode[0]!.i_size = 1),
      (h) => {
        h.s.inode[0]!.i_size = 2;
        h.s.page[0]!.locked_by = 1;
        h.cached(0, 0, 0);
      },
    ],
    none: [
      asFound,
      (h) => h.cached(0, 0, 0),
      // A read would wait.
      (h) => {
        h.s.inode[0]!.i_size = 2;
        h.s.page[0]!.locked_by = 1;
      },
    ],
  },
  'no-stale-data-after-crash': {
    setup: HALF,
    cases: [asFound],
    none: [
      (h) => (h.s.inode[0]!.logged_size = 0),
      // Unwritten, though mapped by now.
      (h) => (h.s.extent[0]!.logged = 2),
      (h) => (h.s.extent[0]!.logged = 0),
    ],
  },
  'no-leaked-reservations': {
    setup: EMPTY,
    cases: [
      (h) => (h.s.call[0]!.claims = 1),
      (h) => (h.s.extent[0]!.claimed = 1),
      (h) => (h.s.reserved = 1),
      (h) => (h.s.reserved = -1),
      (h) => (h.s.free = 3),
    ],
    none: [asFound, runs],
  },
  'no-nested-page-locks': {
    cases: [(h) => (h.s.page[1]!.locked_by = 1), (h) => (h.s.page[0]!.locked_by = 3)],
    none: [asFound, (h) => (h.s.inode[0]!.i_rwsem = 1)],
  },
  'no-lost-write': {
    setup: EMPTY,
    cases: [(h) => h.promises([3], 2), (h) => h.promises([0], 1, 2)],
    none: [asFound, (h) => h.cached(0, h.w(1, 0), h.w(1, 1))],
  },
  'durable-data-survives': {
    setup: EMPTY,
    cases: [(h) => (h.s.cell[3]!.durable = 1), (h) => (h.s.inode[0]!.logged_size = 1)],
    none: [asFound, (h) => (h.s.inode[0]!.i_size = h.s.inode[0]!.i_disksize = 4)],
  },
  'fsync-is-durable': {
    setup: SYNCS,
    cases: [(h) => (h.s.cell[1]!.synced = 1)],
    none: [asFound, (h) => (h.s.cell[1]!.to_sync = 1), (h) => (h.s.call[0]!.settled = 1)],
  },
  'errors-are-told-once': {
    setup: {
      writers: [
        [{ pos: 0, count: 4 }],
        [
          { call: 'fsync', pos: 0, count: 1 },
          { call: 'truncate', pos: 0, count: 1 },
        ],
      ],
    },
    cases: [
      (h) => (h.s.inode[0]!.may_tell = 1),
      (h) => (h.s.call[1]!.told_wrongly = 1),
      (h) => (h.s.call[2]!.must_fail = 1),
    ],
    none: [asFound, (h) => (h.s.inode[0]!.in_fsync = 2)],
  },
  'removed-data-stays-gone': {
    setup: CUTS,
    cases: [(h) => (h.s.cell[3]!.removed = 2), (h) => (h.s.cell[0]!.zeroed = 1)],
    none: [asFound, (h) => (h.s.inode[0]!.emptied_to = 4)],
  },
  'io-goes-to-its-block': {
    cases: [(h) => (h.s.page[1]!.block[0]!.io = 2)],
    none: [asFound, (h) => (h.s.page[0]!.writeback = 2)],
  },
  'return-value-is-true': {
    cases: [returns, (h) => h.returned(0, 0, EFAULT)],
    none: [asFound, runs],
  },
  'nothing-outside-the-write': {
    cases: [
      (h) => h.cached(0, h.w(1, 0), h.old(1)),
      (h) => {
        h.dirty(1, h.old(2), h.w(1, 3));
        h.s.page[1]!.block[0]!.uptodate = 0;
      },
    ],
    none: [
      asFound,
      (h) => h.cached(0, h.old(0), h.old(1)),
      // What the cache does not stand for.
      (h) => {
        h.cached(0, h.w(1, 0), h.w(1, 1));
        h.s.page[0]!.block[0]!.uptodate = 0;
      },
    ],
  },
  'bytes-are-in-their-place': {
    setup: HALF,
    cases: [asFound, (h) => h.cached(0, 0, h.w(1, 1))],
    none: [
      (h) => (h.s.inode[0]!.i_size = 0),
      (h) => (h.s.page[0]!.locked_by = 1),
      (h) => h.cached(0, 0, 0),
    ],
  },
  'iterator-is-where-the-call-says': {
    cases: [returns, (h) => h.returned(0, 0, EFAULT)],
    none: [asFound, runs],
  },
  'dirty-has-somewhere-to-go': {
    setup: HALF,
    cases: [(h) => h.dirty(0, h.old(0), h.old(1))],
    none: [asFound, (h) => h.cached(0, h.old(0), h.old(1)), (h) => h.dirty(1, 0, 0)],
  },
  'uptodate-means-it': {
    cases: [(h) => h.cached(1, 0, 0)],
    none: [
      asFound,
      (h) => {
        h.dirty(1, 0, 0);
        h.s.page[1]!.block[0]!.uptodate = 0;
      },
    ],
  },
  'begin-and-end-are-paired': {
    cases: [(h) => (h.s.call[0]!.maps = 1), (h) => (h.s.call[1]!.write_begins = 1)],
    none: [asFound, runs, returns],
  },
  'allocated-was-reserved': {
    cases: [(h) => (h.s.call[0]!.claims = 1), (h) => (h.s.call[1]!.claims = 2)],
    none: [
      asFound,
      runs,
      (h) => (h.s.call[0]!.write_begins = 1),
      (h) => (h.s.call[1]!.maps = 1),
      (h) => (h.s.reserved = 1),
    ],
  },
  'enospc-is-true': {
    cases: [(h) => h.returned(1, 0, ENOSPC)],
    none: [
      asFound,
      returns,
      (h) => h.returned(0, 0, EIO),
      (h) => {
        runs(h);
        Object.assign(h.s.call[1]!, { err: ENOSPC, no_space: 1 });
      },
    ],
  },
  'nothing-is-left-beyond-eof': {
    done: true,
    cases: [returns],
    none: [
      asFound,
      (h) => {
        returns(h);
        h.s.page[1]!.writeback = 1;
      },
    ],
  },
  'no-lock-outlives-the-call': {
    cases: [returns],
    none: [asFound, runs, (h) => (h.s.inode[0]!.i_rwsem = 1)],
  },
  'no-page-lock-over-the-network': {
    design: SOCKET,
    cases: [(h) => h.waits(0b01, [1 << h.o.peer, 0]), (h) => h.waits(0b10, [0, 1 << h.o.peer])],
    none: [
      asFound,
      (h) => h.waits(0b01, [0b10, 1 << h.o.peer]),
      // The peer's own waits, and those of the kernel's tasks, are none.
      (h) => h.waits(0b100, [0, 0, 1 << h.o.peer]),
    ],
  },
  'stream-is-accounted': {
    design: SOCKET,
    cases: [
      (h) => {
        returns(h);
        h.s.call[1]!.consumed = 1;
      },
    ],
    none: [
      asFound,
      returns,
      (h) => {
        runs(h);
        h.s.call[1]!.consumed = 1;
      },
    ],
  },
  'no-deadlock': {
    done: true,
    cases: [(h) => h.waits(0b1, [0b10])],
    none: [asFound],
  },
  'every-call-ends': {
    cases: [runs, returns, (h) => (h.s.call[0]!.state = RUNNING)],
    none: [asFound, (h) => (h.s.call[0]!.state = NOT_MADE)],
  },
  'space-is-owned-once': {
    setup: EMPTY,
    cases: [(h) => h.gets(0, 0, 1), (h) => h.gets(1, 3, 0)],
    none: [asFound, (h) => h.delays(0)],
  },
};

describe.each(PROPERTIES)('$name', (property) => {
  const own = PREMISES[property.name]!;
  const asked = (changes: readonly Change[]) =>
    changes.map((change) => {
      const h = new ByHand(own.design ?? example, own.setup, own.done);
      change(h);
      return property.premise(h.o);
    });

  it('has a case', () => {
    expect(own.cases.length).toBeGreaterThan(0);
    expect(asked(own.cases)).toEqual(own.cases.map(() => true));
  });

  it('has none', () => {
    expect(own.none.length).toBeGreaterThan(0);
    expect(asked(own.none)).toEqual(own.none.map(() => false));
  });
});

it('there is a premise of every promise in the table, and no other', () => {
  const names = PROPERTIES.map(({ name }) => name);
  expect(Object.keys(PREMISES).toSorted()).toEqual(names.toSorted());
});

/** Of a design that receives nothing the promises of the network say nothing, and break nothing. */
it('without a socket nobody waits for a peer', () => {
  const { o } = new ByHand();
  for (const name of ['no-page-lock-over-the-network', 'stream-is-accounted']) {
    const property = PROPERTIES.find((one) => one.name === name)!;
    expect([property.premise(o), !isOfProgress(property) && property.violated(o)]).toEqual([
      false,
      false,
    ]);
    expect([example, SOCKET].map((design) => property.asks?.(design))).toEqual([false, true]);
  }
});
