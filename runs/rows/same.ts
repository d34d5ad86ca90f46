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
import type { KernelSystem } from '../../model/system.ts';
import { setupOf } from '../scenario.ts';
import type { BaseRun } from './base.ts';
import { designOf, limitOf } from './mutant.ts';
import type { RowMutant } from './mutant.ts';
import { tableOf, tasksOf, withTable } from './tables.ts';

/** Pairs of states as one number. */
const PAIR = 2 ** 26;

/**
 * What a read, a crash, fsync() or statfs() can tell, and what the calls have returned. Not: who
 * is where in his rows, which locks he holds, what the checker keeps account of, and how many more
 * faults there may be.
 */
const OBSERVED = new RegExp(
  '^(?:' +
    [
      String.raw`inode\[\d+\]\.(?:i_size|i_disksize|logged_size|wb_err)`,
      String.raw`page\[\d+\]\.(?:present|writeback|block\[\d+\]\.(?:cells|uptodate|dirty))`,
      String.raw`extent\[\d+\]\.(?:map|logged)`,
      String.raw`disk\[\d+\]\..*`,
      String.raw`call\[\d+\]\.(?:state|ret|err|consumed|discarded)`,
      'free|reserved|power_has_failed',
    ].join('|') +
    ')$',
);

/** Undefined where it differs. */
export function samenessIn(
  mutant: RowMutant,
  { scenario, states }: BaseRun,
): 'same graph' | 'same to observe' | 'same states' | undefined {
  const { base, table } = mutant;
  const setup = setupOf(scenario, base.design);
  const made = designOf(mutant, setup.geometry);
  // With as many rows the design's states are packed as the mutant's are.
  const own = tableOf(base.design, table, setup.geometry);
  const more = Object.keys(mutant.change(own)).length - Object.keys(own.rows).length;
  const never = Array.from({ length: Math.max(0, more) }, (_, i): [string, () => string] => [
    `never ${i}`,
    () => `never ${i}`,
  ]);
  const padded = withTable(base.design, table, { ...own.rows, ...Object.fromEntries(never) });
  const systems = [padded, made].map((design) => kernelSystem(design, setup, () => []).system);
  const [one, other] = systems.map((system) => searched(system, limitOf(states)));
  if (one === undefined || other === undefined) return undefined;
  const tasks = tasksOf(table, setup);
  const ofOthers = (name: string) =>
    !tasks.some((task) => name === `pc.${task}` || name.startsWith(`task.${task}.`));
  const graph = compared(one, other, keptOf(systems[0]!, ofOthers));
  if (graph === 'steps') return 'same graph';
  const kept = keptOf(systems[0]!, (name) => OBSERVED.test(name));
  if (compared(one, other, kept) === 'steps') return 'same to observe';
  return graph === 'states' ? 'same states' : undefined;
}

/** What is the same: states and steps, or states alone. */
function compared(one: Search, other: Search, kept: Int32Array): 'steps' | 'states' | undefined {
  const seen = projected(one, kept);
  const { count } = seen;
  projected(other, kept, seen);
  if (seen.count !== count || !reachesAll(other, kept, seen)) return undefined;
  const steps = stepsIn(one, kept, seen);
  const others = stepsIn(other, kept, seen);
  const same = others.size === steps.size && [...others].every((step) => steps.has(step));
  return same ? 'steps' : 'states';
}

function searched(machine: KernelSystem, states: number): Search | undefined {
  const search = new Search(machine, { states, depth: 10_000 });
  while (search.slice());
  return search.limit === undefined ? search : undefined;
}

/** Of each word of a state the bits of the fields that are kept. */
function keptOf({ struct }: KernelSystem, keeps: (name: string) => boolean): Int32Array {
  const kept = new Int32Array(struct.words);
  for (const { name, word, shift, mask } of struct.places) {
    if (keeps(name)) kept[word] = kept[word]! | (mask << shift);
  }
  return kept;
}

function project(state: Int32Array, at: number, kept: Int32Array, to: Int32Array): Int32Array {
  for (let i = 0; i < kept.length; i++) to[i] = state[at + i]! & kept[i]!;
  return to;
}

/** All states of a search, as they are to others; added to those that are known. */
function projected(search: Search, kept: Int32Array, known?: StateTable): StateTable {
  const to = new Int32Array(kept.length);
  const table = known ?? new StateTable(project(search.state(0), 0, kept, to).slice(), PAIR / 2);
  for (let n = 0; n < search.states; n++) {
    table.add(project(search.packed, n * kept.length, kept, to), 0);
  }
  table.flush();
  return table;
}

function reachesAll(search: Search, kept: Int32Array, seen: StateTable): boolean {
  const to = new Int32Array(kept.length);
  const reached = new Set<number>();
  for (let n = 0; n < search.states; n++) {
    reached.add(seen.find(project(search.packed, n * kept.length, kept, to)));
  }
  return reached.size === seen.count;
}

/** The steps that change what others see. */
function stepsIn(search: Search, kept: Int32Array, seen: StateTable): Set<number> {
  const steps = new Set<number>();
  const to = new Int32Array(kept.length);
  for (let n = 0; n < search.states; n++) {
    const from = seen.find(project(search.packed, n * kept.length, kept, to));
    search.ask(search.machine, n, {
      successor(_, state) {
        const next = seen.find(project(state, 0, kept, to));
        if (next !== from) steps.add(from * PAIR + next);
      },
    });
  }
  return steps;
}
