/** A design, put to work: the whole system that a search, a fuzzer or a replay steps. */
import { pcField } from '../machine/rows.ts';
import type { AnyRows, Check, Task } from '../machine/rows.ts';
import { Struct } from '../machine/struct.ts';
import type { Spec } from '../machine/struct.ts';
import { System } from '../machine/system.ts';
import type { WriteCall } from './base.ts';
import { localField } from './design.ts';
import type { Design, LocalKind } from './design.ts';
import type { FaultName } from './faults.ts';
import type { Filesystem } from './filesystem.ts';
import { Kernel } from './kernel.ts';
import { Observer } from './observe.ts';
import { OTHERS } from './others.ts';
import type { OtherName } from './others.ts';
import {
  DELALLOC,
  FILE,
  MAPPED,
  OLD,
  UNWRITTEN,
  ZERO,
  cellsOf,
  fileBlocksOf,
  kernelSpec,
  withCell,
} from './state.ts';
import type { Geometry, KernelState } from './state.ts';

/**
 * The file as the scenario finds it: a letter a block. `.` hole; `M` mapped, old data on disk;
 * `U` unwritten; `d` a delayed allocation and `u` an unwritten block, both with old data dirty in the
 * page cache.
 */
export interface InitialFile {
  readonly i_size: number;
  readonly blocks: string;
}

/** The bounds of a run: everything that is explored, and nothing that is not. */
export interface Setup {
  readonly geometry: Geometry;
  readonly file: InitialFile;
  readonly writers: readonly WriteCall[];
  readonly others: readonly OtherName[];
  readonly faults: readonly FaultName[];
  readonly faults_max: number;
}

type Locals = Readonly<Record<string, LocalKind>>;

type Frames = Readonly<Record<string, Record<string, number>>>;

export type KernelSystem = System<Spec, Kernel>;

export function kernelSystem(
  design: Design,
  setup: Setup,
  checks: (observer: Observer) => readonly Check[],
): { system: KernelSystem; observer: Observer } {
  const { geometry: g, writers } = setup;
  const others = othersOf(setup.others, design);
  const names = [...writers.map((_, i) => `writer${i + 1}`), ...others];
  const programs: { name: string; locals: Locals; rows: AnyRows<Kernel>; daemon: boolean }[] = [
    ...writers.map((_, i) => ({
      name: names[i]!,
      locals: { pos: 'cells', end: 'cells', ...design.locals } as const,
      rows: design.rows,
      daemon: false,
    })),
    ...others.map((name) => ({ name, ...OTHERS[name], rows: changed(name, design) })),
  ];
  const kernel = kernelSpec({
    geometry: g,
    tasks: names,
    writers: writers.length,
    faults: setup.faults_max,
    iomap: design.filesystem.allocates === 'iomap',
    socket: design.socket,
  });
  const struct = new Struct<Spec>({ ...kernel, task: taskSpec(programs, g) });
  const memory = new Int32Array(struct.words);
  // The struct is `kernel` with the frames of the tasks, whose names are not known to its type.
  const view = struct.view(memory) as unknown as KernelState & { task: Frames };
  const options = {
    state: view,
    geometry: g,
    filesystem: design.filesystem,
    writers,
    tasks: names,
  };
  const observer = new Observer({ ...options, initial_size: setup.file.i_size });
  const tasks: Task<Kernel>[] = programs.map(({ name, rows, daemon }) => ({
    name,
    rows,
    daemon,
    frame: { path: `task.${name}`, view: view.task[name]! },
  }));
  const system = new System({
    struct,
    memory,
    kernel: new Kernel({ ...options, faults: setup.faults }),
    tasks,
    checks: () => checks(observer),
    start: () => {
      writers.forEach(({ pos, count }, i) => {
        view.task[names[i]!]!['pos'] = pos;
        view.task[names[i]!]!['end'] = pos + count;
      });
      view.faults_left = setup.faults_max;
      fillFile(view, g, setup.file, design.filesystem);
    },
  });
  observer.watch(system);
  return { system, observer };
}

/** Only a design that receives has a peer. */
export const othersOf = (others: readonly OtherName[], design: Design): readonly OtherName[] =>
  others.filter((name) => name !== 'peer' || design.socket);

/** The others' rows on this filesystem, with those that a mutant replaces. */
function changed(name: OtherName, design: Design): AnyRows<Kernel> {
  const absent = OTHERS[name].absent(design.filesystem);
  return Object.fromEntries(
    Object.entries(OTHERS[name].rows)
      .filter(([label]) => !absent.includes(label))
      .map(([label, row]) => [label, design.others[`${name}.${label}`] ?? row]),
  );
}

function taskSpec(
  programs: readonly { name: string; locals: Locals; rows: AnyRows<Kernel> }[],
  g: Geometry,
): Spec {
  return Object.fromEntries(
    programs.map(({ name, locals, rows }) => [
      name,
      {
        pc: pcField(rows),
        ...Object.fromEntries(Object.entries(locals).map(([n, kind]) => [n, localField(kind, g)])),
      },
    ]),
  );
}

/** A file at rest: everything committed, old data acknowledged. All free blocks hold stale data. */
function fillFile(s: KernelState, g: Geometry, file: InitialFile, fs: Filesystem): void {
  if (fs.journalled && /[Uud]/.test(file.blocks)) {
    throw new Error(`the filesystem '${fs.name}' has no unwritten or delayed blocks`);
  }
  let used = 0;
  s.i_size = s.i_disksize = s.log.i_size = file.i_size;
  for (const block of s.disk) block.cells = filled(g, () => 1);
  for (let fb = 0; fb < fileBlocksOf(g); fb++) {
    const letter = file.blocks[fb] ?? '.';
    if (letter === '.') continue;
    const extent = s.extent[fb]!;
    const old = filled(g, (i) => (fb * g.block_cells + i < file.i_size ? OLD : ZERO));
    if (letter === 'd') {
      extent.type = DELALLOC;
      s.reserved++;
    } else {
      extent.type = letter === 'M' ? MAPPED : UNWRITTEN;
      extent.blkno = ++used;
      s.disk[used - 1]!.owner = FILE;
      if (letter === 'M') s.disk[used - 1]!.cells = old;
      s.log.extent[fb]!.type = extent.type;
      s.log.extent[fb]!.blkno = used;
    }
    if (letter === 'd' || letter === 'u') cache(s, g, fb, old);
    if (letter !== 'U') promise(s, g, fb, file.i_size);
  }
  s.free = g.blocks - used - s.reserved;
}

function filled(g: Geometry, value: (i: number) => number): number {
  let cells = 0;
  for (let i = 0; i < g.block_cells; i++) cells = withCell(cells, i, value(i));
  return cells;
}

function cache(s: KernelState, g: Geometry, fb: number, cells: number): void {
  const page = s.page[Math.floor(fb / g.page_blocks)]!;
  if (!page.present) for (const block of page.block) block.cells = filled(g, () => 2);
  page.present = 1;
  const block = page.block[fb % g.page_blocks]!;
  block.uptodate = block.dirty = 1;
  block.cells = cells;
}

function promise(s: KernelState, g: Geometry, fb: number, i_size: number): void {
  for (let cell = fb * g.block_cells; cell < (fb + 1) * g.block_cells; cell++) {
    if (cell < Math.min(i_size, cellsOf(g))) s.promise[cell]!.value = OLD;
  }
}
