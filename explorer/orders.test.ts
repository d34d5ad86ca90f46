/** Lock orders on small systems of locks and tasks: what is an order, and what is none. */
import { describe, expect, test } from 'vitest';
import type { LockClass } from '../machine/lock-class.ts';
import { Turn, pcField } from '../machine/rows.ts';
import type { Row } from '../machine/rows.ts';
import { Struct, array, range } from '../machine/struct.ts';
import type { View } from '../machine/struct.ts';
import { System } from '../machine/system.ts';
import type { Awaited } from '../machine/turn.ts';
import { cycles } from './cycles.ts';
import { Orders } from './orders.ts';
import { Search } from './search.ts';

const SIZE = 3;
const layout = (tasks: readonly Rows[]) => ({
  /** Masks of the tasks that hold lock a, and pages 0, 1, ... */
  a: range(255),
  a_shared: range(1),
  page: array(SIZE, { by: range(255) }),
  /** Somebody has still to ring. */
  rung: range(1),
  pc: array(2, {
    at: pcField([
      { rows: tasks.reduce((a, b) => (Object.keys(a).length < Object.keys(b).length ? b : a)) },
    ]),
  }),
  task: array(2, { local: range(1) }),
});
type State = View<ReturnType<typeof layout>>;

/** Locks a and p, of which there are several; and a bell that the second task rings. */
class Locks extends Turn {
  readonly s: State;
  heard: ((task: number, on: Awaited, n: number, shared: boolean) => void) | undefined = undefined;

  constructor(s: State) {
    super([]);
    this.s = s;
  }

  override wait(tasks: number, on?: Awaited, n = 0, shared = false): void {
    super.wait(tasks);
    this.heard?.(this.me, on!, n, shared);
  }

  take(shared = false): 1 {
    this.command();
    const { s } = this;
    if (s.a !== 0 && !(shared && s.a_shared)) this.wait(s.a, A, 0, shared);
    else {
      s.a |= 1 << this.me;
      s.a_shared = shared ? 1 : 0;
    }
    return 1;
  }

  give(): 1 {
    this.command();
    this.s.a &= ~(1 << this.me);
    return 1;
  }

  lock(n: number): 1 {
    this.command();
    const page = this.s.page[n]!;
    if (page.by !== 0) this.wait(page.by, P, n);
    else page.by = 1 << this.me;
    return 1;
  }

  unlock(n: number): 1 {
    this.command();
    this.s.page[n]!.by = 0;
    return 1;
  }

  /** Gives page n and takes a, in one command. */
  change(n: number): 1 {
    this.command();
    this.s.page[n]!.by = 0;
    this.s.a |= 1 << this.me;
    return 1;
  }

  hear(): 1 {
    this.command();
    if (!this.s.rung) this.wait(2, BELL);
    return 1;
  }

  ring(): 1 {
    this.command();
    this.s.rung = 1;
    return 1;
  }

  /** Until the other has rung: no run has both at work. */
  after(): 1 {
    this.command();
    if (!this.s.rung) this.idle();
    return 1;
  }
}

const A: LockClass<Locks> = {
  what: 'a',
  count: () => 1,
  holders: (k) => k.s.a,
  shared: (k) => k.s.a_shared === 1,
};
const P: LockClass<Locks> = {
  what: 'p',
  count: () => SIZE,
  holders: (k, n) => k.s.page[n]!.by,
};
const BELL: LockClass<Locks> = {
  what: 'bell',
  count: () => 1,
  holders: (k) => (k.s.rung ? 0 : 2),
  completion: true,
};

type Rows = Readonly<Record<string, Row<Locks, { local: number }, string>>>;

/** Rows one after the other. */
function does(...commands: readonly ((k: Locks) => 1)[]): Rows {
  return Object.fromEntries(
    commands.map((command, i) => [
      `r${i}`,
      (k: Locks) => (command(k), i + 1 < commands.length ? `r${i + 1}` : 'done'),
    ]),
  );
}

