/**
 * A trace held against a model: the set of its states that agree with everything seen so far. What
 * a kernel did, the model has to allow.
 */
import type { Design } from '../model/design.ts';
import { Cells } from '../model/cells.ts';
import { errorName } from '../model/errno.ts';
import { cellsOf, geometry } from '../model/geometry.ts';
import type { Geometry } from '../model/geometry.ts';
import type { WholeKernel } from '../model/kernel.ts';
import type { HeldWrite, Operation, Trace } from '../traces/format.ts';
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

/** In what, and of which operation: `cache of truncate`. */
export const kindOf = (
  { ops }: Pick<Trace, 'ops'>,
  { at, what }: Pick<Difference, 'at' | 'what'>,
): string => `${what} of ${ops[at]?.op ?? 'the end'}`;

export interface Judged {
  /** So many operations agree. */
  readonly operations: number;
  /** How many outcomes the model allows, of each operation that was compared. */
  readonly outcomes: readonly { readonly op: string; readonly allowed: readonly Sight[] }[];
  readonly difference?: Difference;
}

/** How a sequence begins, as a trace has it. */
export type Beginning = Omit<Trace, 'ops' | 'end' | 'end2'>;

/** A model, ready to be held against traces of one shape. */
export class Judge {
  readonly design: Design;
  readonly spec: Specification;

  /** `shape`: what of a trace says how large all is, and which calls there will be. */
  constructor(design: Design, shape: Beginning & Pick<Trace, 'ops'>) {
    this.design = design;
    this.spec = new Specification(design, geometryFor(shape), callsOf(shape), NAMES);
  }

  /** Holds a trace against it, operation by operation, up to the first difference. */
  judge(trace: Trace): Judged {
    const outcomes: { op: string; allowed: readonly Sight[] }[] = [];
    const walk = this.begin(
      trace,
      trace.ops.some(({ op }) => op === 'crash'),
    );
    for (const [at, op] of operationsOf(trace).entries()) {
      const before = walk.states;
      const step = walk.step(op, at < trace.ops.length ? ASPECTS : ['data']);
      if (at < trace.ops.length) outcomes.push({ op: op.op, allowed: step.allowed });
      if (step.what !== undefined) {
        const difference = { at, ...step, what: step.what, kernel: step.seen, before };
        return { operations: Math.min(at, trace.ops.length), outcomes, difference };
      }
    }
    return { operations: trace.ops.length, outcomes };
  }

  /** Begins a sequence. `crashes`: it may crash, and what was committed when is then seen. */
  begin(beginning: Beginning, crashes: boolean): Walk {
    return new Walk(this.spec, beginning, crashes);
  }
}

/** What came of one operation. */
export interface Stepped {
  readonly seen: Sight;
  readonly allowed: readonly Sight[];
  /** In what it differs from all that is allowed; undefined: it does not. */
  readonly what: Difference['what'] | undefined;
}

/** What cannot be seen of a state alone: what calls returned, and which file was read. */
interface Looks {
  readonly ret: string;
  readonly reads?: number;
}

/** The states of a model that agree with what was seen of one sequence so far. */
export class Walk {
  states: States;
  readonly #spec: Specification;
  /** Blocks that were free when it began. */
  readonly #free: number;
  readonly #crashes: boolean;

  constructor(spec: Specification, { init, init2 }: Beginning, crashes: boolean) {
    this.#spec = spec;
    this.#crashes = crashes;
    // More of them than these make no difference.
    this.#free = Math.min(init.avail, 2 * spec.geometry.blocks);
    const files = [init, ...(init2 ? [init2] : [])];
    const found = spec.found(
      files.map(({ size, blocks }) => ({ i_size: size, blocks })),
      this.#free,
    );
    const room = spec.made.kernel.fs.extents_in_inode ?? Infinity;
    const state = spec.made.edit(found, ({ s }) => {
      for (const [file, { obs }] of files.entries()) {
        if (obs.extents > room) s.inode[file]!.tree = s.inode[file]!.logged_tree = 1;
      }
    });
    this.states = [state];
  }

  /** Keeps the states that agree with what was seen; with `only` some of it compared. */
  step(op: Operation, only: readonly Aspect[] = ASPECTS): Stepped {
    try {
      return op.op === 'held' ? this.#heldStep(op) : this.#agreeing(op, this.#next(op), only);
    } catch (error) {
      if (!(error instanceof TooMany)) throw error;
      return { seen: seenOf(op), allowed: [], what: 'too many states' };
    }
  }

