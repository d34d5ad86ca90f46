/** Rows that move alone: what a reduced search finds is what a search of all states does. */
import { describe, expect, it } from 'vitest';
import { ballast, machineOf, randomMachine } from './alone-toy.ts';
import type { Made, Seen } from './alone-toy.ts';
import { Macro } from './macro.ts';
import { Random } from './random.ts';
import { ReducedSearch } from './reduced.ts';
import type { ReducedLimits } from './reduced.ts';
import { Search } from './search.ts';

const ROOM = { states: 200_000, depth: 1000 };

function full(made: Made): Search {
  const search = new Search(machineOf(made), ROOM);
  while (search.slice());
  return search;
}

function reduced(made: Made, limits: Partial<ReducedLimits>): ReducedSearch {
  const search = new ReducedSearch(machineOf(made), { ...ROOM, ...limits });
  while (search.slice());
  return search;
}

/** What ran, what was answered, and what promises had to say. */
function metIn(search: Search) {
  void search.saved;
  const { coverage } = search.machine;
  return {
    unasked: search.unasked,
    rows: coverage.rows().map(({ name, times, blocked }) => [name, times > 0, blocked > 0]),
    answers: coverage.answers().map(({ name, times }) => [name, times > 0]),
  };
}

/** Learns `from` states, and then finds at least what is broken; returns the rows that moved. */
function expectFound(made: Made, from: number): ReducedSearch {
  const all = full(made);
  const found = reduced(made, { reduced_from: from, forced: true });
  expect(found.error).toBe(undefined);
  expect(found.search.broken).toEqual(expect.arrayContaining([...all.broken]));
  expect(metIn(found.search)).toEqual(metIn(all));
  if (found.alone.active) expect(found.search.states).toBeLessThanOrEqual(all.states);
  return found;
}

/** And as a search to a verdict it says the same, trace by trace, wherever it begins. */
function expectTheSame(made: Made): void {
  const names = Object.keys(made.promises ?? {});
  const { properties } = full(made).result();
  for (const from of [1, 8, 64, 700]) {
    expectFound(made, from);
    const { search } = reduced(made, { reduced_from: from });
    const said = search.result().properties;
    expect(names.map((name, i) => ({ name, ...said[i] }))).toEqual(
      names.map((name, i) => ({ name, ...properties[i] })),
    );
  }
}

const broken = (made: Made): readonly number[] => full(made).broken;
const beside = (made: Omit<Made, 'cells'>): Made => ({
  ...made,
  cells: 6,
  tasks: [...made.tasks, ballast(4), ballast(5)],
});

describe('rows that move alone', () => {
  const made = beside({
    tasks: [
      {
        begin: (k) => (k.set(0, 1), 'own'),
        own: (k, f) => (k.pass(), (f.local = 1), 'more'),
        more: (k, f) => (k.pass(), (f.local = 2), 'end'),
        end: (k) => (k.set(0, 0), 'done'),
      },
    ],
    promises: { sound: { broken: ({ s }) => s.cell[0]!.is > 1 } },
  });

  it('are found, and there are fewer states', () => {
    const { search, alone } = expectFound(made, 64);
    expect(alone.names).toEqual(['task0.own', 'task0.more', 'task0.end']);
    expect(search.states).toBeLessThan(full(made).states / 2);
    expectTheSame(made);
  });

  it('are said', () => {
    const { search } = reduced(made, { reduced_from: 64, forced: true });
    expect(search.result()).toMatchObject({ reduced: ['task0.own', 'task0.more', 'task0.end'] });
    expect(full(made).result()).not.toHaveProperty('reduced');
  });

  it('come to the same where every row runs', () => {
    const { search, alone } = reduced(made, { reduced_from: 64, forced: true });
    const plain = new Search(new Macro(machineOf(made), alone), { ...ROOM, plain: true });
    while (plain.slice());
    expect(plain.states).toBe(search.states);
    for (let n = 0; n < plain.states; n++) {
      expect([plain.parent(n), ...plain.state(n)]).toEqual([search.parent(n), ...search.state(n)]);
    }
  });
});

