/** A design, put to work: the whole system that a search, a fuzzer or a replay steps. */
import type { Check, Task } from '../machine/rows.ts';
import { Struct, trailOf } from '../machine/struct.ts';
import type { Spec } from '../machine/struct.ts';
import { System } from '../machine/system.ts';
import { Cells, GARBAGE, STALE, ZERO } from './cells.ts';
import { NOT_MADE, TO_COME } from './core.ts';
import type { Core, KnownCall } from './core.ts';
import { refuse } from './design.ts';
import type { Design } from './design.ts';
import { flushCache } from './disk-cache.ts';
import { DELALLOC, MAPPED, UNWRITTEN, setExtent } from './extents.ts';
import { cellsOf, fileBlocksOf } from './geometry.ts';
import type { Geometry } from './geometry.ts';
import { guarded, kernelSpec, makeKernel } from './kernel.ts';
import type { Composed, Kernel, KernelState, WholeKernel } from './kernel.ts';
import { Ledger, noLedger } from './ledger.ts';
import { Observer } from './observe.ts';
import { FILE } from './space.ts';
import { callers, callsOf, knownCalls, othersAtWork, workSpec, writerName } from './workers.ts';
import type { Worker } from './workers.ts';

export { callName, callsOf, knownCalls, othersOf, writerName } from './workers.ts';

/**
 * A file as the scenario finds it: a letter a block. `.` hole; `M` mapped, old data on disk; `T`
 * the same, and behind EOF lies what a crash has cut off; `U` unwritten; `d` a delayed allocation
 * and `u` an unwritten block, both with old data dirty in the page cache.
 */
export interface InitialFile {
  readonly i_size: number;
  readonly blocks: string;
}

/**
 * One system call, of `count` cells at `pos` of a file (the first: 0): the write of a design, or
 * one of the kernel's own, by name.
 */
export interface Call {
  readonly call?: string;
  readonly pos: number;
  readonly count: number;
  readonly file?: number;
  /** The user buffer is a mapping of this page of that very file. */
  readonly buffer?: number;
  /** It is made when the power has failed and come back. */
  readonly after_crash?: boolean;
  /** So many cells of the user buffer can be read; who touches the next one faults, for good. */
  readonly readable?: number;
  /** And it only has to be waited for: by a page fault with page faults on. */
  readonly holds?: boolean;
}

/** The bounds of a run: everything that is explored, and nothing that is not. */
export interface Setup {
  readonly geometry: Geometry;
  readonly files: readonly InitialFile[];
  /** For each writer the calls that it makes, one after the other. */
  readonly writers: readonly (readonly Call[])[];
  /** Names of the kernel's tasks at work. */
  readonly others: readonly string[];
  readonly faults: readonly string[];
  readonly faults_max: number;
}

export type KernelSystem = System<Spec, Core & Kernel>;

type Frames = Readonly<Record<string, Readonly<Record<string, Record<string, number>>>>>;

/**
 * In a state, makes call number `i`, which was left to be made: its place in the setup counts 0
 * cells.
 */
export type MakeCall = (state: Int32Array, i: number, args: Arguments) => Int32Array;

/** What a call is given when it is made. */
export type Arguments = Pick<Call, 'pos' | 'count' | 'readable' | 'holds'>;

export interface SystemOptions {
  /**
   * No account is kept of what was promised, and no promise can be judged; data may be known by
   * these names, too. For who holds a kernel against the model.
   */
  readonly unjudged?: { readonly origins: readonly string[] };
  /** A system made of the same design and setup: its layout need not be made again. */
  readonly alike?: KernelSystem;
  /** What to make the kernel of; see `makeKernel`. */
  readonly kernel?: typeof Composed;
}

export interface Made {
  readonly system: KernelSystem;
  readonly observer: Observer;
  readonly makeCall: MakeCall;
  /** The same of a call whose thread makes no other, and which has returned or was never made. */
  readonly makeAgain: MakeCall;
  /** Files at rest, and so many blocks free. */
  readonly found: (files: readonly InitialFile[], free?: number) => Int32Array;
  /** A state changed by hand. */
  readonly edit: (state: Int32Array, change: (k: WholeKernel) => void) => Int32Array;
  readonly kernel: WholeKernel;
  /** The commands that the design has used so far, where a trace was written. */
  readonly used: ReadonlySet<string>;
}