  #next(op: Exclude<Operation, HeldWrite>): States {
    const spec = this.#spec;
    // After fadvise() it was waited until no page was under writeback.
    if (op.op === 'drop') return this.#written(spec.after(this.states, askedOf(op, spec.geometry)));
    if (op.op !== 'crash') return spec.after(this.states, askedOf(op, spec.geometry));
    return spec.crash(op.how === 1 ? spec.commit(this.states) : this.states);
  }

  #written(states: States): States {
    const { system, observer } = this.#spec.made;
    return states.filter((state) => {
      system.show(state, 0);
      return observer.s.page.every(({ writeback }) => writeback === 0);
    });
  }

  #agreeing(op: Exclude<Operation, HeldWrite>, next: States, only: readonly Aspect[]): Stepped {
    const seen = seenOf(op);
    const asked = op.op === 'crash' ? undefined : askedOf(op, this.#spec.geometry);
    const { agree, allowed } = this.#sift(next, seen, only, (state) =>
      this.#looks(state, op, asked),
    );
    // A commit may have come at any time; it can be seen after a crash.
    const commits = this.#crashes && only === ASPECTS;
    return this.#keep(commits ? this.#committed(agree, seen) : agree, { seen, allowed, only });
  }

  /** What is seen of a state in which an operation, which was `asked`, is over. */
  sight(state: Int32Array, op: Exclude<Operation, HeldWrite>, asked: Asked): Sight {
    return this.#sight(state, this.#looks(state, op, asked));
  }

  #looks(state: Int32Array, op: Exclude<Operation, HeldWrite>, asked: Asked | undefined): Looks {
    return {
      ret:
        asked === undefined || op.op === 'crash'
          ? '0'
          : retOf(this.#spec.result(state, asked), op, this.#spec.made.kernel),
      ...(op.op === 'read' ? { reads: op.file ?? 0 } : {}),
    };
  }

  #sight(state: Int32Array, looks: Looks): Sight {
    this.#spec.made.system.show(state, 0);
    return sightOf(this.#spec.made.kernel, { found: this.#free, ...looks });
  }

  #sift(
    next: States,
    seen: Sight,
    only: readonly Aspect[],
    how: (state: Int32Array) => Looks,
  ): { agree: States; allowed: readonly Sight[] } {
    const allowed = new Map<string, Sight>();
    const agree: Int32Array[] = [];
    for (const state of next) {
      const sight = this.#sight(state, how(state));
      allowed.set(JSON.stringify(sight), sight);
      if (isSame(sight, seen, only)) agree.push(state);
    }
    return { agree, allowed: [...allowed.values()] };
  }

  #keep(
    agree: States,
    { seen, allowed, only }: Omit<Stepped, 'what'> & { readonly only: readonly Aspect[] },
  ): Stepped {
    if (agree.length === 0) return { seen, allowed, what: differsIn(seen, allowed, only) };
    this.states = unique(agree);
    return { seen, allowed, what: undefined };
  }

  /** The same, and where the journal has committed since, if that cannot be seen. */
  #committed(states: States, seen: Sight): States {
    const spec = this.#spec;
    const { ret, data } = seen;
    return spec.settle(states, 'journal').filter((state) => {
      spec.made.system.show(state, 0);
      return isSame({ ...sightOf(spec.made.kernel, { found: this.#free, ret }), data }, seen);
    });
  }

  /**
   * A write that waits in its copy; what others did meanwhile, and who of them waited; and how all
   * went on.
   */
  #heldStep(op: HeldWrite): Stepped {
    const spec = this.#spec;
    const g = spec.geometry;
    const { file, pos, count, name, good } = op;
    const write: Asked = {
      call: 'write',
      file: file ?? 0,
      pos,
      count,
      name,
      readable: op.held,
      holds: true,
    };
    let states = spec.stuck(spec.begun(this.states, write), [write]);
    const waiting: { asked: Asked; other: Exclude<Operation, HeldWrite | { op: 'crash' }> }[] = [];
    for (const other of op.meanwhile) {
      if (other.op === 'crash') throw new TooMany();
      const asked = { ...askedOf(other, g), ...(other.op === 'write' ? { nth: 1 } : {}) };
      if (other.waited) {
        waiting.push({ asked, other });
        const all = [write, ...waiting.map((one) => one.asked)];
        states = spec.stuck(spec.begun(states, asked), all);
        continue;
      }
      // What is seen of it does not say where its blocks are.
      const only = ASPECTS.filter((aspect) => !aspect.startsWith('ext'));
      const seen = seenOf(other);
      const { agree, allowed } = this.#sift(spec.after(states, asked), seen, only, (state) => ({
        ret: retOf(spec.result(state, asked), other, spec.made.kernel),
        ...(other.op === 'read' ? { reads: other.file ?? 0 } : {}),
      }));
      if (agree.length === 0) return { seen, allowed, what: differsIn(seen, allowed, only) };
      states = unique(agree);
    }
    const all = [write, ...waiting.map(({ asked }) => asked)];
    const last = waiting.at(-1)?.other;
    const reads = last?.op === 'read' ? { reads: last.file ?? 0 } : {};
    const { readable: _, holds: __, ...whole } = write;
    const goes: Asked = good === undefined ? whole : { ...whole, readable: good };
    const next = spec.finished(spec.letGo(states, goes), all);
    const seen = {
      ...seenOf(op, last?.op === 'read' ? last.data : ''),
      ret: [op, ...waiting.map(({ other }) => other)].map((one) => seenOf(one).ret).join(' '),
    };
    const { agree, allowed } = this.#sift(next, seen, ASPECTS, (state) => ({
      ret: all
        .map((asked, i) =>
          retOf(spec.result(state, asked), waiting[i - 1]?.other ?? op, spec.made.kernel),
        )
        .join(' '),
      ...reads,
    }));
    return this.#keep(agree, { seen, allowed, only: ASPECTS });
  }
}