describe('what is broken before rows move alone', () => {
  const early = { broken: ({ s }: Seen) => s.cell[0]!.is === 1 };
  const late = { broken: ({ system }: Seen) => system.unfinished() === 0 };
  // A search does more than a thousand states at once.
  const with_promises = (promises: NonNullable<Made['promises']>): Made => ({
    ...beside({
      tasks: [
        ballast(6),
        {
          begin: (k) => (k.set(0, 1), 'own'),
          own: (k, f) => (k.pass(), (f.local = 1), 'more'),
          more: (k, f) => (k.pass(), (f.local = 2), 'end'),
          end: (k) => (k.set(1, 1), 'done'),
        },
      ],
      promises,
    }),
    cells: 7,
  });

  it('is known then, by its shortest trace, and there are fewer states', () => {
    const made = with_promises({ early, sound: { broken: () => false } });
    const { search } = reduced(made, { reduced_from: 64 });
    expect(search.result()).toMatchObject({ reduced: ['task1.own', 'task1.more', 'task1.end'] });
    expect(search.states).toBeLessThan(full(made).states / 2);
    expectTheSame(made);
  });

  it('stays known where another is looked for in all states, and that is interrupted', () => {
    const made = with_promises({ early, late });
    const found = new ReducedSearch(machineOf(made), { ...ROOM, reduced_from: 64 });
    while (found.begun === 0 || found.alone.active) expect(found.slice()).toBe(true);
    const [one, other] = full(made).result().properties;
    expect(one!.verdict + other!.verdict).toBe('violatedviolated');
    expect(found.search.states).toBe(1);
    const said = found.farthest.result();
    expect(said.states).toBeGreaterThan(1024);
    expect(said).toMatchObject({ limit: 'interrupted' });
    expect(said.properties).toMatchObject([one, { verdict: 'incomplete' }]);
    expect(found.search.result().properties).toMatchObject([one, { verdict: 'incomplete' }]);
    expectTheSame(made);
  });
});

