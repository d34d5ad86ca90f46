/**
 * Lock orders of mutants: each gives a cycle that its base has not, while at those bounds no run of
 * it comes to a deadlock.
 */
import { describe, expect, it } from 'vitest';
import { orderText } from '../evidence/locks.ts';
import type { LocksOfRun, SeenOrder } from '../evidence/locks.ts';
import { compactly, tell } from '../evidence/trace.ts';
import { Search } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { example } from '../model/designs/example.ts';
import { ext4Ordered } from '../model/filesystems/ext4.ts';
import { geometry } from '../model/geometry.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Call, Setup } from '../model/system.ts';
import { noDeadlock } from '../properties/no-deadlock.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { DEFAULT_LIMITS, check, prepare } from './check.ts';
import type { Run } from './check.ts';
import { AllLocks, joined, ordersOf } from './locks.ts';
import type { Scenario } from './scenario.ts';

const named = (name: string): Design => DESIGNS.find((design) => design.name === name)!;

const SETUP: Omit<Setup, 'writers'> = {
  geometry: geometry(),
  files: [{ i_size: 4, blocks: 'M' }],
  others: ['writeback', 'ioend', 'journal', 'reclaim'],
  faults: [],
  faults_max: 0,
};

function scenarioOf(calls: readonly Call[], others = SETUP.others): Scenario {
  return {
    ...SETUP,
    name: 'calls',
    question: '',
    source: '',
    others,
    writers: () => [calls],
    files: () => SETUP.files,
    must: [],
  };
}

/** Cycles, as orders in words; and whether some run deadlocks. */
function told(design: Design, calls: readonly Call[], others?: readonly string[]) {
  const run = prepare(design, scenarioOf(calls, others), {}, [noDeadlock]);
  let found: LocksOfRun | undefined;
  const { result } = check(run, DEFAULT_LIMITS, (_, search) => (found = ordersOf(run, search)));
  expect(found!.limit).toBeNull();
  expect(found!.orders.length).toBeGreaterThan(0);
  const { cycles } = joined(design.name, [found!]);
  return {
    cycles: cycles.map((cycle) => cycle.map(orderText)),
    deadlock: result.properties[0]!.verdict,
  };
}

type F = { pos: number; end: number; copied: number; done: number; err: number };
type Change = Readonly<Record<string, (k: Kernel, f: F) => string>>;

const changed = (base: Design, rows: Change): Design => ({
  ...base,
  name: 'mutant',
  rows: { ...base.rows, ...rows },
});

const write = (pos: number, count = 2): Call => ({ pos, count });
const truncate: Call = { call: 'truncate', pos: 2, count: 1 };

