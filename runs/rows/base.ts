/** What a sound design does in its scenarios: which rows run, where they go on to, what holds. */
import type { AnyRows } from '../../machine/rows.ts';
import type { Turn } from '../../machine/rows.ts';
import type { Verdict } from '../../explorer/search.ts';
import { DESIGNS } from '../../model/designs/all.ts';
import type { Design } from '../../model/design.ts';
import { LOCKS } from '../../model/kernel.ts';
import type { Kernel, WholeKernel } from '../../model/kernel.ts';
import { SCENARIOS } from '../../scenarios/all.ts';
import type { Recorded } from '../../evidence/record.ts';
import { DEFAULT_LIMITS, check, prepare } from '../check.ts';
import { isAsked, setupOf } from '../scenario.ts';
import type { Bounds, Scenario } from '../scenario.ts';
import { namesAtWork, tableOf, withTable } from './tables.ts';

/** Designs of the list that break nothing on record. */
export function soundDesigns(recorded: Recorded): Design[] {
  const all = Object.values(recorded).flat();
  const broken = all.filter((one) => Object.keys(one.broken).length > 0);
  const bad = new Set(broken.flatMap(({ designs }) => designs));
  const known = new Set(all.flatMap(({ designs }) => designs));
  return DESIGNS.filter(({ name }) => known.has(name) && !bad.has(name));
}

export interface SeenRow {
  readonly table: string;
  readonly label: string;
  /** Where it went on to, in any state of any scenario. */
  readonly next: ReadonlySet<string>;
  /** Did it ever take or give back what one of its tasks holds? */
  readonly locks: boolean;
}

export interface BaseRun {
  /** The scenario's name, and what is changed of its bounds. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly bounds: Bounds;
  readonly verdict: Verdict;
  readonly states: number;
  /** `table.label` of the rows that ran. */
  readonly ran: ReadonlySet<string>;
}

export interface Base {
  readonly design: Design;
  readonly runs: readonly BaseRun[];
  /** Each row of each table at work in any scenario, whether it ran or not. */
  readonly rows: readonly SeenRow[];
}

interface Row extends SeenRow {
  readonly next: Set<string>;
  locks: boolean;
}

/** How many of all locks the task holds; what only can be waited for is none. */
function held(k: WholeKernel, task: number): number {
  let count = 0;
  for (const lock of LOCKS) {
    if (lock.completion) continue;
    for (let n = 0; n < lock.count(k); n++) count += (lock.holders(k, n) >>> task) & 1;
  }
  return count;
}

/** The kernel of the search that is watched; rows also run on others, and while a trace is told. */
interface Watched {
  kernel?: unknown;
}

/** The same rows, which note where they go on to, and what they take. */
function noted(
  rows: AnyRows<Kernel>,
  watched: Watched,
  note: (label: string, next: string, locks: boolean) => void,
): AnyRows<Kernel> {
  const all = Object.entries(rows).map(([label, row]): [string, AnyRows<Kernel>[string]] => [
    label,
    (k, f) => {
      if (k !== watched.kernel) return row(k, f);
      // The machine gives rows the whole kernel.
      const kernel = k as unknown as WholeKernel & Turn;
      const before = held(kernel, kernel.me);
      const next = row(k, f);
      if (!kernel.undone) note(label, next, held(kernel, kernel.me) !== before);
      return next;
    },
  ]);
  return Object.fromEntries(all);
}

export function baseOf(design: Design, scenarios: readonly Scenario[] = SCENARIOS): Base {
  const rows = new Map<string, Row>();
  const runs = scenarios
    .filter((scenario) => isAsked(scenario, design))
    .map((scenario) => runOf(design, scenario, rows));
  return { design, runs, rows: [...rows.values()] };
}

function runOf(design: Design, scenario: Scenario, rows: Map<string, Row>): BaseRun {
  const ran = new Set<string>();
  const watched: Watched = {};
  const setup = setupOf(scenario, design);
  const watching = namesAtWork(setup).reduce((so_far, table) => {
    const own = tableOf(design, table, setup).rows;
    for (const label of Object.keys(own)) {
      const key = `${table}.${label}`;
      if (!rows.has(key)) rows.set(key, { table, label, next: new Set(), locks: false });
    }
    const note = (label: string, next: string, locks: boolean) => {
      const row = rows.get(`${table}.${label}`)!;
      ran.add(`${table}.${label}`);
      row.next.add(next);
      row.locks ||= locks;
    };
    return withTable(so_far, table, noted(own, watched, note));
  }, design);
  const run = prepare(watching, scenario);
  watched.kernel = run.system.kernel;
  const { verdict, result } = check(run, DEFAULT_LIMITS);
  const bounds = {};
  return { name: scenario.name, scenario, bounds, verdict, states: result.states, ran };
}

/** Larger spaces are left out where a page has two blocks. */
const WIDER_MAX = 60_000;

const widened = new WeakMap<Base, readonly BaseRun[]>();

/**
 * The same scenarios where a page has two blocks, and space ends inside of a page: those that are
 * small then, and in which the design does as at the scenario's own bounds.
 */
export function widerRunsOf(base: Base): readonly BaseRun[] {
  const known = widened.get(base);
  if (known !== undefined) return known;
  const found = base.runs.flatMap((run): BaseRun[] => {
    const { geometry: g } = run.scenario;
    if (g.page_blocks > 1 || run.states > WIDER_MAX) return [];
    const bounds = { page_blocks: 2, blocks: 2 * g.blocks - 1 };
    const limits = { ...DEFAULT_LIMITS, states: WIDER_MAX };
    const { verdict, result } = check(prepare(base.design, run.scenario, bounds), limits);
    if (verdict !== run.verdict) return [];
    return [{ ...run, bounds, states: result.states, name: `${run.name}, 2 blocks a page` }];
  });
  widened.set(base, found);
  return found;
}