export function kernelSystem(
  design: Design,
  setup: Setup,
  checks: (observer: Observer) => readonly Check[],
  { alike, kernel: Class, unjudged }: SystemOptions = {},
): Made {
  const { geometry, writers, files, faults, faults_max } = setup;
  refuse(design);
  const { filesystem, socket } = design;
  const calls = knownCalls(writers);
  const threads = writers.length;
  const workers = [
    ...callers(design, writers, geometry),
    ...othersAtWork(design, setup.others, geometry),
  ];
  const tasks = workers.map(({ name }) => name);
  const cells = new Cells(geometry, [
    ...calls.map(({ name }) => name),
    ...(unjudged?.origins ?? []),
  ]);
  const made = callsOf(writers);
  const judged = unjudged === undefined;
  const buffers_end = calls.some(({ readable }) => readable !== undefined);
  const uses = new Set(design.uses);
  const sizes = { geometry, cells, tasks, threads, calls: calls.length, faults_max, made };
  const options = { judged, buffers_end, filesystem, socket, uses };
  const spec = () => ({
    ...kernelSpec({ ...sizes, ...options }),
    ...workSpec(workers, geometry),
  });
  const struct = alike?.struct ?? new Struct<Spec>(spec());
  const memory = new Int32Array(struct.words);
  // The struct has the kernel's fields, and the frames of the tasks, whose names no type knows.
  const state = struct.view(memory) as unknown as KernelState & {
    task: Frames;
    pc: Record<string, number>;
  };
  const ledger = judged ? new Ledger(state, geometry, cells, calls) : noLedger();
  const parts = { state, geometry, cells, filesystem, calls, tasks, threads };
  const restart = restarts(struct, memory, state, workers, calls);
  const kernel = makeKernel({ ...parts, ledger, faults, restart, uses, judged }, Class);
  const used = new Set<string>();
  const face = guarded(kernel, used);
  // Rows see the commands alone; the kernel has all that the subsystems declare.
  const whole = kernel as unknown as WholeKernel;
  const start = (found: readonly InitialFile[]): void => {
    calls.forEach((call, i) => make(state, i, call));
    state.faults_left = faults_max;
    fillFiles(whole, found, judged);
  };
  const observer = new Observer({ ...parts, initial_size: files.map(({ i_size }) => i_size) });
  const system = new System<Spec, Core & Kernel>({
    struct,
    memory,
    kernel,
    tasks: workers.map((worker) => taskOf(worker, state.task, face)),
    checks: () => checks(observer),
    start: () => start(files),
  });
  observer.watch(system);
  const makeCall: MakeCall = (before, i, args) =>
    system.edited(before, () => make(state, i, { ...calls[i]!, ...args }));
  const makeAgain: MakeCall = (before, i, args) =>
    system.edited(before, () => {
      make(state, i, { ...calls[i]!, ...args });
      state.pc[writerName(calls[i]!.thread)] = 0;
    });
  const found: Made['found'] = (files_found, free) =>
    system.edited(new Int32Array(struct.words), () => {
      start(files_found);
      if (free !== undefined) state.free = free;
    });
  const edit: Made['edit'] = (before, change) => system.edited(before, () => change(whole));
  return { system, observer, makeCall, makeAgain, found, edit, kernel: whole, used };
}

