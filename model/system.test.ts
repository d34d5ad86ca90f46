/** Calls, tasks and files put together: who makes which call, on which file, and when. */
import { describe, expect, it } from 'vitest';
import { NOT_MADE, RETURNED, RUNNING, TO_COME } from './core.ts';
import type { Design } from './design.ts';
import { example } from './designs/example.ts';
import { DELALLOC, HOLE, MAPPED, UNWRITTEN, blockAt, typeOf } from './extents.ts';
import { ext4Ordered } from './filesystems/ext4.ts';
import { geometry } from './geometry.ts';
import type { Kernel } from './kernel.ts';
import { kernelSystem, othersOf } from './system.ts';
import type { Setup } from './system.ts';

const EMPTY = { i_size: 0, blocks: '' };
const SETUP: Setup = {
  geometry: geometry(),
  files: [EMPTY],
  writers: [[{ pos: 0, count: 2 }]],
  others: [],
  faults: [],
  faults_max: 0,
};
const TWO_FILES: Partial<Setup> = { geometry: geometry({ files: 2 }), files: [EMPTY, EMPTY] };

function made(parts: Partial<Setup>, design: Design = example) {
  const { system, observer } = kernelSystem(design, { ...SETUP, ...parts }, () => []);
  let state = system.initial();
  system.look(state);
  return {
    system,
    o: observer,
    s: observer.s,
    /** Takes steps of a task, with all answers good: how many could be taken. */
    go(task: number, steps = Infinity): number {
      let taken = 0;
      for (; taken < steps; taken++) {
        const next = system.step(state, task);
        if (next === undefined) break;
        state = next.state;
      }
      system.look(state);
      return taken;
    },
    blocked: () => system.blockedIn(state).map(({ on }) => on),
    cell: (page: number, i: number) => {
      const { cells } = observer.s.page[page]!.block[0]!;
      return observer.cells.name(observer.cells.at(cells, i));
    },
  };
}

describe('two calls of one task', () => {
  const twice: Partial<Setup> = {
    writers: [
      [
        { pos: 0, count: 2 },
        { pos: 1, count: 1 },
      ],
    ],
  };
  const states = (m: ReturnType<typeof made>) => m.s.call.map(({ state }) => state);

  it('the second begins when the first has returned, and both end', () => {
    const m = made(twice);
    expect(states(m)).toEqual([TO_COME, TO_COME]);
    m.go(0, 1);
    expect(states(m)).toEqual([RUNNING, TO_COME]);
    // lock, fault in, grab, get_block, prepare, copy, write_end, unlock, return.
    m.go(0, 8);
    expect(states(m)).toEqual([RETURNED, TO_COME]);
    expect(m.o.betweenCalls(0)).toBe(true);
    m.go(0, 1);
    expect(states(m)).toEqual([RETURNED, RUNNING]);
    m.go(0);
    expect(states(m)).toEqual([RETURNED, RETURNED]);
    expect([m.cell(0, 0), m.cell(0, 1)]).toEqual(['w1', 'w2']);
  });

  it('they do not overlap: where the second has written the first is promised no more', () => {
    const m = made(twice);
    m.go(0);
    expect(m.s.call.map(({ overlapped }) => overlapped)).toEqual([0, 0]);
    const [w1, w2] = [1 << m.o.cells.originOf(0), 1 << m.o.cells.originOf(1)];
    expect([m.s.cell[0]!.promised, m.s.cell[1]!.promised]).toEqual([w1, w2]);
  });

  it('locals of the first are forgotten; the arguments of the second are its own', () => {
    const seen: number[][] = [];
    const rows = {
      ...example.rows,
      lock_inode(k: Kernel, f: Record<string, number>) {
        k.inode_lock();
        seen.push([f['pos']!, f['end']!, f['done']!, f['err']!]);
        return 'fault_in';
      },
    };
    const m = made(twice, { ...example, rows });
    m.go(0);
    expect(seen).toContainEqual([0, 2, 0, 0]);
    expect(seen).toContainEqual([1, 2, 0, 0]);
    expect(new Set(seen.map(String)).size).toBe(2);
  });

  it('a call with nothing to write is not made, and nobody is unfinished for it', () => {
    const m = made({ writers: [[{ pos: 0, count: 0 }]] });
    expect(states(m)).toEqual([NOT_MADE]);
    expect(m.go(0)).toBe(0);
    expect([m.system.unfinished(), m.o.atRest()]).toEqual([0, true]);
  });
});

