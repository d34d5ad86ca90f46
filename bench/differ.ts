/**
 * What makes states differ: of a space, how many would be left if a field were not told apart. Each
 * state is read with the bits of one group of fields masked out, and distinct ones are counted. Says
 * also who reads the fields, in a sample of the states: a field that nobody reads could be left out.
 * Prints tables in Markdown.
 *
 *     node dist/bench/differ.js [DESIGN SCENARIO]
 */
import { argv, stdout } from 'node:process';
import { StateTable } from '../explorer/table.ts';
import type { Search } from '../explorer/search.ts';
import { DESIGNS } from '../model/designs/all.ts';
import type { KernelSystem } from '../model/system.ts';
import { prepare, searchOf } from '../runs/check.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { differing, groupsOf } from './groups.ts';
import type { Group } from './groups.ts';

/**
 * The largest spaces at default bounds, as `writepath matrix --shard 1/1 --out FILE` counts them.
 */
const LARGEST: readonly (readonly [design: string, scenario: string])[] = [
  ['page-at-a-time/6.18-ext4-nonda', 'writeback-between-copy-and-allocate'],
  ['page-at-a-time/6.18-ext4-nonda', 'short-copy-after-reserve'],
  ['iomap', 'writeback-between-copy-and-allocate'],
];
const ROOM = { states: 2 ** 24, depth: 10_000 };
/** Of so many states it is looked who reads what. */
const SAMPLE = 20_000;
const SHOWN = 15;

/** How many states are left where these bits are all the same. */
function without(search: Search, words: number, { bits }: Group): number {
  const { states } = search;
  const state = new Int32Array(words);
  let table: StateTable | undefined;
  for (let number = 0; number < states; number++) {
    const piece = search.piece(number);
    const at = search.place(number);
    for (let word = 0; word < words; word++) state[word] = piece[at + word]! & ~bits[word]!;
    if (table === undefined) table = new StateTable(state.slice(), states);
    table.add(state, 0);
    if (number % 512 === 0) table.flushFull();
  }
  table!.flush();
  return table!.count;
}

/** Who has read a group. */
interface Readers {
  readonly rows: ReadonlySet<string>;
  readonly promises: ReadonlySet<string>;
}

/** Bits read before they were written, by rows and by promises, in a sample of the states. */
function readers(search: Search, system: KernelSystem, groups: readonly Group[]): Readers[] {
  const found = groups.map(() => ({ rows: new Set<string>(), promises: new Set<string>() }));
  const { trail } = system;
  const clear = () => {
    trail.read.fill(0);
    trail.written.fill(0);
  };
  const take = (who: 'rows' | 'promises', name: string) =>
    groups.forEach(({ bits }, i) => {
      if (bits.some((mask, word) => (mask & trail.read[word]!) !== 0)) found[i]![who].add(name);
    });
  const every = Math.max(1, Math.floor(search.states / SAMPLE));
  const nowhere = { successor: () => undefined };
  for (let number = 0; number < search.states; number += every) {
    const state = search.state(number);
    system.tasks.forEach((_, task) => {
      if (system.rowAt(state, task) < 0) return;
      clear();
      system.turns(state, task, nowhere);
      take('rows', system.row(state, task)!);
    });
    // Promises look at who can move, too.
    system.successors(state, 0, nowhere);
    system.properties.forEach((name, property) => {
      clear();
      for (let piece = -1; piece < system.pieces(property); piece++) system.answer(property, piece);
      take('promises', name);
    });
  }
  return found;
}

function table([design, scenario]: (typeof LARGEST)[number]): string {
  const run = prepare(
    DESIGNS.find(({ name }) => name === design)!,
    SCENARIOS.find(({ name }) => name === scenario)!,
  );
  const { system } = run;
  const search = searchOf(run, ROOM);
  while (search.slice());
  const { states, transitions, limit } = search.result();
  if (limit !== undefined) throw new Error(`${design} in ${scenario}: limit: ${limit}`);
  const rows = new Set(system.tasks.map(({ pc }) => pc.replaceAll(/\[\d+\]/g, '[]')));
  const groups = groupsOf(system.struct.places, system.words, rows);
  const read = readers(search, system, groups);
  const counted = groups.map((group, i) => ({
    group: group.name,
    isRow: group.isRow,
    left: without(search, system.words, group),
    rows: read[i]!.rows,
    promises: read[i]!.promises,
  }));
  return differing({ design, scenario, states, transitions, counted, shown: SHOWN });
}

const asked = argv.length === 4 ? [[argv[2]!, argv[3]!] as const] : LARGEST;
for (const one of asked) stdout.write(`${table(one)}\n`);
