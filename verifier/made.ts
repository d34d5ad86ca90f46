/**
 * A design put to work over plain objects: who is at work, by which rows, and the kernel and the
 * observer that look at one state.
 */
import type { AnyRows } from '../machine/rows.ts';
import { Cells } from '../model/cells.ts';
import type { Core } from '../model/core.ts';
import { refuse } from '../model/design.ts';
import type { Design } from '../model/design.ts';
import { kernelSpec, makeKernel } from '../model/kernel.ts';
import type { Kernel, WholeKernel } from '../model/kernel.ts';
import { Ledger } from '../model/ledger.ts';
import { Observer } from '../model/observe.ts';
import type { Setup } from '../model/system.ts';
import { callers, callsOf, knownCalls, othersAtWork, workSpec } from '../model/workers.ts';
import type { Worker } from '../model/workers.ts';
import { fillFiles, makeCalls, restart } from './at-rest.ts';
import type { Live } from './at-rest.ts';
import { Layout } from './plain.ts';
import { PlainTurn } from './turn.ts';

/** The kernel, with all of its commands, under the driver of plain states. */
export type Driven = PlainTurn & Core & Kernel;

/** A row at its place in its task: its piece of work, and where that begins and ends. */
export interface Line {
  readonly label: string;
  readonly row: AnyRows<Kernel>[string];
  readonly piece: number;
  readonly begin: number;
  readonly labels: readonly string[];
}

/** The rows of a task one after the other: that is how program counters number them. */
export function linesOf({ pieces }: Worker): Line[] {
  const lines: Line[] = [];
  pieces.forEach(({ rows }, piece) => {
    const begin = lines.length;
    const labels = Object.keys(rows);
    for (const label of labels) lines.push({ label, row: rows[label]!, piece, begin, labels });
  });
  return lines;
}

export interface Ready {
  readonly workers: readonly Worker[];
  readonly layout: Layout;
  /** The state that all look at: calls are to be made, and files are at rest. */
  readonly live: Live;
  readonly kernel: Driven;
  readonly observer: Observer;
}

/** All fields: the kernel's, the locals of all who are at work, and where each of them stands. */
function layoutOf(
  { filesystem, socket, uses }: Design,
  { geometry, writers, faults_max }: Setup,
  workers: readonly Worker[],
  cells: Cells,
): Layout {
  const calls = knownCalls(writers);
  const spec = kernelSpec({
    geometry,
    cells,
    tasks: workers.map(({ name }) => name),
    threads: writers.length,
    calls: calls.length,
    faults_max,
    made: callsOf(writers),
    judged: true,
    buffers_end: calls.some(({ readable }) => readable !== undefined),
    filesystem,
    socket,
    uses: new Set(uses),
  });
  return new Layout({ ...spec, ...workSpec(workers, geometry) });
}

export function makeReady(design: Design, setup: Setup): Ready {
  refuse(design);
  const { geometry, writers, files, faults, faults_max } = setup;
  const { filesystem } = design;
  const calls = knownCalls(writers);
  const workers = [
    ...callers(design, writers, geometry),
    ...othersAtWork(design, setup.others, geometry),
  ];
  const tasks = workers.map(({ name }) => name);
  const threads = writers.length;
  const uses = new Set(design.uses);
  const names = calls.map(({ name }) => name);
  const cells = new Cells(geometry, names);
  const layout = layoutOf(design, setup, workers, cells);
  // The layout has the kernel's fields, and those of the tasks, whose names no type knows.
  const live = layout.zero() as unknown as Live;
  const parts = { state: live, geometry, cells, filesystem, calls, tasks, threads };
  const ledger = new Ledger(live, geometry, cells, calls);
  const again = () => restart(live, calls, workers);
  const whole = { ...parts, ledger, faults, restart: again, uses, judged: true };
  const kernel = makeKernel(whole, PlainTurn) as Driven;
  makeCalls(live, calls, workers);
  live.faults_left = faults_max;
  fillFiles(kernel as unknown as WholeKernel, files);
  const initial_size = files.map(({ i_size }) => i_size);
  return { workers, layout, live, kernel, observer: new Observer({ ...parts, initial_size }) };
}
