/**
 * A model of a kernel as a specification that leaves open what the kernel leaves open: from a set
 * of states, after a system call in an environment, the set of all states that it allows.
 */
import type { Sink } from '../machine/machine.ts';
import type { Place } from '../machine/struct.ts';
import { RUNNING, TO_COME } from '../model/core.ts';
import type { Design } from '../model/design.ts';
import { anythingToLog } from '../model/extents.ts';
import { geometry } from '../model/geometry.ts';
import type { Geometry } from '../model/geometry.ts';
import type { WholeKernel } from '../model/kernel.ts';
import { recover } from '../model/power.ts';
import { BUSY, FILE } from '../model/space.ts';
import { kernelSystem } from '../model/system.ts';
import type { Arguments, Call, InitialFile, Made } from '../model/system.ts';

/** More states than this at one time are too many: what follows is not known. */
export const STATES_MAX = 20_000;

/** A system call by name, on a file, with what it is given. */
export interface Asked extends Arguments {
  readonly call: string;
  readonly file?: number;
  /** Of calls of one name, by several tasks at one time, which: 0, 1. */
  readonly nth?: number;
  /** The name by which what it writes is known from then on. */
  readonly name?: string;
}

/** States, or undefined where there were too many of them. */
export type States = readonly Int32Array[];

export class TooMany extends Error {
  override readonly name = 'TooMany';
  constructor() {
    super(`more than ${STATES_MAX} states at one time`);
  }
}

/** States that are the same have the same. */
export const key = (state: Int32Array): string =>
  Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString('latin1');

