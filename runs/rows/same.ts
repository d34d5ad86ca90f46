/**
 * Are a mutant and its design the same to all but themselves? Of both spaces the states are
 * compared, and the steps from one to another, when something is left out of the states, and with
 * it the steps that change nothing else:
 *
 * - same graph: the same states and steps, but for the places and locals of the tasks that run the
 *   changed table;
 * - same to observe: the same states and steps, of what can be observed;
 * - same states: as in the first, with other steps among them. No promise about states can tell;
 * - same with more faults: of what can be observed each has all states and steps that the other has
 *   where it may meet half as many faults. A row that is run twice meets two where the design meets
 *   one; how many there may be is a bound of the search, and not of a kernel.
 *
 * Whole traces are not compared.
 */
import { Search } from '../../explorer/search.ts';
import { StateTable } from '../../explorer/table.ts';
import { kernelSystem } from '../../model/system.ts';
import type { KernelSystem, Made, Setup } from '../../model/system.ts';
import { setupOf } from '../scenario.ts';
import type { BaseRun } from './base.ts';
import { designOf, limitOf } from './mutant.ts';
import type { RowMutant } from './mutant.ts';
import { tableOf, tasksOf, withTable } from './tables.ts';

/** Pairs of states as one number. */
const PAIR = 2 ** 26;

export type Same = 'same graph' | 'same to observe' | 'same states' | 'same with more faults';

/** `does less`: of the first states and steps it has some, and no others. Undefined: it differs. */
export function samenessIn(mutant: RowMutant, run: BaseRun): Same | 'does less' | undefined {
  const both = spacesOf(mutant, run);
  if (both === undefined) return undefined;
  const [one, other] = both;
  const tasks = tasksOf(mutant.table, one.setup);
  const graph = compared(butFor(one, tasks), butFor(other, tasks));
  if (isSame(graph)) return 'same graph';
  if (isSame(compared(observed(one), observed(other)))) return 'same to observe';
  if (graph?.all === true) return 'same states';
  if (isSameWithMoreFaults(mutant, run, both)) return 'same with more faults';
  return graph?.among === true ? 'does less' : undefined;
}

function isSameWithMoreFaults(mutant: RowMutant, run: BaseRun, both: Both): boolean {
  const { faults_max } = run.scenario;
  const more = faults_max > 0 ? spacesOf(mutant, run, 2 * faults_max) : undefined;
  if (more === undefined) return false;
  const [one, other] = both.map(observed);
  const [oneMore, otherMore] = more.map(observed);
  return isAmong(other!, oneMore!) && isAmong(one!, otherMore!);
}

/** All that was searched of a design. */
interface Space {
  readonly setup: Setup;
  readonly made: Made;
  readonly search: Search;
}
type Both = readonly [Space, Space];

/** The design's and the mutant's; undefined where one is too large. */
function spacesOf(
  mutant: RowMutant,
  { scenario, states }: BaseRun,
  faults_max = scenario.faults_max,
): Both | undefined {
  const { base, table } = mutant;
  const setup = setupOf(scenario, base.design, { faults_max });
  const changed = designOf(mutant, setup);
  // With as many rows the design's states are packed as the mutant's are.
  const own = tableOf(base.design, table, setup);
  const more = Object.keys(mutant.change(own)).length - Object.keys(own.rows).length;
  const never = Array.from({ length: Math.max(0, more) }, (_, i): [string, () => string] => [
    `never ${i}`,
    () => `never ${i}`,
  ]);
  const padded = withTable(base.design, table, { ...own.rows, ...Object.fromEntries(never) });
  const [one, other] = [padded, changed].map((design): Space | undefined => {
    const made = kernelSystem(design, setup, () => []);
    const search = searched(made.system, limitOf(states));
    return search && { setup, made, search };
  });
  return one && other && [one, other];
}

/** A space, and what is kept of its states. */
interface Projected {
  readonly search: Search;
  readonly kept: Projection;
}

const butFor = ({ made, search }: Space, tasks: readonly string[]): Projected => ({
  search,
  kept: butForTasks(made.system, tasks),
});
const observed = ({ made, search }: Space): Projected => ({ search, kept: asObserved(made) });

/** What is kept of a state, as so many words. */
interface Projection {
  readonly words: number;
  readonly into: (to: Int32Array, states: Int32Array, at: number) => Int32Array;
}

