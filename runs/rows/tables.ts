/** The tables of rows that are at work in a run: the design's own, and those of the kernel. */
import type { AnyRows } from '../../machine/rows.ts';
import { WRITE } from '../../model/core.ts';
import type { Design } from '../../model/design.ts';
import { CALLS, OTHERS } from '../../model/kernel.ts';
import type { Kernel } from '../../model/kernel.ts';
import { without } from '../../model/subsystem.ts';
import { callsOf } from '../../model/system.ts';
import type { Setup } from '../../model/system.ts';

export interface Table {
  /** `write` is the design's own; else the name of a system call or a task of the kernel. */
  readonly name: string;
  readonly rows: AnyRows<Kernel>;
  /** Names of the fields in a frame. */
  readonly locals: readonly string[];
}

const ARGUMENTS = ['pos', 'end'];

/** Rows of the kernel are typed for the commands of their own subsystem; `Kernel` has them all. */
const asRows = (rows: AnyRows<never>): AnyRows<Kernel> => rows as AnyRows<Kernel>;

export function tableOf(design: Design, name: string, setup: Setup): Table {
  const { geometry: g, writers } = setup;
  if (name === WRITE) {
    return { name, rows: design.rows, locals: [...ARGUMENTS, ...Object.keys(design.locals)] };
  }
  const call = CALLS[name];
  if (call !== undefined) {
    const rows = asRows(call.rows(design.filesystem, g, callsOf(writers)));
    return { name, rows, locals: [...ARGUMENTS, ...Object.keys(call.locals)] };
  }
  const { rows, locals, absent } = OTHERS[name]!;
  const left = asRows(without(rows, absent(design.filesystem, g)));
  return { name, rows: left, locals: Object.keys(locals) };
}

/** The design with that table in the place of its own. */
export const withTable = (design: Design, name: string, rows: AnyRows<Kernel>): Design =>
  name === WRITE ? { ...design, rows } : { ...design, tables: { ...design.tables, [name]: rows } };

/** Names of all tables that are at work there. */
export const namesAtWork = ({ writers, others }: Setup): string[] => [
  ...new Set([...writers.flat().map(({ call = WRITE }) => call), ...others]),
];

/** Names of the tasks that run that table. */
export const tasksOf = (name: string, { writers, others }: Setup): string[] =>
  others.includes(name)
    ? [name]
    : writers.flatMap((calls, i) =>
        calls.some(({ call = WRITE }) => call === name) ? [`writer${i + 1}`] : [],
      );