describe('mutants: a cycle, and no deadlock in any run', () => {
  const noCycle = { cycles: [], deadlock: 'holds' };

  it('i_rwsem is taken under a page lock, where truncate() takes them the other way', () => {
    const mutant = changed(example, {
      lock_inode(k, f) {
        f.err = k.fault_in_readable();
        return 'grab_page';
      },
      grab_page(k, f) {
        k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS');
        return 'under_page';
      },
      under_page(k) {
        k.inode_lock();
        return 'get_block';
      },
    });
    const calls = [write(2), truncate];
    expect(told(mutant, calls)).toEqual({
      cycles: [
        ['i_rwsem -> PG_locked', 'PG_locked -> i_rwsem'],
        // truncate() takes a third one in between.
        ['invalidate_lock -> PG_locked', 'PG_locked -> i_rwsem', 'i_rwsem -> invalidate_lock'],
      ],
      deadlock: 'holds',
    });
    expect(told(example, calls)).toEqual(noCycle);
  });

  it('M32: a handle is started under a page lock, by a fault, and write() locks under one', () => {
    const base = named('page-at-a-time');
    expect(base.filesystem).toBe(ext4Ordered);
    const mutant: Design = {
      ...base,
      name: 'mutant',
      others: {
        'store.journal_start': (k, f: F) => {
          f.err = k.fault_page(f.pos, false);
          return f.err ? 'ret' : 'fault';
        },
        'store.fault': (k) => {
          k.journal_start();
          return 'mkwrite';
        },
      },
    };
    const calls: readonly Call[] = [write(0, 4), { call: 'store', pos: 2, count: 1 }];
    expect(told(mutant, calls)).toEqual({
      cycles: [
        ['PG_locked -> journal handle (shared)', 'journal handle (shared) -> PG_locked'],
        ['dirty pages -> PG_locked', 'PG_locked -> commit', 'commit -> dirty pages'],
      ],
      // The commit has locked the transaction, and waits for a page that is locked.
      deadlock: 'violated',
    });
    expect(told(base, calls)).toEqual(noCycle);
    // Without a commit handles make nobody wait.
    const alone = ['writeback', 'ioend', 'reclaim'];
    expect(told(mutant, calls, alone)).toEqual(noCycle);
  });

  const invalidates = changed(example, {
    grab_page(k, f) {
      k.grab_cache_page_write_begin(f.pos, 'GFP_NOFS');
      return 'under_page';
    },
    under_page(k) {
      k.invalidate_lock();
      return 'get_block';
    },
    unlock_inode(k) {
      k.invalidate_unlock();
      return 'unlock';
    },
    unlock(k) {
      k.inode_unlock();
      return 'ret';
    },
  });

  it('invalidate_lock is taken under a page lock, truncate() takes them the other way', () => {
    const calls = [write(2), truncate];
    expect(told(invalidates, calls)).toEqual({
      cycles: [['invalidate_lock -> PG_locked', 'PG_locked -> invalidate_lock']],
      deadlock: 'holds',
    });
    expect(told(example, calls)).toEqual(noCycle);
  });

  it('the same with a reader at work, which comes to the deadlock, too', () => {
    const others = [...SETUP.others, 'reader'];
    expect(told(invalidates, [write(2)], others)).toEqual({
      cycles: [['invalidate_lock (shared) -> PG_locked', 'PG_locked -> invalidate_lock']],
      deadlock: 'violated',
    });
    expect(told(example, [write(2)], others)).toEqual(noCycle);
  });

  describe('M26: the copy faults under the page lock, on a buffer that is the other page', () => {
    const other = (f: F) => 2 - f.pos;
    const mutant = changed(example, {
      prepare(k, f) {
        k.prepare_page(f.pos, k.page_end(f.pos, f.end));
        return 'enter';
      },
      enter(k) {
        k.invalidate_lock_shared();
        return 'fault';
      },
      fault(k, f) {
        k.fault_page(other(f), true);
        return 'faulted';
      },
      faulted(k, f) {
        k.unlock_page(k.page_index(other(f)));
        return 'leave';
      },
      leave(k) {
        k.invalidate_unlock_shared();
        return 'copy';
      },
    });

    it('one write: page locks ascend, and nobody takes invalidate_lock for himself', () => {
      expect(told(mutant, [write(0)])).toEqual(noCycle);
    });

    it('two writes: page locks of two pages in both orders', () => {
      expect(told(mutant, [write(0), write(2)])).toEqual({
        cycles: [['PG_locked -> PG_locked, ascending', 'PG_locked -> PG_locked, descending']],
        deadlock: 'holds',
      });
      expect(told(example, [write(0), write(2)])).toEqual(noCycle);
    });

    it('a write, then truncate(), behind which a second reader of invalidate_lock waits', () => {
      expect(told(mutant, [write(0), write(2), truncate])).toEqual({
        cycles: [
          ['PG_locked -> PG_locked, ascending', 'PG_locked -> PG_locked, descending'],
          ['invalidate_lock (shared) -> PG_locked', 'PG_locked -> invalidate_lock (shared)'],
        ],
        deadlock: 'holds',
      });
    });
  });
});