describe('a breach that a row hides which does not move alone', () => {
  it('another task reads what it writes', () => {
    const made = beside({
      tasks: [
        { a: (k) => (k.set(0, 1), 'b'), b: (k) => (k.set(0, 2), 'done') },
        { c: (k) => (k.set(1, k.get(0)), 'd'), d: (k) => (k.pass(), 'done') },
      ],
      promises: { never_one: { broken: ({ s }) => s.cell[1]!.is === 1 } },
    });
    expect(broken(made)).toEqual([0]);
    expect(expectFound(made, 64).alone.names).not.toContain('task0.b');
    expectTheSame(made);
  });

  it('it reads what another task writes', () => {
    const made = beside({
      tasks: [
        { a: (k) => (k.set(0, 1), 'b'), b: (k) => (k.set(1, k.get(2)), 'done') },
        { c: (k) => (k.await(0, 1, 1), 'd'), d: (k) => (k.set(2, 1), 'done') },
      ],
      promises: { never_one: { broken: ({ s }) => s.cell[1]!.is === 1 } },
    });
    expect(broken(made)).toEqual([0]);
    expect(expectFound(made, 64).alone.names).not.toContain('task0.b');
    expectTheSame(made);
  });

  it('another task writes what it writes', () => {
    const made = beside({
      tasks: [
        { a: (k) => (k.set(0, 1), 'b'), b: (k) => (k.set(1, 1), 'done') },
        { c: (k) => (k.await(0, 1, 1), 'd'), d: (k) => (k.set(1, 2), 'done') },
      ],
      promises: {
        never: { broken: ({ s, system }) => s.cell[1]!.is === 1 && !system.unfinished(3) },
      },
    });
    expect(broken(made)).toEqual([0]);
    expectTheSame(made);
  });

  it('a promise reads a local that it writes', () => {
    const made = beside({
      tasks: [
        {
          a: (k, f) => (k.pass(), (f.local = 1), 'b'),
          b: (k, f) => (k.pass(), (f.local = 0), 'c'),
          c: (k) => (k.pass(), 'done'),
        },
      ],
      promises: { never: { broken: ({ s }) => s.task[0]!.local === 1 && s.cell[4]!.is === 5 } },
    });
    expect(broken(made)).toEqual([0]);
    expect(expectFound(made, 64).alone.names).toContain('task0.b');
    expectTheSame(made);
  });

  it('a promise reads where the task stands', () => {
    const made = beside({
      tasks: [{ a: (k) => (k.pass(), 'b'), b: (k) => (k.pass(), 'done') }],
      promises: {
        never: {
          broken: ({ s, system }) =>
            s.cell[5]!.is === 5 && s.cell[4]!.is === 7 && system.unfinished(1) === 1,
        },
      },
      daemons: [0],
    });
    expect(broken(made)).toEqual([0]);
    expect(expectFound(made, 64).alone.names).toContain('task0.b');
    expectTheSame(made);
  });

  it('a promise reads who can move, and who waits', () => {
    const made = beside({
      tasks: [
        {
          a: (k) => (k.pass(), 'b'),
          b: (k) => (k.pass(), 'c'),
          c: (k) => (k.await(0, 1, 2), 'done'),
        },
        { d: (k) => (k.await(0, 1, 1), 'done') },
      ],
      promises: {
        dead: { broken: ({ system }) => system.moves === 0 && system.unfinished() !== 0 },
        moves: { broken: ({ system }) => (system.moves & 3) === 1 && system.waiting === 2 },
      },
    });
    expect(broken(made)).toEqual([0, 1]);
    expectTheSame(made);
  });

  it('a promise reads that the task can move, which then cannot', () => {
    const made = beside({
      tasks: [
        {
          a: (k) => (k.set(0, 1), 'b'),
          b: (k) => (k.pass(), 'c'),
          c: (k) => (k.await(1, 1, 2), 'done'),
        },
      ],
      promises: {
        never: { broken: ({ s, system }) => s.cell[0]!.is === 1 && (system.moves & 1) === 1 },
      },
    });
    expect(broken(made)).toEqual([0]);
    expect(expectFound(made, 64).alone.names).toContain('task0.b');
    expectTheSame(made);
  });

  it('what it does hangs on a local, which the row before does not read', () => {
    const made = beside({
      tasks: [
        {
          a: (k, f) => ((f.local = 1 + k.toss()), 'r'),
          r: (k) => (k.set(0, 1), 'b'),
          b: (k, f) => (k.set(1, f.local), 'c'),
          c: (k) => (k.set(0, 2), 'done'),
        },
      ],
      promises: { never: { broken: ({ s }) => s.cell[1]!.is === 2 } },
    });
    expect(broken(made)).toEqual([0]);
    expect(expectFound(made, 64).alone.names).toContain('task0.b');
    expectTheSame(made);
  });

  it.each([
    ['before', (one: boolean, other: () => boolean) => other() && one],
    ['late', (one: boolean, other: () => boolean) => one && other()],
  ])('what it writes over is read by a promise, %s', (_, both) => {
    const made = beside({
      tasks: [
        {
          a: (k, f) => ((f.local = 1 + k.toss()), 'r'),
          r: (k) => (k.set(0, 1), 'b'),
          b: (k, f) => (k.pass(), (f.local = 3), 'c'),
          c: (k) => (k.set(0, 2), 'done'),
        },
        { x: (k) => (k.set(1, k.get(0)), 'y'), y: (k) => (k.await(4, 7, 4), 'done') },
      ],
      promises: {
        never: {
          broken: ({ s }) =>
            both(
              s.cell[4]!.is === 6 && s.cell[5]!.is === 7,
              () => s.cell[0]!.is === 1 && s.task[0]!.local === 2,
            ),
        },
      },
    });
    expect(broken(made)).toEqual([0]);
    expect(expectFound(made, 64).alone.names).toContain('task0.b');
    expectTheSame(made);
  });

  it('it has a choice, late', () => {
    const made = beside({
      tasks: [
        {
          a: (k) => (k.pass(), 'b'),
          b: (k, f) => ((f.local = k.get(4) === 7 ? k.toss() : (k.pass(), 0)), 'c'),
          c: (k, f) => (k.set(0, f.local), 'done'),
        },
      ],
      promises: { never: { broken: ({ s }) => s.cell[0]!.is === 1 } },
    });
    expect(broken(made)).toEqual([0]);
    expectTheSame(made);
  });

  it('it waits, late', () => {
    const made = beside({
      tasks: [
        {
          a: (k) => (k.pass(), 'b'),
          b: (k) => (k.get(4) < 7 ? k.pass() : k.await(0, 1, 0), 'done'),
        },
      ],
      promises: {
        dead: { broken: ({ system }) => system.moves === 0 && system.unfinished() !== 0 },
      },
    });
    expect(broken(made)).toEqual([0]);
    expectTheSame(made);
  });

  it('it leads back to itself', () => {
    const made = beside({
      tasks: [
        {
          a: (k) => (k.pass(), 'b'),
          b: (k, f) => (k.pass(), (f.local = 1), 'c'),
          c: (k, f) => (k.pass(), (f.local = 0), 'b'),
        },
      ],
      promises: {
        never: { broken: ({ s }) => s.cell[4]!.is === 7 && s.cell[5]!.is === 7 },
        ends: { owing: ({ system }) => system.unfinished(1) },
      },
    });
    expect(broken(made)).toEqual([0, 1]);
    expectTheSame(made);
  });

  it('a loop goes through it', () => {
    const made = beside({
      tasks: [
        {
          a: (k) => (k.pass(), 'b'),
          b: (k, f) => (k.pass(), (f.local = 1), 'c'),
          c: (k, f) => (k.set(0, 1 - k.get(0)), (f.local = 0), 'b'),
        },
        { d: (k) => (k.set(1, k.get(0)), 'done') },
      ],
      promises: { ends: { owing: ({ system }) => system.unfinished(1) } },
    });
    expect(broken(made)).toEqual([0]);
    expectTheSame(made);
  });

  it('it does something else for one value of what it seems to ignore', () => {
    const made = beside({
      tasks: [
        {
          a: (k) => (k.pass(), 'b'),
          b: (k, f) => (k.pass(), (f.local = k.get(4) === 6 ? 1 : 0), 'c'),
          c: (k, f) => (k.set(0, f.local), 'done'),
        },
      ],
      promises: { never: { broken: ({ s }) => s.cell[0]!.is === 1 && s.cell[4]!.is === 6 } },
    });
    expect(broken(made)).toEqual([0]);
    expect(expectFound(made, 64).alone.names).not.toContain('task0.b');
    expectTheSame(made);
  });

  it('a premise is true only while it is to run', () => {
    const made = beside({
      tasks: [{ a: (k) => (k.pass(), 'b'), b: (k) => (k.pass(), 'done') }],
      promises: {
        there: {
          premise: ({ s, system }) => s.cell[4]!.is === 7 && system.unfinished(1) !== 0,
        },
        nowhere: { premise: ({ s }) => s.task[0]!.local === 1 },
      },
    });
    expect(
      full(made)
        .result()
        .properties.map(({ verdict }) => verdict),
    ).toEqual(['holds', 'vacuous']);
    expectTheSame(made);
  });
});

