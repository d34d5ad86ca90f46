/** The lock orders of a design: of each of its runs, and of all of them together. */
import { locksText } from '../evidence/locks.ts';
import type { LocksOfDesign, LocksOfRun, SeenOrder } from '../evidence/locks.ts';
import { COLUMNS, lines, wrap } from '../evidence/text.ts';
import { compactly, tell } from '../evidence/trace.ts';
import { cycles } from '../explorer/cycles.ts';
import { Orders, keyOf } from '../explorer/orders.ts';
import type { Order, Seen } from '../explorer/orders.ts';
import type { Search } from '../explorer/search.ts';
import type { Awaited } from '../machine/turn.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { Composed, LOCKS } from '../model/kernel.ts';
import type { WholeKernel } from '../model/kernel.ts';
import { kernelSystem } from '../model/system.ts';
import type { Run } from './check.ts';

type OnWait = (task: number, on: Awaited | undefined, n: number, shared: boolean) => void;

/** A kernel that tells of every wait, once somebody listens. */
class WatchedKernel extends Composed {
  heard: OnWait | undefined = undefined;

  override wait(tasks: number, on?: Awaited, n = 0, shared = false): void {
    super.wait(tasks);
    this.heard?.(this.me, on, n, shared);
  }

  override again(on?: Awaited): void {
    super.again();
    if (on !== undefined) this.heard?.(this.me, on, 0, false);
  }
}

/** States between two looks at whether to go on. */
const SLICE = 1024;

/**
 * The orders in all states that a search has seen. They are looked at again, through a kernel that
 * tells of its waits, so that the one that is searched need not. `stopped`: is it to end early?
 */
export function ordersOf(run: Run, search: Search, stopped = () => false): LocksOfRun {
  const { system } = kernelSystem(run.design, run.setup, () => [], {
    alike: run.system,
    kernel: WatchedKernel,
  });
  system.clock = run.system.clock;
  // It was made of that class, and has all that the subsystems declare; its type does not say so.
  const kernel = system.kernel as unknown as WatchedKernel & WholeKernel;
  const orders = new Orders(system, kernel, LOCKS);
  kernel.heard = (task, on, n, shared) => orders.waits(task, on, n, shared);
  let looked = 0;
  while (looked < search.states && (looked % SLICE !== 0 || !stopped())) {
    orders.look(search.piece(looked), search.place(looked), looked);
    looked++;
  }
  return {
    scenario: run.scenario.name,
    states: looked,
    limit: search.limit ?? (looked < search.states ? 'interrupted' : null),
    orders: orders.seen.map((order) => withTrace(run, search, order)),
    exclusive: orders.exclusive,
  };
}

function withTrace(
  run: Run,
  search: Search,
  { state, task, action, ...order }: Order & Seen,
): SeenOrder {
  const trace = [...search.trace(state), ...(action === undefined ? [] : [action])];
  return {
    ...order,
    scenario: run.scenario.name,
    row: run.system.row(search.state(state), task)!,
    how: action === undefined ? 'waits for' : 'takes',
    steps: trace.length,
    trace: compactly(tell(run.system, trace)),
  };
}

const CLASSES = LOCKS.map(({ what }) => what);

/** All runs of a design: each order where the fewest steps show it, and the cycles among them. */
export function joined(design: string, runs: readonly LocksOfRun[]): LocksOfDesign {
  const first = new Map<string, SeenOrder>();
  for (const order of runs.flatMap(({ orders }) => orders)) {
    const known = first.get(keyOf(order));
    if (known === undefined || order.steps < known.steps) first.set(keyOf(order), order);
  }
  const place = ({ from, to }: Order): number =>
    CLASSES.indexOf(from) * CLASSES.length + CLASSES.indexOf(to);
  const orders = [...first.values()].toSorted(
    (a, b) => place(a) - place(b) || a.steps - b.steps || (keyOf(a) < keyOf(b) ? -1 : 1),
  );
  return {
    design,
    orders,
    cycles: cycles(orders, new Set(runs.flatMap(({ exclusive }) => exclusive))),
    states: runs.reduce((sum, { states }) => sum + states, 0),
    runs: runs.length,
    open: runs.filter(({ limit }) => limit !== null).map(({ scenario }) => scenario),
  };
}

/** The lock orders of all designs that are checked while it looks on, for the golden text. */
export class AllLocks {
  readonly #runs = new Map<string, LocksOfRun[]>();

  readonly look = (run: Run, search: Search): void => {
    const { name } = run.design;
    const known = this.#runs.get(name);
    if (known === undefined) this.#runs.set(name, [ordersOf(run, search)]);
    else known.push(ordersOf(run, search));
  };

  text(): string {
    const found = DESIGNS.map(({ name }) => joined(name, this.#runs.get(name) ?? []));
    return `${lines(wrap(HEADING, COLUMNS))}\n${locksText(found)}`;
  }
}

const HEADING =
  'The orders in which each design and the tasks beside it take locks, in all states of all ' +
  'scenarios, each where the fewest steps show it; and the cycles among them. A trace lists who ' +
  'moves: writer1*3 reader is three steps of writer1, and one of reader. To see one design: npx ' +
  'writepath locks DESIGN.';
