/**
 * The rules by which a row is changed. Each takes a table and gives its rows as they become; each
 * row is still one command.
 */
import { DONE } from '../../machine/rows.ts';
import type { AnyRows } from '../../machine/rows.ts';
import { SUBSYSTEMS } from '../../model/kernel.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { Table } from './tables.ts';

export const RULES = ['left-out', 'twice', 'other-branch', 'exchanged'] as const;
export type RuleName = (typeof RULES)[number];

type Rows = AnyRows<Kernel>;
type Answers = Record<string, (...args: readonly unknown[]) => unknown>;

const namesOf = (part: 'commands' | 'looks'): readonly string[] =>
  SUBSYSTEMS.flatMap((subsystem) => Object.keys(subsystem[part] ?? {}));
const COMMANDS = namesOf('commands');
const LOOKS = [...namesOf('looks'), 'page_index', 'page_end'];

const stubs = new WeakMap<object, Kernel>();

/** In the place of a kernel: its commands do nothing and return 0; what rows look at is real. */
function stubOf(kernel: Kernel): Kernel {
  const known = stubs.get(kernel);
  if (known !== undefined) return known;
  const real = kernel as unknown as Answers;
  const stub = Object.fromEntries([
    ...COMMANDS.map((name) => [name, () => 0]),
    ...LOOKS.map((name) => [name, (...args: readonly unknown[]) => real[name]!(...args)]),
  ]) as Answers;
  const made = Object.assign(stub, { page_size: kernel.page_size }) as unknown as Kernel;
  stubs.set(kernel, made);
  return made;
}

/** The row runs, and its command does not. */
export function leftOut({ rows }: Table, label: string): Rows {
  const row = rows[label]!;
  return { ...rows, [label]: (k, f) => row(stubOf(k), f) };
}

/** The row, with its frame put back; then the same row again, which goes on. */
export function twice({ rows, locals }: Table, label: string): Rows {
  const row = rows[label]!;
  const again = `${label}, again`;
  const before = new Int32Array(locals.length);
  const first: Rows[string] = (k, f: Record<string, number>) => {
    for (let i = 0; i < locals.length; i++) before[i] = f[locals[i]!]!;
    row(k, f);
    for (let i = 0; i < locals.length; i++) f[locals[i]!] = before[i]!;
    return again;
  };
  return { ...rows, [label]: first, [again]: row };
}

/** Where the row went on to one of the two, it goes on to the other. */
export function otherBranch({ rows }: Table, label: string, one: string, other: string): Rows {
  const row = rows[label]!;
  const exchange = (to: string) => (to === one ? other : to === other ? one : to);
  return { ...rows, [label]: (k, f) => exchange(row(k, f)) };
}

/**
 * A row and the one that always follows it: the second comes first, and the first goes on to where
 * the second had gone. Others may come to the second as before.
 */
export function exchanged({ rows }: Table, label: string, next: string): Rows {
  const [row, second] = [rows[label]!, rows[next]!];
  const early = `${next}, first`;
  const late = (to: string) => `${label}, then ${to}`;
  /** Whoever went on to the first goes on to the second. */
  const led = (to: string) => (to === label ? early : to);
  const kept = Object.entries(rows).map(([name, one]): [string, Rows[string]] =>
    name === label ? [early, (k, f) => late(second(k, f))] : [name, (k, f) => led(one(k, f))],
  );
  const ends = [...Object.keys(rows), DONE].map((to): [string, Rows[string]] => [
    late(to),
    (k, f) => {
      row(k, f);
      return led(to);
    },
  ]);
  return Object.fromEntries([...kept, ...ends]);
}
