/** States made by hand, for the tests of promises: what no run comes to is easily set here. */
import type { Cells } from '../model/cells.ts';
import { GARBAGE, STALE } from '../model/cells.ts';
import { RETURNED } from '../model/core.ts';
import type { Design } from '../model/design.ts';
import { example } from '../model/designs/example.ts';
import { FILE, FREE } from '../model/space.ts';
import { geometry } from '../model/geometry.ts';
import type { KernelState } from '../model/kernel.ts';
import type { Observer } from '../model/observe.ts';
import { kernelSystem } from '../model/system.ts';
import type { KernelSystem, Setup } from '../model/system.ts';
import { PROPERTIES, checksOf } from './all.ts';

export const SETUP: Setup = {
  geometry: geometry({ blocks: 4 }),
  files: [{ i_size: 4, blocks: 'MM' }],
  writers: [[{ pos: 0, count: 4 }], [{ pos: 0, count: 2 }]],
  others: ['writeback', 'ioend', 'peer'],
  faults: [],
  faults_max: 0,
};

/** As many cells as the first two blocks have, and a hole behind. */
export const HALF: Partial<Setup> = { files: [{ i_size: 2, blocks: 'M' }] };

/** The second writer calls fsync(). */
export const SYNCS: Partial<Setup> = {
  writers: [[{ pos: 0, count: 4 }], [{ call: 'fsync', pos: 0, count: 1 }]],
};

/** The second writer cuts the file off. */
export const CUTS: Partial<Setup> = {
  writers: [[{ pos: 0, count: 4 }], [{ call: 'truncate', pos: 0, count: 1 }]],
};

/** The second writer punches out what the first has written, and calls fsync(). */
export const PUNCHES: Partial<Setup> = {
  writers: [
    [{ pos: 0, count: 4 }],
    [
      { call: 'punch_hole', pos: 0, count: 4 },
      { call: 'fsync', pos: 0, count: 1 },
    ],
  ],
};

export const SOCKET: Design = { ...example, socket: true };

/** A state that is open to be changed. */
export class ByHand {
  readonly s: KernelState;
  readonly o: Observer;
  readonly cells: Cells;
  readonly system: KernelSystem;

  /** `done`: the writers have taken their last step. */
  constructor(design: Design = example, setup: Partial<Setup> = {}, done = false) {
    const { system, observer } = kernelSystem(design, { ...SETUP, ...setup }, checksOf(PROPERTIES));
    const state = system.initial();
    if (done) this.#end(system, state);
    system.look(state);
    this.s = observer.s;
    this.o = observer;
    this.cells = observer.cells;
    this.system = system;
  }

  /** `done` is the last label of every task. */
  #end(system: KernelSystem, state: Int32Array): void {
    for (const task of system.tasks) {
      if (task.daemon) continue;
      const { word, shift, mask, field } = system.struct.place(task.pc);
      state[word] = (state[word]! & ~(mask << shift)) | (field.max << shift);
    }
  }

  /** Names of the promises that are broken now. */
  broken(): string[] {
    const found = this.system.violations(2 ** PROPERTIES.length - 1);
    return PROPERTIES.filter((_, i) => (found >>> i) & 1).map(({ name }) => name);
  }

  // Changes that many states are made with.

  returned(call: number, ret: number, err = 0): void {
    Object.assign(this.s.call[call]!, { state: RETURNED, ret, err, iterated: ret });
  }

  /** The block is in the cache, uptodate. */
  cached(fb: number, ...cells: number[]): void {
    this.s.page[fb]!.present = 1;
    Object.assign(this.s.page[fb]!.block[0]!, { uptodate: 1, cells: this.block(...cells) });
  }

  /** The same, and it is to be written. */
  dirty(fb: number, ...cells: number[]): void {
    this.cached(fb, ...cells);
    this.s.page[fb]!.block[0]!.dirty = 1;
  }

  onDisk(b: number, ...cells: number[]): void {
    this.s.disk[b]!.cells = this.block(...cells);
  }

  /**
   * The block that file block `fb` has lost, or never had; `logged`: the journal has not either.
   */
  hole(fb: number): void {
    this.s.extent[fb]!.map = this.s.extent[fb]!.logged = 0;
    this.s.disk[fb]!.owner = FREE;
    this.s.free++;
    this.forget(fb * 2, fb * 2 + 1);
  }

  /** File block `fb` has block `b`, of a type (UNWRITTEN 0, MAPPED 1), and the journal knows it. */
  gets(fb: number, b: number, mapped: 0 | 1): void {
    this.s.extent[fb]!.map = this.s.extent[fb]!.logged = 2 + 2 * b + mapped;
    this.s.disk[b]!.owner = FILE;
    this.s.free--;
  }

  /** A delayed allocation, where there was a hole. */
  delays(fb: number): void {
    this.s.extent[fb]!.map = 1;
    this.s.extent[fb]!.claimed = 1;
    this.s.reserved++;
    this.s.free--;
  }

  /** Nothing was promised for these cells. */
  forget(...cells: number[]): void {
    for (const cell of cells) this.s.cell[cell]!.promised = this.s.cell[cell]!.durable = 0;
  }

  /** Any of these origins may be found in the cells; 0 is the old data, 1 and 2 the calls. */
  promises(cells: readonly number[], ...origins: number[]): void {
    const mask = origins.reduce((all, origin) => all | (1 << origin), 0);
    for (const cell of cells) this.s.cell[cell]!.promised = mask;
  }

  // What a cell may hold.

  old(place: number): number {
    return this.cells.old(0, place);
  }

  w(call: 1 | 2, place: number): number {
    return this.cells.written(call - 1, place);
  }

  block(...cells: number[]): number {
    return cells.reduce((all, value, i) => this.cells.with(all, i, value), 0);
  }

  /** Who waits for whom, as masks of tasks. */
  waits(waiting: number, waitsFor: readonly number[], moves = 0): void {
    this.o.watch({
      moves,
      waiting,
      waitsFor: Int32Array.from(waitsFor),
      unfinished: (among = -1) => waiting & among,
    });
  }
}

/** A state that breaks one promise, by one of its clauses. */
export interface Clause {
  readonly promise: string;
  readonly clause: string;
  readonly change: (h: ByHand) => void;
  readonly design?: Design;
  readonly setup?: Partial<Setup>;
  /** Have the writers ended? */
  readonly done?: boolean;
}

type More = Partial<Pick<Clause, 'design' | 'setup' | 'done'>>;

export const clauses = (promise: string, own: [string, Clause['change'], More?][]): Clause[] =>
  own.map(([clause, change, more]) => ({ promise, clause, change, ...more }));

export { GARBAGE, STALE };