/** The system call of an operation, and what it is given. */
export function askedOf(op: Exclude<Operation, HeldWrite | { op: 'crash' }>, g: Geometry): Asked {
  const call = CALL_OF[op.op];
  const file = op.file ?? 0;
  const page = g.page_blocks * g.block_cells;
  switch (op.op) {
    case 'write':
    case 'store': {
      const { pos, count, name } = op;
      const good = op.op === 'write' ? op.good : undefined;
      return { call, file, pos, count, name, ...(good === undefined ? {} : { readable: good }) };
    }
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
      return { call, file, pos: 0, count: cellsOf(g) };
  }
}

/**
 * As traces have it: a store returns 0, or -EFAULT where it would get SIGBUS, which it does beyond
 * the page of EOF.
 */
function retOf(
  { ret, err }: { readonly ret: number; readonly err: number },
  op: Exclude<Operation, { op: 'crash' }>,
  k: WholeKernel,
): string {
  if (op.op === 'store') {
    const { i_size } = k.s.inode[op.file ?? 0]!;
    const mapped = Math.ceil(i_size / k.page_size) * k.page_size;
    return err || op.pos + op.count > mapped ? '-EFAULT' : '0';
  }
  return err ? errorName(err) : String(ret);
}

/** The operations of a trace, and what was read of its files at the end. */
export function operationsOf(trace: Trace): readonly Operation[] {
  const ends = [trace.end, ...(trace.end2 === undefined ? [] : [trace.end2])];
  return [...trace.ops, ...ends.map((data, file) => atEnd(trace, data, file))];
}

/** Reading the whole file at the end, of which only the data is known. */
export function atEnd(trace: Trace, data: string, file: number): Operation {
  const last = trace.ops.at(-1);
  const obs = last?.obs ?? trace.init.obs;
  const obs2 = last?.obs2 ?? trace.init2?.obs;
  return { op: 'read', data, file: file === 1 ? 1 : 0, obs, ...(obs2 ? { obs2 } : {}) };
}

function geometryFor(trace: Beginning): Partial<Geometry> & { readonly blocks: number } {
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

function callsOf({ ops }: Pick<Trace, 'ops'>): readonly string[] {
  const held = ops.flatMap((op) => (op.op === 'held' ? op.meanwhile : []));
  const calls = new Set<string>(USUAL);
  for (const op of [...ops, ...held]) if (op.op !== 'crash') calls.add(CALL_OF[op.op]);
  const second = held.some(({ op }) => op === 'write') ? ['write'] : [];
  return [...calls, ...second];
}

/** Why no state of the model can hold what the trace is of; undefined where one can. */
export function tooMuch(trace: Trace): string | undefined {
  const g = geometry(geometryFor(trace));
  const calls = callsOf(trace).length * g.files;
  if (!Cells.possible(g, calls + NAMES.length)) {
    return `too large for the model: ${trace.pages} pages, pb ${trace.pb}, bc ${trace.bc}`;
  }
  return undefined;
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
