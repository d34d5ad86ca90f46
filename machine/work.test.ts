/** Pieces of work, one after the other; rows that run again; counters that leave their range. */
import { describe, expect, test } from 'vitest';
import { DesignError, Turn, decode, encodeAction, pcField } from './rows.ts';
import type { AnyRows } from './rows.ts';
import { Struct, array, counter, range } from './struct.ts';
import type { View } from './struct.ts';
import { System } from './system.ts';

const frame = { local: range(9), other: range(9) };
const layout = (pieces: readonly { readonly rows: AnyRows<Worker> }[]) => ({
  number: counter(5),
  tried: range(9),
  pc: { task: pcField(pieces) },
  task: { first: frame, second: frame },
  stack: array(2, { seen: range(9) }),
});
type State = View<ReturnType<typeof layout>>;

class Worker extends Turn {
  readonly s: State;
  wanted: boolean;

  constructor(s: State, wanted: boolean) {
    super([{ name: 'coin', answers: ['heads', 'tails'] }]);
    this.s = s;
    this.wanted = wanted;
  }

  add(amount: number): void {
    this.command();
    this.s.number += amount;
    this.say(`add ${amount}`);
  }

  see(seen: number): void {
    this.command();
    this.s.stack[this.program]!.seen = seen;
  }

  /** Goes on at the second try; the first stands as a step of its own. */
  tryTwice(): void {
    this.command();
    if (this.s.tried > 0) return;
    this.s.tried++;
    this.say('tried');
    this.again();
  }

  override resting(_task: number, program: number): boolean {
    return program === 1 && !this.wanted;
  }
}

type Rows = AnyRows<Worker>;

function worker(first: Rows, second?: Rows, wanted = true) {
  const pieces = [{ rows: first }, ...(second === undefined ? [] : [{ rows: second }])];
  const struct = new Struct(layout(pieces));
  const memory = new Int32Array(struct.words);
  const view = struct.view(memory);
  const frames = [view.task.first, view.task.second];
  const system = new System({
    struct,
    memory,
    kernel: new Worker(view, wanted),
    tasks: [
      {
        name: 'task',
        pc: 'pc.task',
        daemon: false,
        work: pieces.map(({ rows }, i) => ({
          rows,
          frame: { path: `task.${['first', 'second'][i]}`, view: frames[i]! },
          stack: `stack[${i}]`,
        })),
      },
    ],
    checks: () => [],
    start: () => undefined,
  });
  return { system, view };
}

type Made = ReturnType<typeof worker>;

/** Takes steps with all answers good, until none is left. */
function run({ system }: Made, steps = Infinity) {
  let state = system.initial();
  for (let i = 0; i < steps; i++) {
    const next = system.step(state, 0);
    if (next === undefined) break;
    state = next.state;
  }
  system.look(state);
  return state;
}