/** The orders, and the cycles among them, each order with who showed it after how many steps. */
function seen(tasks: readonly Rows[], classes: readonly LockClass<Locks>[] = [A, P, BELL]) {
  const struct = new Struct(layout(tasks));
  const memory = new Int32Array(struct.words);
  const view = struct.view(memory);
  const kernel = new Locks(view);
  const system = new System({
    struct,
    memory,
    kernel,
    tasks: tasks.map((rows, i) => ({
      name: `task${i}`,
      pc: `pc[${i}].at`,
      work: [{ rows, frame: { path: `task[${i}]`, view: view.task[i]! } }],
      daemon: false,
    })),
    checks: () => [],
    start: () => undefined,
  });
  const search = new Search(system, { states: 1000, depth: 100 });
  while (search.slice());
  expect(search.limit).toBeUndefined();
  const orders = new Orders(system, kernel, classes);
  kernel.heard = (...wait) => orders.waits(...wait);
  for (let n = 0; n < search.states; n++) orders.look(search.piece(n), search.place(n), n);
  kernel.heard = undefined;
  const words = orders.seen.map(({ from, to, within, state, task, action }) => {
    const how = action === undefined ? 'waits' : 'takes';
    const steps = search.trace(state).length;
    return `${from} -> ${to}${within ? ` ${within}` : ''}: task${task} ${how} after ${steps}`;
  });
  const found = cycles(orders.seen, new Set(orders.exclusive));
  return { words, cycles: found.map((cycle) => cycle.map(({ from, to }) => `${from} -> ${to}`)) };
}

const a: (k: Locks) => 1 = (k) => k.take();
const shared: (k: Locks) => 1 = (k) => k.take(true);
const give: (k: Locks) => 1 = (k) => k.give();
const p = (n: number) => (k: Locks) => k.lock(n);
const un = (n: number) => (k: Locks) => k.unlock(n);
const ring: (k: Locks) => 1 = (k) => k.ring();
const after: (k: Locks) => 1 = (k) => k.after();

describe('orders', () => {
  test('what is taken while another is held, and where that was seen first', () => {
    expect(seen([does(a, p(0), give, un(0))])).toEqual({
      words: ['a -> p: task0 takes after 1'],
      cycles: [],
    });
  });

  test('what is waited for, though nobody is seen to take it', () => {
    const { words } = seen([does(a, p(0)), does(p(0))]);
    expect(words).toContain('a -> p: task0 takes after 1');
    expect(seen([does(a, (k) => k.hear()), does(ring)]).words).toEqual([
      'a -> bell: task0 waits after 1',
    ]);
  });

  test('what is given back in the same step has no order', () => {
    expect(seen([does(p(0), (k) => k.change(0), give)]).words).toEqual([]);
  });

  test('what was given back before', () => {
    expect(seen([does(a, give, p(0), un(0))]).words).toEqual([]);
  });

  test('an order of who has to do something, where that one waits or takes', () => {
    const { words, cycles: found } = seen([does(a, (k) => k.hear()), does(a, ring)]);
    expect(words.toSorted()).toEqual([
      'a -> bell: task0 waits after 1',
      'bell -> a: task1 takes after 0',
    ]);
    expect(found).toEqual([['bell -> a', 'a -> bell']]);
  });

  test('a wait for what is no class is an error', () => {
    expect(() => seen([does(a, (k) => k.hear()), does(ring)], [A, P])).toThrow(
      "'bell' is waited for, and is no class of locks",
    );
  });
});

describe('cycles', () => {
  const ab = [a, p(0), un(0), give];
  const ba = [p(0), a, give, un(0)];

  test('orders of two tasks that are never at work together', () => {
    const { cycles: found } = seen([does(after, ...ba), does(...ab, ring)], [A, P]);
    expect(found).toEqual([['a -> p', 'p -> a']]);
    expect(seen([does(after, ...ab), does(...ab, ring)], [A, P]).cycles).toEqual([]);
  });

  test('a lock that all take shared makes nobody wait; who takes it alone makes it a cycle', () => {
    const read = [shared, p(0), un(0), give];
    const back = [p(0), shared, give, un(0)];
    const both = (...last: ((k: Locks) => 1)[]) =>
      seen([does(after, ...back, ...last), does(...read, ring)], [A, P]).cycles;
    expect(both()).toEqual([]);
    expect(both(a, give)).toEqual([['a -> p', 'p -> a']]);
  });

  test('of one class: in ascending order, or in both', () => {
    const up = [p(0), p(1), p(2), un(0), un(1), un(2)];
    const down = [p(1), p(0), un(0), un(1)];
    expect(seen([does(...up)]).cycles).toEqual([]);
    expect(seen([does(...down)]).cycles).toEqual([]);
    expect(seen([does(after, ...down), does(...up, ring)], [A, P]).cycles).toEqual([
      ['p -> p', 'p -> p'],
    ]);
  });

  test('the same again; and of those that are alike a second one', () => {
    expect(seen([does(p(0), p(0))]).cycles).toEqual([['p -> p']]);
    const alike: LockClass<Locks> = { ...P, alike: true };
    expect(seen([does(p(0), p(1))], [A, alike]).cycles).toEqual([['p -> p']]);
  });
});
