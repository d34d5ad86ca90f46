/**
 * A trace held against a model: the set of its states that agree with everything seen so far. What
 * a kernel did, the model has to allow.
 */
import type { Design } from '../model/design.ts';
import { errorName } from '../model/errno.ts';
import { cellsOf } from '../model/geometry.ts';
import type { Geometry } from '../model/geometry.ts';
import type { Operation, Trace } from '../traces/format.ts';
import { indexBlocks } from './models.ts';
import { ASPECTS, differsIn, isSame, seenOf, sightOf } from './sight.ts';
import type { Aspect, Sight } from './sight.ts';
import { Specification, TooMany, unique } from './specification.ts';
import type { Asked, States } from './specification.ts';

/** A letter for each write of a trace. */
const NAMES = Array.from('abcdefghijklmnpqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** The system calls of a trace's operations. */
const CALL_OF = {
  write: 'write',
  held: 'write',
  fsync: 'fsync',
  sfr: 'sync_file_range',
  read: 'read',
  drop: 'fadvise_dontneed',
  truncate: 'truncate',
  fallocate: 'fallocate',
  punch_hole: 'punch_hole',
  zero_range: 'zero_range',
  store: 'store',
} as const satisfies Readonly<Record<Exclude<Operation['op'], 'crash'>, string>>;

/** Those that most traces have: one specification serves them all. */
const USUAL = ['write', 'fsync', 'sync_file_range', 'read', 'fadvise_dontneed'];

/** Something that the model does not allow. */
export interface Difference {
  /** Which operation; the number of operations where it is in what was read at the end. */
  readonly at: number;
  readonly what: Aspect | 'together' | 'too many states';
  readonly kernel: Sight;
  readonly allowed: readonly Sight[];
  /** States of the model that had agreed before. */
  readonly before: States;
}

export interface Judged {
  /** So many operations agree. */
  readonly operations: number;
  /** How many outcomes the model allows, of each operation that was compared. */
  readonly outcomes: readonly { readonly op: string; readonly allowed: readonly Sight[] }[];
  readonly difference?: Difference;
}

/** A model, ready to be held against traces of one shape. */
export class Judge {
  readonly design: Design;
  readonly spec: Specification;
  readonly #geometry: Partial<Geometry>;

  constructor(design: Design, trace: Trace) {
    this.design = design;
    this.#geometry = geometryFor(trace);
    this.spec = new Specification(design, this.#geometry, callsOf(trace), NAMES);
  }

  /** Holds a trace against it, operation by operation, up to the first difference. */
  judge(trace: Trace): Judged {
    const outcomes: { op: string; allowed: readonly Sight[] }[] = [];
    const found = this.#freeIn(trace);
    let states: States = [this.#found(trace, found)];
    const ends = [trace.end, ...(trace.end2 === undefined ? [] : [trace.end2])];
    const all: readonly Operation[] = [
      ...trace.ops,
      ...ends.map((data, file) => atEnd(trace, data, file)),
    ];
    for (const [at, op] of all.entries()) {
      const before = states;
      const only: readonly Aspect[] = at < trace.ops.length ? ASPECTS : ['data'];
      const step = this.#step(states, op, { trace, found, only });
      if ('tooMany' in step) {
        const kernel = seenOf(op);
        const difference = { at, what: 'too many states', kernel, allowed: [], before } as const;
        return { operations: Math.min(at, trace.ops.length), outcomes, difference };
      }
      const { agree, allowed, seen } = step;
      if (at < trace.ops.length) outcomes.push({ op: op.op, allowed });
      if (agree.length === 0) {
        const what = differsIn(seen, allowed, only);
        const difference = { at, what, kernel: seen, allowed, before };
        return { operations: Math.min(at, trace.ops.length), outcomes, difference };
      }
      states = agree;
    }
    return { operations: trace.ops.length, outcomes };
  }

  /** Blocks more than which make no difference count as so many. */
  #freeIn({ init }: Trace): number {
    return Math.min(init.avail, 2 * (this.#geometry.blocks ?? 0));
  }

  #found(trace: Trace, free: number): Int32Array {
    const files = [trace.init, ...(trace.init2 ? [trace.init2] : [])];
    const { made } = this.spec;
    const state = this.spec.found(
      files.map(({ size, blocks }) => ({ i_size: size, blocks })),
      free,
    );
    const room = made.kernel.fs.extents_in_inode ?? Infinity;
    return made.edit(state, ({ s }) => {
      for (const [file, { obs }] of files.entries()) {
        if (obs.extents > room) s.inode[file]!.tree = s.inode[file]!.logged_tree = 1;
      }
    });
  }

  #step(
    states: States,
    op: Operation,
    {
      trace,
      found,
      only,
    }: {
      readonly trace: Trace;
      readonly found: number;
      readonly only: readonly Aspect[];
    },
  ): { agree: States; allowed: readonly Sight[]; seen: Sight } | { tooMany: true } {
    const seen = seenOf(op);
    const { spec } = this;
    try {
      const asked = op.op === 'crash' ? undefined : this.#asked(op);
      const next =
        asked === undefined
          ? spec.crash(op.op === 'crash' && op.how === 1 ? spec.commit(states) : states)
          : spec.after(states, asked);
      const allowed = new Map<string, Sight>();
      const agree: Int32Array[] = [];
      for (const state of next) {
        const ret = asked === undefined ? '0' : retOf(spec.result(state, asked), op.op);
        spec.made.system.show(state, 0);
        const reads = op.op === 'read' ? { reads: op.file ?? 0 } : {};
        const sight = sightOf(spec.made.kernel, { found, ret, ...reads });
        allowed.set(JSON.stringify(sight), sight);
        if (isSame(sight, seen, only)) agree.push(state);
      }
      // A commit may have come at any time; it can be seen after a crash.
      const later = only === ASPECTS && trace.ops.some(({ op: name }) => name === 'crash');
      const settled = later ? this.#committed(agree, seen, found) : unique(agree);
      return { agree: settled, allowed: [...allowed.values()], seen };
    } catch (error) {
      if (error instanceof TooMany) return { tooMany: true };
      throw error;
    }
  }

  /** The same, and where the journal has committed since, if that cannot be seen. */
  #committed(states: States, seen: Sight, found: number): States {
    const { spec } = this;
    const { ret, data } = seen;
    return spec.settle(states, 'journal').filter((state) => {
      spec.made.system.show(state, 0);
      return isSame({ ...sightOf(spec.made.kernel, { found, ret }), data }, seen);
    });
  }

  #asked(op: Exclude<Operation, { op: 'crash' }>): Asked {
    const call = CALL_OF[op.op];
    const file = op.file ?? 0;
    const page = (this.#geometry.page_blocks ?? 1) * (this.#geometry.block_cells ?? 1);
    switch (op.op) {
      case 'write':
      case 'store': {
        const { pos, count, name } = op;
        const good = op.op === 'write' ? op.good : undefined;
        return { call, file, pos, count, name, ...(good === undefined ? {} : { readable: good }) };
      }
      case 'held':
        throw new TooMany();
      case 'sfr':
        return { call, file, pos: op.a * page, count: (op.b - op.a) * page };
      case 'truncate':
        return { call, file, pos: op.pos, count: 0 };
      case 'fallocate':
      case 'punch_hole':
      case 'zero_range':
        return { call, file, pos: op.pos, count: op.count };
      case 'fsync':
      case 'read':
      case 'drop':
        return { call, file, pos: 0, count: cellsOf(this.spec.geometry) };
    }
  }
}

/** As traces have it: a store returns 0, or -EFAULT where it would get SIGBUS. */
function retOf({ ret, err }: { readonly ret: number; readonly err: number }, op: string): string {
  if (op === 'store') return err ? '-EFAULT' : '0';
  return err ? errorName(err) : String(ret);
}

/** Reading the whole file at the end, of which only the data is known. */
function atEnd(trace: Trace, data: string, file: number): Operation {
  const last = trace.ops.at(-1);
  const obs = last?.obs ?? trace.init.obs;
  const obs2 = last?.obs2 ?? trace.init2?.obs;
  return { op: 'read', data, file: file === 1 ? 1 : 0, obs, ...(obs2 ? { obs2 } : {}) };
}

function geometryFor(trace: Trace): Partial<Geometry> & { readonly blocks: number } {
  const files = trace.init2 === undefined ? 1 : 2;
  return {
    files,
    pages: trace.pages,
    page_blocks: trace.pb,
    block_cells: trace.bc,
    // Enough for every block of the files to be freed twice before a commit.
    blocks: Math.min(64, 3 * files * trace.pages * trace.pb + 4),
    large_folios: 1,
    index_blocks: indexBlocks(trace),
  };
}

function callsOf(trace: Trace): readonly string[] {
  const calls = new Set<string>(USUAL);
  const add = (op: Operation): void => {
    if (op.op === 'crash') return;
    calls.add(CALL_OF[op.op]);
    if (op.op === 'held') op.meanwhile.forEach(add);
  };
  trace.ops.forEach(add);
  return [...calls];
}

/** Judges of all shapes of traces, each made once. */
export class Judges {
  readonly #judges = new Map<string, Judge>();

  of(design: Design, trace: Trace): Judge {
    const shape = JSON.stringify([design.name, geometryFor(trace), callsOf(trace)]);
    const known = this.#judges.get(shape) ?? new Judge(design, trace);
    this.#judges.set(shape, known);
    return known;
  }
}
