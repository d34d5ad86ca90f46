import { describe, expect, test } from 'vitest';
import { DesignError, decode, encodeAction } from './rows.ts';
import type { Row } from './rows.ts';
import { counter, toy } from './toy.ts';
import type { Toy } from './toy.ts';

type System = ReturnType<typeof toy>;
type Rows = Parameters<typeof toy>[0][number];

/** All successors of a state, as (action, state). */
function successors(system: System, state = system.initial()) {
  const found: { action: number; to: number[] }[] = [];
  system.successors(state, 0, { successor: (action, to) => found.push({ action, to: [...to] }) });
  return found;
}

const only = (row: Row<Toy, { local: number }, string>): Rows => ({ first: row });

/** Every state that can be reached, by way of `successors` alone. */
function reachable(system: System): Int32Array[] {
  const states = [system.initial()];
  const seen = new Set([states[0]!.join()]);
  for (const state of states) {
    for (const { to } of successors(system, state)) {
      if (!seen.has(to.join())) {
        seen.add(to.join());
        states.push(Int32Array.from(to));
      }
    }
  }
  return states;
}

/**
 * Two that wait for each other's numbers, with questions of two kinds, and one that never rests.
 */
const busy = () =>
  toy(
    [
      {
        toss(k, f) {
          f.local = k.ask([0, 2], [1, 3]).reduce((a, b) => a * 3 + b);
          return f.local === 5 ? 'done' : 'add';
        },
        add(k, f) {
          k.add(f.local === 0 ? 2 : 1);
          return 'wait';
        },
        wait(k) {
          k.await(3);
          return 'done';
        },
      },
      {
        add(k) {
          k.add(1);
          return 'roll';
        },
        roll(k) {
          return k.ask([1, 4])[0] ? 'wait' : 'done';
        },
        wait(k) {
          k.await(2);
          return 'done';
        },
      },
      only((k) => {
        k.rest();
        return 'first';
      }),
    ],
    {},
    [2],
  );

describe('rows: rules that a design must keep', () => {
  const broken = (row: Row<Toy, { local: number }, string>) => () => successors(toy([only(row)]));

  test('a row that runs two commands', () => {
    const run = broken((k) => {
      k.add(1);
      k.add(1);
      return 'done';
    });
    expect(run).toThrow(DesignError);
    expect(run).toThrow('row task0.first: runs two commands; a row is one command, one lock hold');
  });

  /** A row that keeps a secret: it asks something else every second time. */
  const fickle = (first: [number, number][], then: [number, number][]) => {
    let runs = 0;
    return broken((k) => {
      k.ask(...(runs++ % 2 === 0 ? first : then));
      return 'done';
    });
  };

  test.each([
    { differs: 'the number of answers', again: [[0, 3]] },
    { differs: 'the site', again: [[1, 2]] },
    { differs: 'fewer questions', again: [] },
  ] as { differs: string; again: [number, number][] }[])(
    'a row that asks differently when asked again: $differs',
    ({ again }) => {
      const run = fickle([[0, 2]], again);
      expect(run).toThrow(DesignError);
      expect(run).toThrow('row task0.first: asked choose differently when it was run again');
    },
  );

  test('a row that goes on to what is no row, be it the empty word', () => {
    expect(broken(() => 'nowhere')).toThrow(DesignError);
    expect(broken(() => 'nowhere')).toThrow(
      "row task0.first: goes on to 'nowhere', which is no row",
    );
    expect(broken(() => '')).toThrow("row task0.first: goes on to '', which is no row");
  });

  test('a row that asks too much', () => {
    const four: [number, number][] = [0, 0, 0, 0].map((site) => [site, 2]);
    expect(broken((k) => (k.ask(...four), 'done'))).toThrow(
      'task0.first: asks more than 3 questions',
    );
    expect(broken((k) => (k.ask([1, 257]), 'done'))).toThrow('more than 256 answers');
  });

  test('a value outside its range, and any other error, name the row and keep their cause', () => {
    const run = broken((_, f) => {
      f.local = 10;
      return 'done';
    });
    expect(run).toThrow('row task0.first: task[0].local = 10 is outside its declared range 0..9');
    try {
      run();
    } catch (error) {
      expect((error as Error).cause).toMatchObject({ name: 'FieldRangeError' });
    }
  });

  test('the row that is named is the one that did it, whoever moved before', () => {
    const system = toy([counter(2), only(() => 'nowhere')]);
    expect(() => successors(system)).toThrow('row task1.first');
  });

  test('a rule that was broken is not mended by a catch', () => {
    const system = toy([
      only((k) => {
        try {
          k.wrong('no');
        } catch {
          // Nobody is to know.
        }
        return 'done';
      }),
    ]);
    expect(() => successors(system)).toThrow(/^row \w+\.\w+: no$/);
  });

  test('more than 32 tasks are refused', () => {
    expect(() => toy(Array.from({ length: 33 }, () => counter(1)))).toThrow('more than 32 tasks');
  });
});