/** Takes the trace again, by what it says alone; the state in which it ends. */
function taken(run: Run, { trace }: SeenOrder): Int32Array {
  const actions: number[] = [];
  let state = run.system.initial();
  const words = trace.split(' ').filter(Boolean);
  for (const word of words) {
    const [, what, times = '1'] = /^(.*?)(?:\*(\d+))?$/.exec(word)!;
    for (let i = 0; i < Number(times); i++) {
      const fitting: number[] = [];
      run.system.successors(state, 0, { successor: (action) => fitting.push(action) });
      const found = fitting.filter((action) => {
        const [last] = tell(run.system, [...actions, action]).slice(-1);
        return compactly([last!]) === what;
      });
      expect(found, `${what} in ${trace}`).toHaveLength(1);
      actions.push(found[0]!);
      state = run.system.step(state, found[0]!)!.state;
    }
  }
  return state;
}

describe('what is printed of an order is enough to see it again', () => {
  const runs = [
    ['recvfile', 'reclaim-meets-a-locked-page'],
    ['multipage-rfc/locked,mapped,skips', 'mapping-changes-after-read'],
  ] as const;
  it.each(runs)('%s in %s', (design, scenario) => {
    const run = prepare(
      named(design),
      SCENARIOS.find(({ name }) => name === scenario)!,
      {},
      [],
    );
    const search = new Search(run.system, DEFAULT_LIMITS);
    while (search.slice());
    const { orders } = ordersOf(run, search);
    expect(orders.length).toBeGreaterThan(5);
    for (const order of orders) {
      const task = run.system.tasks.findIndex(({ name }) => order.row.startsWith(`${name}.`));
      if (order.how === 'waits for') {
        const state = taken(run, order);
        expect(run.system.row(state, task)).toBe(order.row);
        const waiting = run.system.blockedIn(state).map((blocked) => blocked.task);
        // Who is throttled looks again: that is no blocked row.
        if (order.to !== 'dirty pages') expect(waiting).toContain(task);
        continue;
      }
      const words = order.trace.split(' ');
      const [, what, times = '1'] = /^(.*?)(?:\*(\d+))?$/.exec(words.at(-1)!)!;
      const before = [...words.slice(0, -1), `${what}*${Number(times) - 1}`].join(' ');
      const state = taken(run, { ...order, trace: before });
      expect(run.system.row(state, task)).toBe(order.row);
    }
  });
});

it('a run that has not closed is said to be open, and nothing is claimed of it', () => {
  const run = prepare(example, scenarioOf([write(0)]), {}, []);
  const search = new Search(run.system, { states: 5, depth: 100 });
  while (search.slice());
  const found = ordersOf(run, search);
  expect(found.limit).toBe('states');
  expect(joined('example', [found])).toMatchObject({ open: ['calls'], cycles: [], runs: 1 });
  // Stopped before it has looked at anything.
  const whole = new Search(run.system, DEFAULT_LIMITS);
  while (whole.slice());
  expect(ordersOf(run, whole, () => true)).toMatchObject({ states: 0, limit: 'interrupted' });
});

it('of several runs an order is told where the fewest steps show it', () => {
  const all = new AllLocks();
  const orders: SeenOrder[][] = [];
  const runs = [[write(0), write(0)], [write(2)]].map((calls) => {
    const run = prepare(named('page-at-a-time'), scenarioOf(calls), {}, []);
    let found: LocksOfRun | undefined;
    check(run, DEFAULT_LIMITS, (_, search) => {
      all.look(run, search);
      found = ordersOf(run, search);
    });
    orders.push([...found!.orders]);
    return found!;
  });
  const { orders: least } = joined('page-at-a-time', runs);
  for (const { from, to, steps } of least) {
    const same = orders.flat().filter((order) => order.from === from && order.to === to);
    expect(steps).toBe(Math.min(...same.map((order) => order.steps)));
  }
  expect(all.text()).toContain('\npage-at-a-time\n');
});