/** All but the place and the locals of these tasks. */
function butForTasks({ struct }: KernelSystem, tasks: readonly string[]): Projection {
  const kept = new Int32Array(struct.words).fill(-1);
  for (const { name, word, shift, mask } of struct.places) {
    const own = tasks.some((task) => name === `pc.${task}` || name.startsWith(`task.${task}.`));
    if (own) kept[word] = kept[word]! & ~(mask << shift);
  }
  return {
    words: kept.length,
    into(to, states, at) {
      for (let i = 0; i < kept.length; i++) to[i] = states[at + i]! & kept[i]!;
      return to;
    },
  };
}

/**
 * What a read of each byte returns, and what one would after a crash; sizes; free space; and what
 * the calls have returned.
 */
function asObserved({ system, observer: o }: Made): Projection {
  const { cell, inode, call } = o.s;
  return {
    words: 2 * cell.length + 2 * inode.length + 3 * call.length + 1,
    into(to, states, at) {
      system.edited(states.subarray(at, at + system.words), () => {
        let i = 0;
        for (let n = 0; n < cell.length; n++) {
          to[i++] = o.visible(n);
          to[i++] = o.afterCrash(n);
        }
        for (let n = 0; n < inode.length; n++) {
          to[i++] = inode[n]!.i_size;
          to[i++] = inode[n]!.logged_size;
        }
        for (let n = 0; n < call.length; n++) {
          to[i++] = call[n]!.state;
          to[i++] = call[n]!.ret;
          to[i++] = call[n]!.err;
        }
        to[i] = o.s.free;
      });
      return to;
    },
  };
}

interface Compared {
  /** The other has all states that the one has. */
  readonly all: boolean;
  /** The one has all steps that the other has; and they have the same. */
  readonly among: boolean;
  readonly equal: boolean;
}

/** Undefined: the other has states that the one has not. */
function compared(one: Projected, other: Projected): Compared | undefined {
  const seen = projected(one);
  const { count } = seen;
  projected(other, seen);
  if (seen.count !== count) return undefined;
  const steps = stepsIn(one, seen);
  const others = stepsIn(other, seen);
  const among = [...others].every((step) => steps.has(step));
  return { all: reachesAll(other, seen), among, equal: among && others.size === steps.size };
}

const isSame = (found: Compared | undefined): boolean => found?.all === true && found.equal;

/** Has `all` all states and steps that `some` has? */
const isAmong = (some: Projected, all: Projected): boolean => compared(all, some)?.among === true;

function searched(machine: KernelSystem, states: number): Search | undefined {
  const search = new Search(machine, { states, depth: 10_000 });
  while (search.slice());
  return search.limit === undefined ? search : undefined;
}

/** All states of a search, as they are to others; added to those that are known. */
function projected({ search, kept }: Projected, known?: StateTable): StateTable {
  const to = new Int32Array(kept.words);
  const table =
    known ?? new StateTable(kept.into(to, search.piece(0), search.place(0)).slice(), PAIR / 2);
  for (let n = 0; n < search.states; n++)
    table.add(kept.into(to, search.piece(n), search.place(n)), 0);
  table.flush();
  return table;
}

function reachesAll({ search, kept }: Projected, seen: StateTable): boolean {
  const to = new Int32Array(kept.words);
  const reached = new Set<number>();
  for (let n = 0; n < search.states; n++) {
    reached.add(seen.find(kept.into(to, search.piece(n), search.place(n))));
  }
  return reached.size === seen.count;
}

/** The steps that change what is kept. */
function stepsIn({ search, kept }: Projected, seen: StateTable): Set<number> {
  const steps = new Set<number>();
  const to = new Int32Array(kept.words);
  const found: Int32Array[] = [];
  const sink = { successor: (_: number, state: Int32Array) => void found.push(state.slice()) };
  for (let n = 0; n < search.states; n++) {
    const from = seen.find(kept.into(to, search.piece(n), search.place(n)));
    found.length = 0;
    search.ask(search.machine, n, sink);
    // Afterwards: to observe a state is to write to the memory that rows work on.
    for (const state of found) {
      const next = seen.find(kept.into(to, state, 0));
      if (next !== from) steps.add(from * PAIR + next);
    }
  }
  return steps;
}