/** Fields that a power cut does not change, or that the recovery sets; what the ledger keeps. */
const KEPT = /^(?:disk|call|cell)\[|^extent\[\d+\]\.(?:logged|claimed|preallocated)$|^[a-z_]+$/;
const FORGOTTEN = /^(?:task\.|stack\[|thread\[|page\[|extent\[|inode\[)/;

/**
 * After a power cut: what is in memory is gone, a task of the kernel begins anew, and of the calls
 * only those are still to be made that are made then.
 */
function restarts(
  struct: Struct<Spec>,
  memory: Int32Array,
  state: KernelState & { pc: Record<string, number> },
  workers: readonly Worker[],
  calls: readonly (KnownCall & Call)[],
): () => void {
  const kept = new Int32Array(struct.words).fill(-1);
  // Arguments of the calls that are made then.
  const toCome = calls
    .filter(({ after_crash }) => after_crash)
    .map(({ thread, name }) => `task.${writerName(thread)}.${name}.`);
  for (const { name, word, shift, mask } of struct.places) {
    if (!FORGOTTEN.test(name) || KEPT.test(name) || isOfLedger(name)) continue;
    if (toCome.some((path) => name.startsWith(path))) continue;
    kept[word] = kept[word]! & ~(mask << shift);
  }
  const ended = workers.map(({ daemon }, i) =>
    daemon || calls.some(({ thread, after_crash }) => thread === i && after_crash) ? 0 : 1,
  );
  const rows = workers.map(({ pieces }) =>
    pieces.reduce((count, piece) => count + Object.keys(piece.rows).length, 0),
  );
  return () => {
    const { written } = trailOf(memory);
    for (let word = 0; word < kept.length; word++) {
      memory[word] = memory[word]! & kept[word]!;
      written[word] = written[word]! | ~kept[word]!;
    }
    for (let i = 0; i < workers.length; i++) {
      state.pc[workers[i]!.name] = ended[i] === 1 ? rows[i]! : 0;
    }
  };
}

/** What is true of an inode is kept by the ledger; so is the size that the journal has. */
const LEDGER_OF_INODE =
  /^inode\[\d+\]\.(?:logged_size|logged_tree|prealloc|size_asked|emptied_to|half_removed)$/;
const isOfLedger = (name: string): boolean => LEDGER_OF_INODE.test(name);

type Tasks = Task<Core & Kernel>;

/** Calls are the design's, and so are their rows; `face` is what these may see. */
function taskOf({ pieces, ...worker }: Worker, frames: Frames, face: Core & Kernel): Tasks {
  const { name } = worker;
  return {
    ...worker,
    pc: `pc.${name}`,
    work: pieces.map((piece) => ({
      rows: piece.rows,
      frame: { path: `task.${name}.${piece.name}`, view: frames[name]![piece.name]! },
      ...(piece.stack === undefined ? {} : { stack: piece.stack, guarded: face }),
    })),
  };
}

/**
 * The call is to be made: its arguments are in its locals. With nothing to write it is not made.
 */
function make(state: KernelState & { task: Frames }, i: number, call: KnownCall & Call): void {
  const { pos, count, thread, name } = call;
  const frame = state.task[writerName(thread)]![name]!;
  frame['pos'] = pos;
  frame['end'] = pos + count;
  state.call[i]!.pos = pos;
  state.call[i]!.count = count;
  state.call[i]!.readable = call.readable === undefined ? 0 : 1 + call.readable;
  state.call[i]!.holds = call.holds ? 1 : 0;
  state.call[i]!.state = count > 0 || call.call === 'truncate' ? TO_COME : NOT_MADE;
}

/** Files at rest: everything committed, old data acknowledged. Free blocks hold somebody's data. */
function fillFiles(k: WholeKernel, files: readonly InitialFile[], judged: boolean): void {
  const { s, cells } = k;
  for (const block of s.disk) block.cells = cells.all(STALE);
  files.forEach((file, i) => fillFile(k, i, file, judged));
  flushCache(k);
  let used = 0;
  for (const block of s.disk) if (block.owner === FILE) used++;
  s.free = s.disk.length - used - s.reserved;
}

function fillFile(
  k: WholeKernel,
  file: number,
  { i_size, blocks }: InitialFile,
  judged: boolean,
): void {
  const { geometry: g, s, cells } = k;
  if (judged && !k.fs.has_unwritten && /[Uud]/.test(blocks)) {
    throw new Error(`the filesystem '${k.fs.name}' has no unwritten or delayed blocks`);
  }
  const inode = s.inode[file]!;
  inode.i_size = inode.i_disksize = inode.logged_size = i_size;
  for (let fb = 0; fb < fileBlocksOf(g); fb++) {
    const letter = blocks[fb] ?? '.';
    if (letter === '.') continue;
    const number = file * fileBlocksOf(g) + fb;
    const first = fb * g.block_cells;
    const behind = letter === 'T' ? STALE : ZERO;
    const old = filled(k, (i) => (first + i < i_size ? cells.old(file, first + i) : behind));
    if (letter === 'd') {
      s.reserved++;
      setExtent(k, number, DELALLOC, -1);
    } else {
      let b = 0;
      while (s.disk[b]!.owner === FILE) b++;
      s.disk[b]!.owner = FILE;
      if (letter === 'U' && k.fs.frees_eof_blocks) inode.prealloc = 1;
      const mapped = letter === 'M' || letter === 'T';
      if (mapped) s.disk[b]!.cells = old;
      setExtent(k, number, mapped ? MAPPED : UNWRITTEN, b);
    }
    if (letter === 'd' || letter === 'u') cache(k, number, old);
    if (judged && letter !== 'U') promise(k, file, first, /[MT]/.test(letter));
  }
}

function filled({ geometry: g, cells }: WholeKernel, value: (i: number) => number): number {
  let block = 0;
  for (let i = 0; i < g.block_cells; i++) block = cells.with(block, i, value(i));
  return block;
}

function cache({ geometry: g, s, cells }: WholeKernel, number: number, old: number): void {
  const page = s.page[Math.floor(number / g.page_blocks)]!;
  if (!page.present) for (const block of page.block) block.cells = cells.all(GARBAGE);
  page.present = 1;
  const block = page.block[number % g.page_blocks]!;
  block.uptodate = block.dirty = 1;
  block.cells = old;
}

function promise(k: WholeKernel, file: number, first: number, durable: boolean): void {
  const { geometry: g, s } = k;
  const { i_size } = s.inode[file]!;
  for (let place = first; place < Math.min(i_size, first + g.block_cells); place++) {
    const cell = s.cell[file * cellsOf(g) + place]!;
    cell.promised = 1 << file;
    if (durable) cell.durable = 1;
  }
}
