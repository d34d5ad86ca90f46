/** Who is at work, and by which rows: a lookup, which whoever steps a system makes first. */
import { pcField } from '../machine/rows.ts';
import type { AnyRows } from '../machine/rows.ts';
import type { Spec } from '../machine/struct.ts';
import { WRITE } from './core.ts';
import type { KnownCall } from './core.ts';
import type { Design } from './design.ts';
import type { Geometry } from './geometry.ts';
import { CALLS, OTHERS } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { localFields } from './locals.ts';
import type { Locals } from './locals.ts';
import { without } from './subsystem.ts';
import type { Call, Setup } from './system.ts';

/** A piece of work: the rows of one call, or of a task of the kernel. */
export interface Piece {
  readonly name: string;
  /** The record of what a call has on its stack. */
  readonly stack?: string;
  readonly locals: Locals;
  readonly rows: AnyRows<Kernel>;
}

/** A task: who it is, and what it does. */
export interface Worker {
  readonly name: string;
  readonly daemon: boolean;
  readonly at_will: boolean;
  readonly pieces: readonly Piece[];
}

/** Names of the tasks that make calls, and of the calls as data is known by them. */
export const writerName = (i: number): string => `writer${i + 1}`;
export const callName = (i: number): string => `w${i + 1}`;

/** Names of the calls that are made. */
export const callsOf = (writers: Setup['writers']): ReadonlySet<string> =>
  new Set(writers.flat().map(({ call = WRITE }) => call));

/** All calls, writer by writer. */
export function knownCalls(writers: Setup['writers']): readonly (KnownCall & Call)[] {
  return writers
    .flatMap((calls, thread) => calls.map((call) => ({ ...call, thread })))
    .map((call, i) => ({
      ...call,
      call: call.call ?? WRITE,
      file: call.file ?? 0,
      name: callName(i),
    }));
}

export function callers(design: Design, writers: Setup['writers'], g: Geometry): Worker[] {
  let number = 0;
  const made = callsOf(writers);
  return writers.map((calls, i) => ({
    name: writerName(i),
    daemon: false,
    at_will: false,
    pieces: calls.map(({ call }) => ({
      stack: `stack[${number}]`,
      name: callName(number++),
      ...codeOf(design, g, made, call),
    })),
  }));
}

/** What a call runs: the design, or what the kernel has for it, with rows that a mutant changes. */
function codeOf(
  design: Design,
  g: Geometry,
  made: ReadonlySet<string>,
  call = WRITE,
): Pick<Piece, 'locals' | 'rows'> {
  const args = { pos: 'cells', end: 'cells' } as const;
  if (call === WRITE) return { locals: { ...args, ...design.locals }, rows: design.rows };
  const { locals, rows } = CALLS[call]!;
  const own = changed(design, call, rows(design.filesystem, g, made));
  return { locals: { ...args, ...locals }, rows: own };
}

/** Rows of the kernel's own, with what a mutant changes. */
function changed(design: Design, name: string, rows: AnyRows<never>): AnyRows<Kernel> {
  const { others, tables = {} } = design;
  if (tables[name] !== undefined) return tables[name];
  const all = Object.entries(rows).map(([label, row]) => [
    label,
    others[`${name}.${label}`] ?? row,
  ]);
  // Rows are typed where they are written, for the commands of their own subsystem.
  return Object.fromEntries(all) as AnyRows<Kernel>;
}

/** The kernel's tasks that are there at all on this filesystem, below this design. */
export const othersOf = (others: readonly string[], design: Design): readonly string[] =>
  others.filter((name) => OTHERS[name]!.present(design.filesystem, design.socket));

export function othersAtWork(design: Design, others: readonly string[], g: Geometry): Worker[] {
  return othersOf(others, design).map((name) => {
    const { daemon, at_will, locals, rows, absent } = OTHERS[name]!;
    const own = changed(design, name, without(rows, absent(design.filesystem, g)));
    return { name, daemon, at_will, pieces: [{ name: 'work', locals, rows: own }] };
  });
}

/** Program counters, and the locals of each piece of work. */
export function workSpec(workers: readonly Worker[], g: Geometry): Spec {
  return {
    task: Object.fromEntries(
      workers.map(({ name, pieces }) => [
        name,
        Object.fromEntries(pieces.map((piece) => [piece.name, localFields(piece.locals, g)])),
      ]),
    ),
    pc: Object.fromEntries(workers.map(({ name, pieces }) => [name, pcField(pieces)])),
  };
}