describe('rows: what a step is', () => {
  test('every way a row can turn out is one successor, the good answers first', () => {
    const system = toy([only((k, f) => ((f.local = k.ask([0, 2], [1, 3])[1]!), 'done'))]);
    expect(successors(system).map(({ action }) => decode(action).answers)).toEqual(
      // Answers that are 0 and last are left out.
      [[], [0, 1], [0, 2], [1], [1, 1], [1, 2]],
    );
  });

  test('a question may depend on the answer before', () => {
    const system = toy([
      only((k) => {
        k.ask([0, 2], [1, 1]);
        return 'done';
      }),
    ]);
    expect(successors(system)).toHaveLength(2);
    // Where there is but one answer nothing was asked.
    expect(system.step(system.initial(), 0)!.chosen).toEqual([{ site: 'coin', answer: 0 }]);
  });

  test('tasks take turns in the order in which they were given', () => {
    const tasks = successors(busy()).map(({ action }) => decode(action).task);
    expect(tasks).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  test('blocked is no successor: a wait is remembered with whom it is for, idleness is not', () => {
    const system = toy([only((k) => (k.await(1), 'done')), only((k) => (k.rest(), 'first'))]);
    expect(successors(system)).toEqual([]);
    expect(system.waiting).toBe(1);
    expect(system.waitsFor[0]).toBe(1 << 1);
    expect(system.moves).toBe(0);
    expect(system.blockedIn(system.initial())).toEqual([
      { task: 0, label: 'first', on: 'the number to reach 1', tasks: 1 << 1 },
    ]);
    expect(system.coverage.rows()).toMatchObject([
      { name: 'task0.first', times: 0, blocked: 2 },
      { name: 'task1.first', times: 0, blocked: 2 },
    ]);
  });

  test('a row that was blocked is undone, whatever it has done: that is no error', () => {
    const row: Row<Toy, { local: number }, string> = (k, f) => {
      f.local = 1;
      k.await(5);
      f.local = 2;
      return 'done';
    };
    const system = toy([only(row), counter(1)]);
    const found = successors(system);
    expect(found.map(({ action }) => decode(action).task)).toEqual([1]);
    // What the other task is given has no trace of the row.
    const other = toy([only((k) => (k.await(5), 'done')), counter(1)]);
    expect(found[0]!.to).toEqual(successors(other)[0]!.to);
    expect(system.step(system.initial(), encodeAction(0, []))).toBeUndefined();
    system.look(system.initial());
    expect(system.label(0)).toBe('first');
  });

  test('a step that changes nothing is a successor, but no move', () => {
    const system = toy([only((k) => (k.add(0), 'first'))]);
    expect(successors(system)).toEqual([{ action: 0, to: [...system.initial()] }]);
    expect(system.moves).toBe(0);
  });

  test('one task at its last label takes no more turns, and nothing is left to do', () => {
    const system = toy([counter(0)]);
    const [last] = successors(system);
    const end = Int32Array.from(last!.to);
    expect(successors(system, end)).toEqual([]);
    system.look(end);
    expect(system.label(0)).toBe('done');
    expect(system.unfinished()).toBe(0);
    system.look(system.initial());
    expect(system.label(0)).toBe('count');
    expect(system.unfinished()).toBe(1);
  });

  test('a daemon is at rest, not unfinished, at its first row, and only there', () => {
    const twoRows: Rows = {
      first: (k) => (k.add(1), 'second'),
      second: (k) => (k.add(1), 'first'),
    };
    const system = toy([twoRows, twoRows], {}, [1]);
    system.look(system.initial());
    expect(system.unfinished()).toBe(0b01);
    system.look(system.step(system.initial(), encodeAction(1, []))!.state);
    expect(system.unfinished()).toBe(0b11);
  });

  test('a task that is done has no locals: states that differ in them alone are one', () => {
    const system = toy([only((k, f) => ((f.local = k.ask([1, 3])[0]!), 'done')), counter(1)]);
    const ends = successors(system).filter(({ action }) => decode(action).task === 0);
    expect(ends).toHaveLength(3);
    expect(new Set(ends.map(({ to }) => to.join())).size).toBe(1);
  });

  test('what was taken is counted, site by site', () => {
    const system = toy([only((k) => (k.ask([0, 2], [1, 3]), 'done'))]);
    successors(system);
    expect(system.coverage.answers()).toEqual([
      { name: 'coin=heads', times: 3, in_design: 0 },
      { name: 'coin=tails', times: 3, in_design: 0 },
      { name: 'die=0', times: 2, in_design: 0 },
      { name: 'die=1', times: 2, in_design: 0 },
      { name: 'die=2', times: 2, in_design: 0 },
    ]);
  });
});

describe('rows: actions', () => {
  test('an action is its task and its answers, there and back', () => {
    for (const task of [0, 1, 31]) {
      for (const answers of [[], [1], [0, 1], [255, 0, 255], [0, 0, 1]]) {
        expect(decode(encodeAction(task, answers))).toEqual({ task, answers });
      }
    }
    expect(decode(encodeAction(3, [2, 0, 0]))).toEqual({ task: 3, answers: [2] });
  });

  test('actions of one answer are in the order of that answer, then of the task', () => {
    const actions = [0, 1, 255].flatMap((answer) =>
      [0, 1, 31].map((task) => encodeAction(task, [answer])),
    );
    expect(actions).toEqual(actions.toSorted((a, b) => a - b));
    expect(new Set(actions).size).toBe(actions.length);
  });

  test('step() agrees with successors() on every action of every state', () => {
    const system = busy();
    const states = reachable(system);
    expect(states.length).toBeGreaterThan(50);
    const answers = [0, 1, 2, 3, 4].flatMap((a) => [0, 1, 2, 3].map((b) => [a, b]));
    const actions = [0, 1, 2, 3].flatMap((task) => answers.map((both) => encodeAction(task, both)));
    for (const state of states) {
      const enabled = new Map(successors(system, state).map(({ action, to }) => [action, to]));
      for (const action of actions) {
        const step = system.step(state, action);
        expect(step && [...step.state]).toEqual(enabled.get(action));
      }
    }
  });

  test('step() writes down what was done, and leaves its argument alone', () => {
    const system = busy();
    const start = system.initial();
    const asked = system.step(start, encodeAction(0, [1, 2]));
    expect(start).toEqual(system.initial());
    expect(asked).toMatchObject({
      task: 0,
      label: 'toss',
      chosen: [
        { site: 'coin', answer: 1 },
        { site: 'die', answer: 2 },
      ],
    });
    expect(system.step(start, encodeAction(1, []))).toMatchObject({ label: 'add', said: 'add 1' });
  });

  test('step() refuses answers to what was not asked, and tasks that are not there', () => {
    const system = busy();
    const start = system.initial();
    expect(system.step(start, encodeAction(0, [2]))).toBeUndefined();
    expect(system.step(start, encodeAction(0, [0, 0, 1]))).toBeUndefined();
    expect(system.step(start, encodeAction(1, [1]))).toBeUndefined();
    expect(system.step(start, encodeAction(2, []))).toBeUndefined();
    expect(system.step(start, encodeAction(3, []))).toBeUndefined();
  });
});