describe('what is learned late', () => {
  /** From the last states on a row does more than it did. */
  const late = (more: 'reads' | 'writes') =>
    beside({
      tasks: [
        { a: (k) => (k.pass(), 'b'), b: (k, f) => (k.pass(), (f.local = 1), 'done') },
        {
          c(k) {
            if (k.get(4) < 6 || k.get(5) < 6) return (k.set(1, 1 - k.get(1)), 'c');
            if (more === 'writes') k.set(2, 1);
            else k.pass();
            return 'done';
          },
        },
        {
          d: (k) => (k.pass(), 'e'),
          e: (k, f) => (k.pass(), (f.local = k.get(2)), 'g'),
          g: (k) => (k.pass(), 'done'),
        },
      ],
      promises: { never: { broken: ({ s }) => s.task[2]!.local === 1 } },
    });

  it('begins the search again, with fewer such rows', () => {
    const made = late('writes');
    const { begun, alone } = expectFound(made, 64);
    expect(begun).toBeGreaterThan(1);
    expect(alone.names).toEqual(['task0.b', 'task2.g']);
    expect(broken(made)).toEqual([0]);
    expectTheSame(made);
    expectTheSame(late('reads'));
  });
});

describe('machines by chance', () => {
  const SEEDS = 150;
  let moved = 0;
  let fewer = 0;

  it(`${SEEDS} of them: all that is broken is found`, () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const made = randomMachine(new Random(seed));
      for (const from of [6, 40]) {
        const all = full(made);
        const { search, alone, error } = reduced(made, { reduced_from: from, forced: true });
        expect(error).toBe(undefined);
        const missed = all.broken.filter((property) => !search.broken.includes(property));
        expect([seed, from, alone.names, missed]).toEqual([seed, from, alone.names, []]);
        expect([seed, from, metIn(search)]).toEqual([seed, from, metIn(all)]);
        if (!alone.active) continue;
        moved++;
        if (search.states < all.states) fewer++;
      }
    }
    expect([moved, fewer].map((n) => n > 40)).toEqual([true, true]);
  });
});
