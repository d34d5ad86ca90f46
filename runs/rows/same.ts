/**
 * Are a mutant and its design the same to all but themselves? Of both spaces the states are
 * compared, and the steps from one to another, when something is left out of the states, and with
 * it the steps that change nothing else:
 *
 * - same graph: the same states and steps, but for the places and locals of the tasks that run the
 *   changed table;
 * - same to observe: the same states and steps, of what can be observed;
 * - same states: as in the first, with other steps among them. No promise about states can tell.
 *
 * Whole traces are not compared.
 */
import { Search } from '../../explorer/search.ts';
import { StateTable } from '../../explorer/table.ts';
import { kernelSystem } from '../../model/system.ts';
import type { KernelSystem, Made } from '../../model/system.ts';
import { setupOf } from '../scenario.ts';
import type { BaseRun } from './base.ts';
import { designOf, limitOf } from './mutant.ts';
import type { RowMutant } from './mutant.ts';
import { tableOf, tasksOf, withTable } from './tables.ts';

/** Pairs of states as one number. */
const PAIR = 2 ** 26;

export type Same = 'same graph' | 'same to observe' | 'same states';

/** `does less`: of the first states and steps it has some, and no others. Undefined: it differs. */
export function samenessIn(
  mutant: RowMutant,
  { scenario, states }: BaseRun,
): Same | 'does less' | undefined {
  const { base, table } = mutant;
  const setup = setupOf(scenario, base.design);
  const made = designOf(mutant, setup);
  // With as many rows the design's states are packed as the mutant's are.
  const own = tableOf(base.design, table, setup);
  const more = Object.keys(mutant.change(own)).length - Object.keys(own.rows).length;
  const never = Array.from({ length: Math.max(0, more) }, (_, i): [string, () => string] => [
    `never ${i}`,
    () => `never ${i}`,
  ]);
  const padded = withTable(base.design, table, { ...own.rows, ...Object.fromEntries(never) });
  const [of, ofOther] = [padded, made].map((design) => kernelSystem(design, setup, () => []));
  const [one, other] = [of!, ofOther!].map(({ system }) => searched(system, limitOf(states)));
  if (one === undefined || other === undefined) return undefined;
  const graph = compared(one, other, butForTasks(of!.system, tasksOf(table, setup)));
  if (graph === 'the same') return 'same graph';
  if (compared(one, other, asObserved(of!)) === 'the same') return 'same to observe';
  if (graph === 'states') return 'same states';
  return graph === 'less' ? 'does less' : undefined;
}

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

/** `states`: the same states, other steps. `less`: some of the states, and of the steps. */
function compared(
  one: Search,
  other: Search,
  kept: Projection,
): 'the same' | 'states' | 'less' | undefined {
  const seen = projected(one, kept);
  const { count } = seen;
  projected(other, kept, seen);
  if (seen.count !== count) return undefined;
  const all = reachesAll(other, kept, seen);
  const steps = stepsIn(one, kept, seen);
  const others = stepsIn(other, kept, seen);
  const among = [...others].every((step) => steps.has(step));
  if (all) return among && others.size === steps.size ? 'the same' : 'states';
  return among ? 'less' : undefined;
}

function searched(machine: KernelSystem, states: number): Search | undefined {
  const search = new Search(machine, { states, depth: 10_000 });
  while (search.slice());
  return search.limit === undefined ? search : undefined;
}

/** All states of a search, as they are to others; added to those that are known. */
function projected(search: Search, kept: Projection, known?: StateTable): StateTable {
  const { words } = search.machine;
  const to = new Int32Array(kept.words);
  const table = known ?? new StateTable(kept.into(to, search.packed, 0).slice(), PAIR / 2);
  for (let n = 0; n < search.states; n++) table.add(kept.into(to, search.packed, n * words), 0);
  table.flush();
  return table;
}

function reachesAll(search: Search, kept: Projection, seen: StateTable): boolean {
  const { words } = search.machine;
  const to = new Int32Array(kept.words);
  const reached = new Set<number>();
  for (let n = 0; n < search.states; n++) {
    reached.add(seen.find(kept.into(to, search.packed, n * words)));
  }
  return reached.size === seen.count;
}

/** The steps that change what is kept. */
function stepsIn(search: Search, kept: Projection, seen: StateTable): Set<number> {
  const { words } = search.machine;
  const steps = new Set<number>();
  const to = new Int32Array(kept.words);
  const found: Int32Array[] = [];
  const sink = { successor: (_: number, state: Int32Array) => void found.push(state.slice()) };
  for (let n = 0; n < search.states; n++) {
    const from = seen.find(kept.into(to, search.packed, n * words));
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
