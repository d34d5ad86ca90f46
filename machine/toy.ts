/** A machine as small as can be, for the tests of rows and searches: a number, and who moves it. */
import { Turn, pcField } from './rows.ts';
import type { Check, Row } from './rows.ts';
import { Struct, array, range } from './struct.ts';
import type { View } from './struct.ts';
import { System } from './system.ts';

export const NUMBER_MAX = 9999;

type Rows = Readonly<Record<string, Row<Toy, { local: number }, string>>>;

export const layout = (tasks: readonly Rows[]) => ({
  number: range(NUMBER_MAX),
  // All tasks share the longest list of labels, so that an array can hold them.
  pc: array(tasks.length, {
    at: pcField([
      { rows: tasks.reduce((a, b) => (Object.keys(a).length < Object.keys(b).length ? b : a)) },
    ]),
  }),
  task: array(tasks.length, { local: range(9) }),
});

export type State = View<ReturnType<typeof layout>>;

export class Toy extends Turn {
  readonly #s: State;

  constructor(s: State) {
    super([
      { name: 'coin', answers: ['heads', 'tails'] },
      { name: 'die', answers: [] },
    ]);
    this.#s = s;
  }

  get number(): number {
    return this.#s.number;
  }

  add(amount: number): void {
    this.command();
    this.#s.number += amount;
    this.say(`add ${amount}`);
  }

  /** Unlike `add` it does not look at what the number was. */
  set(number: number): void {
    this.command();
    this.#s.number = number;
    this.say(`set ${number}`);
  }

  /** A command that only asks: the nth question of `site` with so many answers. */
  ask(...questions: readonly (readonly [site: number, answers: number])[]): number[] {
    this.command();
    return questions.map(([site, answers]) => this.choose(site, answers));
  }

  /** Goes on only where the number is large enough; waits for these tasks, a mask. */
  await(number: number, tasks = 1 << 1): void {
    this.command();
    if (this.#s.number >= number) return;
    this.wait(tasks);
    this.sayWait(`the number to reach ${number}`);
  }

  rest(): void {
    this.command();
    this.idle();
  }
}

interface Waits {
  readonly waiting: number;
  readonly waitsFor: Int32Array;
}

/** Checks are given the number, or who waits. With `owing` one is of progress. */
export type Promises = Readonly<
  Record<
    string,
    { premise?: (n: number) => boolean } & (
      | { broken: (n: number) => boolean }
      | { waits: (waits: Waits) => boolean }
      | { owing: (n: number) => number }
    )
  >
>;

export function toy(
  tasks: readonly Rows[],
  promises: Promises = {},
  daemons: readonly number[] = [],
  at_will: readonly number[] = [],
) {
  const struct = new Struct(layout(tasks));
  const memory = new Int32Array(struct.words);
  const view = struct.view(memory);
  return new System({
    struct,
    memory,
    kernel: new Toy(view),
    tasks: tasks.map((rows, i) => ({
      name: `task${i}`,
      pc: `pc[${i}].at`,
      work: [{ rows, frame: { path: `task[${i}]`, view: view.task[i]! } }],
      daemon: daemons.includes(i),
      at_will: at_will.includes(i),
    })),
    checks: (system) =>
      Object.entries(promises).map(([name, { premise, ...promise }]): Check => ({
        name,
        premise: () => premise?.(view.number) ?? true,
        ...('owing' in promise
          ? { owing: () => promise.owing(view.number) }
          : 'waits' in promise
            ? { violated: () => promise.waits(system) }
            : { violated: () => promise.broken(view.number) }),
      })),
    start: () => undefined,
  });
}

/** Counts to `end`, a step a number, and takes one more step to notice that it is there. */
export const counter = (end: number): Rows => ({
  count(k) {
    if (k.number >= end) return 'done';
    k.add(1);
    return 'count';
  },
});