describe('work: one piece after the other', () => {
  const first: Rows = {
    begin: (k, f) => (k.see(3), (f.local = 4), 'end'),
    end: (k, f) => (k.add(f.local), 'done'),
  };
  const second: Rows = {
    begin: (k, f) => (k.see(5), (f.other = 6), 'middle'),
    middle: (k) => (k.add(-1), 'end'),
    end: (k, f) => (k.add(f.other - 7), 'done'),
  };

  test('the end of the first is the beginning of the second; then all is done', () => {
    const made = worker(first, second);
    run(made, 2);
    expect([made.system.label(0), made.system.unfinished()]).toEqual(['begin', 1]);
    run(made, 3);
    expect([made.system.label(0), made.system.unfinished()]).toEqual(['middle', 1]);
    run(made);
    expect([made.system.label(0), made.system.unfinished()]).toEqual(['done', 0]);
    expect(made.view.number).toBe(4 - 1 - 1);
  });

  test('the locals and the stack of a piece that is done are forgotten, those alone', () => {
    const made = worker(first, second);
    run(made, 1);
    expect([made.view.task.first.local, made.view.stack[0]!.seen]).toEqual([4, 3]);
    run(made, 3);
    expect([made.view.task.first.local, made.view.stack[0]!.seen]).toEqual([0, 0]);
    expect([made.view.task.second.other, made.view.stack[1]!.seen]).toEqual([6, 5]);
    expect(made.view.number).toBe(4);
    run(made);
    expect([made.view.task.second.other, made.view.stack[1]!.seen]).toEqual([0, 0]);
  });

  test('a row goes on within its own piece alone', () => {
    const made = worker(first, { ...second, begin: () => 'alone' });
    expect(() => run(made)).toThrow(DesignError);
    expect(() => run(made)).toThrow("row task.begin: goes on to 'alone', which is no row");
    const strayed = worker({ ...first, begin: () => 'middle' }, second);
    expect(() => run(strayed)).toThrow("goes on to 'middle', which is no row");
  });

  test('a label that stands in both pieces is counted once', () => {
    const made = worker(first, second);
    let state = made.system.initial();
    for (let i = 0; i < 5; i++) {
      made.system.successors(state, 0, { successor: (_, to) => void (state = to.slice()) });
    }
    expect(made.system.coverage.rows()).toEqual([
      { name: 'task.begin', times: 2, blocked: 0 },
      { name: 'task.end', times: 2, blocked: 0 },
      { name: 'task.middle', times: 1, blocked: 0 },
    ]);
  });

  test('who is before a piece that nobody wants is at rest; before one that is wanted, not', () => {
    // The first piece ends at once: the task stands before the second.
    for (const wanted of [true, false]) {
      const made = worker({ only: (k) => (k.add(1), 'done') }, second, wanted);
      made.system.look(made.system.initial());
      expect(made.system.unfinished()).toBe(1);
      run(made, 1);
      expect(made.system.label(0)).toBe('begin');
      expect(made.system.unfinished()).toBe(wanted ? 1 : 0);
    }
  });
});

describe('work: a row that is to run again', () => {
  const again: Rows = {
    tries(k, f) {
      f.local++;
      k.tryTwice();
      return 'tried';
    },
    tried: (k, f) => (k.add(f.local), 'done'),
  };

  test('keeps what its command did, and its locals are as before', () => {
    const made = worker(again);
    run(made, 1);
    expect(made.view.tried).toBe(1);
    expect(made.view.task.first.local).toBe(0);
    expect(made.system.label(0)).toBe('tries');
    run(made, 2);
    expect([made.system.label(0), made.view.task.first.local]).toEqual(['tried', 1]);
    run(made);
    expect(made.view.number).toBe(1);
  });

  test('is a step, by step() as by successors(), and says what it did', () => {
    const { system } = worker(again);
    const found: { action: number; to: number[] }[] = [];
    const sink = (action: number, to: Int32Array) => found.push({ action, to: [...to] });
    system.successors(system.initial(), 0, { successor: sink });
    const step = system.step(system.initial(), 0)!;
    expect(found).toEqual([{ action: 0, to: [...step.state] }]);
    expect([step.label, step.said]).toEqual(['tries', 'tried']);
    expect(system.moves).toBe(1);
    expect(system.waiting).toBe(0);
  });
});

describe('work: a counter out of its range', () => {
  test('is a limit of the run: the step is left out, and no design error', () => {
    const { system } = worker({ adds: (k) => (k.add(k.choose(0, 2) === 0 ? 1 : 6), 'adds') });
    const found: number[][] = [];
    system.successors(system.initial(), 0, {
      successor: (action) => found.push(decode(action).answers),
    });
    expect(found).toEqual([[]]);
    expect(system.beyond).toBe('number');
    expect(system.step(system.initial(), encodeAction(0, [1]))).toBeUndefined();
  });

  test('any other field out of its range is an error, and no limit', () => {
    const { system } = worker({ sees: (k) => (k.see(10), 'done') });
    expect(() => system.look(system.initial())).toThrow(
      'row task.sees: stack[0].seen = 10 is outside its declared range 0..9',
    );
    expect(system.beyond).toBeUndefined();
  });
});
