/** The mutants of a design by rule, each under a name that it keeps while its rows have theirs. */
import type { AnyRows } from '../../machine/rows.ts';
import { WRITE } from '../../model/core.ts';
import type { Design } from '../../model/design.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { Setup } from '../../model/system.ts';
import type { Base, SeenRow } from './base.ts';
import { exchanged, leftOut, otherBranch, twice } from './rules.ts';
import type { RuleName } from './rules.ts';
import { tableOf, withTable } from './tables.ts';
import type { Table } from './tables.ts';

export interface RowMutant {
  /** Design, or `kernel`, row and rule: `iomap valid twice`. */
  readonly id: string;
  readonly base: Base;
  readonly rule: RuleName;
  readonly table: string;
  /** The rows that it changes: where none of them runs it is the design itself. */
  readonly labels: readonly string[];
  readonly change: (table: Table) => AnyRows<Kernel>;
}

/** The mutant in such a run, on whose sizes and calls the kernel's rows may depend. */
export const designOf = ({ base, table, change }: RowMutant, setup: Setup): Design => ({
  ...withTable(base.design, table, change(tableOf(base.design, table, setup))),
  name: `mutant of ${base.design.name}`,
});

/** A mutant may have so many more states than the design before the search is given up. */
export const limitOf = (states: number): number => 4 * states + 50_000;

/** The row as it is called: `copy` of the design, `ioend.convert` of a task of the kernel. */
const called = (table: string, label: string): string =>
  table === WRITE ? label : `${table}.${label}`;

type Change = Pick<RowMutant, 'rule' | 'change'> & {
  readonly how: string;
  readonly labels?: readonly string[];
};

function changesOf(row: SeenRow, base: Base): Change[] {
  const { label, table } = row;
  const next = [...row.next].toSorted();
  const pairs = next.flatMap((one, i) => next.slice(i + 1).map((other) => [one, other] as const));
  return [
    { rule: 'left-out', how: 'left-out', change: (t) => leftOut(t, label) },
    { rule: 'twice', how: 'twice', change: (t) => twice(t, label) },
    ...pairs.map(([one, other]): Change => ({
      rule: 'other-branch',
      how: `${one}<->${other}`,
      change: (t) => otherBranch(t, label, one, other),
    })),
    ...neighbour(row, base).map((second): Change => ({
      rule: 'exchanged',
      how: `after ${called(table, second)}`,
      labels: [label, second],
      change: (t) => exchanged(t, label, second),
    })),
  ];
}

/** The row that always follows, if one does, where one of the two takes or gives back a lock. */
function neighbour({ table, label, next, locks }: SeenRow, base: Base): string[] {
  const [only] = next;
  const second = base.rows.find((row) => row.table === table && row.label === only);
  if (next.size !== 1 || second === undefined || only === label) return [];
  return locks || second.locks ? [second.label] : [];
}

const ownerOf = ({ table }: SeenRow, { design }: Base): string =>
  table === WRITE ? design.name : 'kernel';

export const mutantsOf = (base: Base): RowMutant[] =>
  base.rows.flatMap((row) =>
    changesOf(row, base).map(({ rule, how, change, labels = [row.label] }) => ({
      id: [ownerOf(row, base), called(row.table, row.label), how].join(' '),
      base,
      rule,
      table: row.table,
      labels,
      change,
    })),
  );

/** One mutant: of the kernel's rows it is the same below several designs, and caught below any. */
export interface Question {
  readonly id: string;
  readonly rule: RuleName;
  /** Below the design that has most scenarios first. */
  readonly tries: readonly RowMutant[];
}

export function questionsOf(bases: readonly Base[]): Question[] {
  const byRuns = bases.toSorted((a, b) => b.runs.length - a.runs.length);
  const own = bases.flatMap(mutantsOf).filter(({ table }) => table === WRITE);
  const kernels = byRuns.flatMap(mutantsOf).filter(({ table }) => table !== WRITE);
  const found = new Map<string, { id: string; rule: RuleName; tries: RowMutant[] }>();
  for (const mutant of [...own, ...kernels]) {
    const { id, rule } = mutant;
    const known = found.get(id);
    if (known === undefined) found.set(id, { id, rule, tries: [mutant] });
    else known.tries.push(mutant);
  }
  return [...found.values()];
}
