/** Machines for the tests of rows that move alone: cells that tasks share, and a local each. */
import { Turn, pcField } from '../machine/rows.ts';
import type { Check, Row } from '../machine/rows.ts';
import { Struct, array, range } from '../machine/struct.ts';
import type { View } from '../machine/struct.ts';
import { System } from '../machine/system.ts';
import type { Random } from './random.ts';

export const CELL_MAX = 7;

interface Local {
  local: number;
}

export type Rows = Readonly<Record<string, Row<Cells, Local, string>>>;

const layout = (cells: number, tasks: readonly Rows[]) => ({
  cell: array(cells, { is: range(CELL_MAX) }),
  pc: array(tasks.length, {
    at: pcField([
      { rows: tasks.reduce((a, b) => (Object.keys(a).length < Object.keys(b).length ? b : a)) },
    ]),
  }),
  task: array(tasks.length, { local: range(CELL_MAX) }),
});

export type State = View<ReturnType<typeof layout>>;

export class Cells extends Turn {
  readonly #s: State;

  constructor(s: State) {
    super([{ name: 'coin', answers: ['heads', 'tails'] }]);
    this.#s = s;
  }

  get(cell: number): number {
    return this.#s.cell[cell]!.is;
  }

  set(cell: number, value: number): void {
    this.command();
    this.#s.cell[cell]!.is = value % (CELL_MAX + 1);
  }

  /** Changes nothing that is shared. */
  pass(): void {
    this.command();
  }

  toss(): number {
    this.command();
    return this.choose(0, 2);
  }

  /** Waits for these tasks until the cell has so much. */
  await(cell: number, least: number, tasks: number): void {
    this.command();
    if (this.#s.cell[cell]!.is < least) this.wait(tasks);
  }
}

export interface Seen {
  readonly s: State;
  readonly system: {
    readonly moves: number;
    readonly waiting: number;
    unfinished(among?: number): number;
  };
}

export interface Promise {
  readonly broken?: (seen: Seen) => boolean;
  readonly owing?: (seen: Seen) => number;
  readonly premise?: (seen: Seen) => boolean;
}

export interface Made {
  readonly cells: number;
  readonly tasks: readonly Rows[];
  readonly promises?: Readonly<Record<string, Promise>>;
  readonly daemons?: readonly number[];
  readonly at_will?: readonly number[];
}

export function machineOf({ cells, tasks, promises = {}, daemons = [], at_will = [] }: Made) {
  const struct = new Struct(layout(cells, tasks));
  const memory = new Int32Array(struct.words);
  const s = struct.view(memory);
  return new System({
    struct,
    memory,
    kernel: new Cells(s),
    tasks: tasks.map((rows, i) => ({
      name: `task${i}`,
      pc: `pc[${i}].at`,
      work: [{ rows, frame: { path: `task[${i}]`, view: s.task[i]! } }],
      daemon: daemons.includes(i),
      at_will: at_will.includes(i),
    })),
    checks: (system) =>
      Object.entries(promises).map(([name, { broken, owing, premise }]): Check => ({
        name,
        premise: () => premise?.({ s, system }) ?? true,
        ...(owing === undefined
          ? { violated: () => broken?.({ s, system }) ?? false }
          : { owing: () => owing({ s, system }) }),
      })),
    start: () => undefined,
  });
}

/** Counts in a cell of its own: with it there are so many times more states. */
export const ballast = (cell: number): Rows => ({
  count(k) {
    if (k.get(cell) === CELL_MAX) return 'done';
    k.set(cell, k.get(cell) + 1);
    return 'count';
  },
});

const CELLS = 4;

/** One with a few rows and promises, by chance. */
export function randomMachine(random: Random): Made {
  const below = (n: number): number => random.below(n);
  const tasks = Array.from({ length: 2 + below(2) }, () => randomRows(random));
  const all = tasks.map((_, task) => task);
  const chosen = (n: number) => all.filter(() => below(n) === 0);
  const promises = Array.from({ length: 4 }, (_, i) => [`p${i}`, randomPromise(random)] as const);
  const owed = below(2 ** tasks.length);
  const calls: Promise = { owing: ({ system }) => system.unfinished(owed) };
  const ends = below(3) === 0 ? [['ends', calls] as const] : [];
  return {
    cells: CELLS,
    tasks,
    promises: Object.fromEntries([...promises, ...ends]),
    daemons: chosen(4),
    at_will: chosen(4),
  };
}

function randomRows(random: Random): Rows {
  const below = (n: number): number => random.below(n);
  const length = 2 + below(4);
  const labels = Array.from({ length }, (_, i) => `r${i}`);
  return Object.fromEntries(
    labels.map((label, at) => {
      const [cell, other, value, kind, tasks] = [below(CELLS), below(CELLS), below(3), below(9), 7];
      const next = labels[at + 1] ?? 'done';
      const far = [...labels, 'done'][below(length + 1)]!;
      const branches = below(3) === 0;
      const row: Rows[string] = (k, f) => {
        if (kind === 0) k.set(cell, value);
        else if (kind === 1) k.set(cell, f.local);
        else if (kind === 2) k.await(cell, value, tasks);
        else if (kind === 3) f.local = k.toss();
        else k.pass();
        if (kind === 4) f.local = k.get(cell) % 3;
        if (kind === 5) f.local = value;
        // Read, and as good as not.
        if (kind === 6 && k.get(other) > CELL_MAX) return 'done';
        if (kind === 7 && k.get(other) > 1) f.local = 2;
        return branches && f.local === value ? far : next;
      };
      return [label, row];
    }),
  );
}

function randomPromise(random: Random): Promise {
  const below = (n: number): number => random.below(n);
  const [cell, value, task, local, kind] = [below(CELLS), below(3), below(2), below(3), below(6)];
  const says = ({ s, system }: Seen): boolean => {
    switch (kind) {
      case 0:
        return s.cell[cell]!.is === value && s.task[task]!.local === local;
      case 1:
        return s.cell[cell]!.is === value && system.unfinished(1 << task) !== 0;
      case 2:
        return system.moves === 0 && system.unfinished() !== 0;
      case 3:
        return s.cell[cell]!.is === 2 && s.cell[(cell + 1) % CELLS]!.is === value;
      case 4:
        return ((system.moves >>> task) & 1) === 0 && s.cell[cell]!.is === value;
      default:
        return s.task[0]!.local === local && s.task[1]!.local === value;
    }
  };
  return below(2) === 0 ? { broken: says } : { premise: says };
}