describe('two tasks', () => {
  const two = (parts: Partial<Setup> = {}) =>
    made({ writers: [[{ pos: 0, count: 2 }], [{ pos: 0, count: 2 }]], ...parts });

  it('on one file the second waits for i_rwsem, until the first has ended', () => {
    const m = two();
    m.go(0, 1);
    expect(m.go(1)).toBe(0);
    expect(m.blocked()).toEqual(['i_rwsem, held by writer1']);
    m.go(0);
    expect(m.go(1)).toBeGreaterThan(8);
    expect([m.cell(0, 0), m.cell(0, 1)]).toEqual(['w2', 'w2']);
  });

  it('who has only waited has not begun: its bytes alone may be found then', () => {
    const m = two();
    m.go(0, 1);
    expect(m.s.call[1]!.state).toBe(TO_COME);
    m.go(0);
    m.go(1);
    expect(m.s.cell[0]!.promised).toBe(1 << m.o.cells.originOf(1));
  });

  it('each has an i_rwsem, pages and blocks of its own, on files of their own', () => {
    const writers = [[{ pos: 0, count: 2 }], [{ pos: 0, count: 2, file: 1 }]];
    const m = two({ ...TWO_FILES, writers });
    m.go(0, 3);
    m.go(1, 3);
    expect(m.s.inode.map(({ i_rwsem }) => i_rwsem)).toEqual([1, 2]);
    expect(m.s.page.map(({ locked_by }) => locked_by)).toEqual([1, 0, 2, 0]);
    m.go(0);
    m.go(1);
    expect(m.s.inode.map(({ i_size }) => i_size)).toEqual([2, 2]);
    expect([m.cell(0, 0), m.cell(2, 0)]).toEqual(['w1', 'w2']);
    expect(m.s.extent.map(({ map }) => typeOf(map))).toEqual([DELALLOC, 0, DELALLOC, 0]);
    expect([m.s.free, m.s.reserved]).toEqual([1, 2]);
  });

  it('one task may write to one file, then to the other', () => {
    const calls = [
      { pos: 0, count: 2 },
      { pos: 1, count: 2, file: 1 },
    ];
    const m = made({ ...TWO_FILES, writers: [calls] });
    m.go(0);
    expect(m.s.inode.map(({ i_size }) => i_size)).toEqual([2, 3]);
    expect(m.s.inode.map(({ i_rwsem }) => i_rwsem)).toEqual([0, 0]);
    expect([m.cell(2, 0), m.cell(2, 1), m.cell(3, 0)]).toEqual(['zero', 'w2', 'w2']);
  });

  it('the tasks of the kernel are at work on both files', () => {
    const writers = [[{ pos: 0, count: 2 }], [{ pos: 0, count: 2, file: 1 }]];
    const others = ['writeback', 'ioend'];
    const setup = { ...SETUP, ...TWO_FILES, writers, others };
    const { system, observer } = kernelSystem(example, setup, () => []);
    const seen = new Map([['', system.initial()]]);
    let both = 0;
    for (const state of seen.values()) {
      system.successors(state, 0, { successor: (_, to) => void seen.set(to.join(), to.slice()) });
      const mapped = observer.s.extent.filter(({ map }) => typeOf(map) === MAPPED);
      if (mapped.length === 2) both++;
    }
    expect(both).toBeGreaterThan(0);
  });
});

describe('files as they are found', () => {
  it('a letter a block', () => {
    const files = [{ i_size: 11, blocks: '.MTUdu' }];
    const m = made({ geometry: geometry({ pages: 6, blocks: 6 }), files });
    const types = m.s.extent.map(({ map }) => typeOf(map));
    expect(types).toEqual([HOLE, MAPPED, MAPPED, UNWRITTEN, DELALLOC, UNWRITTEN]);
    const dirty = m.s.page.map(({ block }) => block[0]!.dirty);
    expect(dirty).toEqual([0, 0, 0, 0, 1, 1]);
    expect([m.s.free, m.s.reserved]).toEqual([1, 1]);
    // Old data below i_size, and neither in the hole nor in what was fallocated.
    expect(m.s.cell.map(({ promised }) => promised)).toEqual([0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0]);
    expect(m.s.cell.map(({ durable }) => durable)).toEqual([0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('behind EOF lies zero, or what a crash has cut off', () => {
    for (const [blocks, behind] of [
      ['M', 'zero'],
      ['T', 'STALE'],
    ] as const) {
      const m = made({ files: [{ i_size: 1, blocks }] });
      const { cells } = m.s.disk[blockAt(m.s.extent[0]!.map)]!;
      expect([0, 1].map((i) => m.o.cells.name(m.o.cells.at(cells, i)))).toEqual(['old', behind]);
    }
  });

  it('all is committed', () => {
    const m = made({ files: [{ i_size: 3, blocks: 'MU' }] });
    expect(m.s.extent.map(({ map, logged }) => map === logged)).toEqual([true, true]);
    expect([m.s.inode[0]!.i_disksize, m.s.inode[0]!.logged_size]).toEqual([3, 3]);
  });
});

it('the tasks at work are those that there are on such a filesystem, below such a design', () => {
  const socket = { ...example, socket: true };
  expect(othersOf(['writeback', 'peer'], example)).toEqual(['writeback']);
  expect(othersOf(['writeback', 'peer'], socket)).toEqual(['writeback', 'peer']);
  // ext4 without delayed allocation has nothing to do at the end of the I/O.
  const ordered = made({ others: ['ioend'] }, { ...example, filesystem: ext4Ordered });
  const labels = (m: ReturnType<typeof made>) => Object.keys(m.system.tasks[1]!.work[0]!.rows);
  expect(labels(ordered)).toEqual(['bio', 'end']);
  expect(labels(made({ others: ['ioend'] }))).toEqual(['bio', 'convert', 'set_size', 'end']);
});