export class Specification {
  readonly made: Made;
  readonly geometry: Geometry;
  readonly names: readonly string[];
  readonly #calls: readonly {
    readonly call: string;
    readonly file: number;
    readonly nth: number;
  }[];
  readonly #task: ReadonlyMap<string, number>;
  /** Where the cells of blocks lie. */
  readonly #cells: readonly Place[];

  /**
   * Calls that are asked, by name, one so often as it may run at one time; `names` of what writes
   * write.
   */
  constructor(
    design: Design,
    sizes: Partial<Geometry>,
    calls: readonly string[],
    names: readonly string[],
  ) {
    this.geometry = geometry(sizes);
    this.names = names;
    const { files } = this.geometry;
    this.#calls = calls.flatMap((call, i) =>
      Array.from({ length: files }, (_, file) => ({
        call,
        file,
        nth: calls.slice(0, i).filter((before) => before === call).length,
      })),
    );
    const writers: readonly (readonly Call[])[] = this.#calls.map(({ call, file }) => [
      { call, file, pos: 0, count: 0, ...(call === 'write' ? { readable: 0 } : {}) },
    ]);
    const empty: InitialFile = { i_size: 0, blocks: '' };
    this.made = kernelSystem(
      design,
      {
        geometry: this.geometry,
        files: Array.from({ length: files }, () => empty),
        writers,
        others: ['writeback', 'ioend', 'journal'],
        faults: [],
        faults_max: 0,
      },
      () => [],
      { unjudged: { origins: names } },
    );
    this.#task = new Map(this.made.system.tasks.map(({ name }, i) => [name, i]));
    this.#cells = this.made.system.struct.places.filter(({ own }) => own === 'cells');
  }

  /** Files at rest, and so many blocks free. */
  found(files: readonly InitialFile[], free: number): Int32Array {
    return this.made.found(files, free);
  }

  /** All that may be when the call has returned, and nobody is in the middle of anything. */
  after(states: States, asked: Asked): States {
    return this.finished(this.begun(states, asked), [asked]);
  }

  /** The same of calls that have begun: all of them have returned. */
  finished(states: States, asked: readonly Asked[]): States {
    const tasks = asked.map((one) => this.taskOf(one));
    return this.#named(this.#runs(states, tasks, 'return'), asked);
  }

  /** The same, up to where none of them can go on, and nobody who could help. */
  stuck(states: States, asked: readonly Asked[]): States {
    const tasks = asked.map((one) => this.taskOf(one));
    return this.#named(this.#runs(states, tasks, 'wait'), asked);
  }

  /** From now on the user buffer of a call can be read, or so many cells of it. */
  letGo(states: States, asked: Asked): States {
    const task = this.taskOf(asked);
    const readable = asked.readable ?? asked.count;
    return states.map((state) =>
      this.made.edit(state, ({ s }) => {
        s.call[task]!.holds = 0;
        s.call[task]!.readable = 1 + readable;
      }),
    );
  }

  /** The number of the task that makes the call. */
  taskOf(asked: Asked): number {
    const { file = 0, nth = 0 } = asked;
    const call = this.#calls.findIndex(
      (one) => one.call === asked.call && one.file === file && one.nth === nth,
    );
    if (call < 0) throw new RangeError(`no call ${asked.call} was announced`);
    return call;
  }

  /** The call is to be made. */
  begun(states: States, asked: Asked): States {
    const call = this.taskOf(asked);
    const { pos, count, readable = count, holds = false } = asked;
    const given = { pos, count, readable, holds };
    return states.map((state) =>
      this.made.makeAgain(this.made.edit(state, forgetCalls), call, given),
    );
  }

  /** What background tasks may have done: `task` has done some of its work, or none. */
  settle(states: States, task: 'writeback' | 'journal'): States {
    return this.#runs(states, [this.#task.get(task)!], 'rest');
  }

  /** The journal has committed all that there is. */
  commit(states: States): States {
    return this.settle(states, 'journal').filter((state) => {
      this.made.system.show(state, 0);
      return !anythingToLog(this.made.kernel);
    });
  }

  /** The power fails, and comes back; blocks that were nobody's are free. */
  crash(states: States): States {
    return unique(
      states.map((state) =>
        this.made.edit(state, (k) => {
          const blocks = k.s.free + k.s.reserved + placed(k);
          k.restart();
          recover(k);
          k.s.free = blocks - placed(k);
        }),
      ),
    );
  }

  /** Result of the call that was asked last, of its kind. */
  result(state: Int32Array, asked: Asked): { readonly ret: number; readonly err: number } {
    const call = this.taskOf(asked);
    this.made.system.show(state, 0);
    const { ret, err } = this.made.observer.s.call[call]!;
    return { ret, err };
  }

  /**
   * Runs tasks, with all who have to do something for them, until they have returned; or until none
   * can go on; or to wherever everybody is at rest.
   */
  #runs(from: States, tasks: readonly number[], until: 'return' | 'wait' | 'rest'): States {
    const { system } = this.made;
    const seen = new Set<string>();
    const ended: Int32Array[] = [];
    const open: Int32Array[] = [];
    let moves = 0;
    const sink: Sink = {
      successor: (_, to) => {
        moves++;
        const id = key(to);
        if (seen.has(id)) return;
        seen.add(id);
        if (seen.size > STATES_MAX) throw new TooMany();
        open.push(to.slice());
      },
    };
    for (const state of from) sink.successor(0, state);
    while (open.length > 0) {
      const state = open.pop()!;
      moves = 0;
      this.#turn(state, tasks, () => moves > 0, sink);
      if (system.beyond !== undefined) throw new TooMany();
      const returned = tasks.every((task) => system.isDone(state, task));
      const isEnd =
        until === 'rest' || (until === 'return' && returned) || (until === 'wait' && moves === 0);
      if (isEnd && this.#atRest(state)) ended.push(state);
    }
    return ended;
  }

  /** The next steps from a state while a call is made. */
  turns(state: Int32Array, asked: Asked, sink: Sink): void {
    let moves = 0;
    const counted: Sink = {
      successor: (action, to) => {
        moves++;
        sink.successor(action, to);
      },
    };
    this.#turn(state, [this.taskOf(asked)], () => moves > 0, counted);
  }

  /** Has the call returned, and is nobody in the middle of anything? */
  isOver(state: Int32Array, asked: Asked): boolean {
    return this.made.system.isDone(state, this.taskOf(asked)) && this.#atRest(state);
  }

  /** Every next step of these tasks, of I/O that ends, and of those whom nobody else would help. */
  #turn(state: Int32Array, tasks: readonly number[], moved: () => boolean, sink: Sink): void {
    const { system } = this.made;
    let movers = 1 << this.#task.get('ioend')!;
    for (const task of tasks) movers |= 1 << task;
    for (let t = 0; t < system.tasks.length; t++) {
      if (system.tasks[t]!.daemon && !system.isAtFirst(state, t)) movers |= 1 << t;
    }
    let done = 0;
    while ((movers & ~done) !== 0 && (done === 0 || !moved())) {
      let waited = 0;
      for (let t = 0; t < system.tasks.length; t++) {
        if (!(((movers & ~done) >>> t) & 1)) continue;
        done |= 1 << t;
        system.turns(state, t, sink);
        if (system.waiting) waited |= system.waitsFor[t]!;
      }
      movers |= waited;
    }
  }

  /** Is every task of the kernel at its first row? */
  #atRest(state: Int32Array): boolean {
    const { system } = this.made;
    return system.tasks.every(({ daemon }, t) => !daemon || system.isAtFirst(state, t));
  }

  /** What calls have written is known by their names. */
  #named(states: States, asked: readonly Asked[]): States {
    return asked.reduce<States>((so_far, one) => {
      const { name } = one;
      if (name === undefined) return so_far;
      const call = this.taskOf(one);
      return so_far.map((state) => this.#renamed(state, call, name));
    }, states);
  }

  #renamed(state: Int32Array, call: number, name: string): Int32Array {
    const { cells } = this.made.kernel;
    const { struct } = this.made.system;
    const from = cells.originOf(call);
    const to = cells.originOf(this.#calls.length + this.names.indexOf(name));
    const by = (to - from) * this.made.kernel.file_cells;
    const named = state.slice();
    for (const place of this.#cells) {
      const block = struct.get(named, place);
      let now = block;
      for (let i = 0; i < this.geometry.block_cells; i++) {
        const value = cells.at(block, i);
        if (cells.origin(value) === from) now = cells.with(now, i, value + by);
      }
      if (now === block) continue;
      const { word, shift, mask } = place;
      named[word] = (named[word]! & ~(mask << shift)) | (now << shift);
    }
    return named;
  }
}

/** Blocks that files have, and their trees; what is freed and busy counts unless it is free. */
function placed({ s, fs }: WholeKernel): number {
  let blocks = 0;
  for (const { owner } of s.disk) {
    if (owner === FILE || (owner === BUSY && !fs.counts_busy)) blocks++;
  }
  for (const { tree } of s.inode) blocks += tree;
  return blocks;
}

/** What calls that have returned were given, and gave. */
function forgetCalls({ s }: WholeKernel): void {
  for (const call of s.call) {
    if (call.state === TO_COME || call.state === RUNNING) continue;
    call.state = call.pos = call.count = call.ret = call.err = call.iterated = call.readable = 0;
  }
}

export function unique(states: States): States {
  const seen = new Map<string, Int32Array>();
  for (const state of states) seen.set(key(state), state);
  return [...seen.values()];
}
