/**
 * What makes states differ: of a space, how many would be left if a field were not told apart. Each
 * state is read with the bits of one group of fields masked out, and distinct ones are counted. It
 * is also said who reads the fields in any of the states: what nobody reads could be left out.
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
import { differing, groupsOf, isOfNoRow, isOfNobody, union } from './groups.ts';
import type { Counted, Group } from './groups.ts';

/**
 * The largest spaces at default bounds, as `writepath matrix --shard 1/1 --out FILE` counts them.
 */
const LARGEST: readonly (readonly [design: string, scenario: string])[] = [
  ['page-at-a-time/6.18-ext4-nonda', 'writeback-between-copy-and-allocate'],
  ['page-at-a-time/6.18-ext4-nonda', 'short-copy-after-reserve'],
  ['iomap', 'writeback-between-copy-and-allocate'],
];
const ROOM = { states: 2 ** 24, depth: 10_000 };
const SHOWN = 15;

/** What could be dropped, and why or why not: written after a look at the rows. */
const REMARKS: Readonly<Record<string, string>> = {
  'page-at-a-time/6.18-ext4-nonda in writeback-between-copy-and-allocate':
    '`call[].no_space` could be dropped: it is written, and only a test reads it. `retries` is ' +
    'dead once the call does not try again, and could be set back there. `extent[].logged` ' +
    'could not be dropped: it is what a power cut leaves, which `no-stale-data-after-crash` ' +
    'looks at in every state; nor `disk[].owner`: it says which block the next one is. ' +
    '`reader.work.wanted` and `pc.reader` differ because the reader runs beside all others: ' +
    'fewer orders would take these states away, not fewer fields.',
  'page-at-a-time/6.18-ext4-nonda in short-copy-after-reserve':
    '`call[].no_space` again. `faults_left` could not be dropped: by it a fault happens once ' +
    'and not twice; only past the last row that could meet one does it tell nothing. ' +
    '`extent[].logged`, `logged_size` and `zeroed_block` are the journal, which a commit or a ' +
    'power cut reads later; `dirty` and `cells` are the data itself.',
  'iomap in writeback-between-copy-and-allocate':
    '`call[].no_space` again. `cleared_space` is read by one row after an error, and is dead ' +
    'once the call has gone on: it could be set back where it is read last, with the same ' +
    'verdicts. `map_changed` is likewise dead after `valid` has read it. `extent[].logged` ' +
    'could not be dropped: `journal.commit` asks whether it differs, and promises what a power ' +
    'cut leaves.',
};

/** The bits that are not the same in all states. */
function varying(search: Search, words: number): Int32Array {
  const first = search.state(0);
  const bits = new Int32Array(words);
  for (let number = 0; number < search.states; number++) {
    const piece = search.piece(number);
    const at = search.place(number);
    for (let word = 0; word < words; word++) bits[word]! |= piece[at + word]! ^ first[word]!;
  }
  return bits;
}

/** How many states are left where these bits are all the same. */
function without(search: Search, words: number, bits: Int32Array): number {
  const { states } = search;
  const state = new Int32Array(words);
  let distinct: StateTable | undefined;
  for (let number = 0; number < states; number++) {
    const piece = search.piece(number);
    const at = search.place(number);
    for (let word = 0; word < words; word++) state[word] = piece[at + word]! & ~bits[word]!;
    distinct ??= new StateTable(state.slice(), states);
    distinct.add(state, 0);
    if (number % 512 === 0) distinct.flushFull();
  }
  distinct!.flush();
  return distinct!.count;
}

/** Who has read a group. */
interface Readers {
  readonly rows: ReadonlySet<string>;
  readonly promises: ReadonlySet<string>;
}

/** Of bits that were read before they were written: by which rows, and by which promises. */
function readers(search: Search, system: KernelSystem, groups: readonly Group[]): Readers[] {
  const found = groups.map(() => ({ rows: new Set<string>(), promises: new Set<string>() }));
  const { trail } = system;
  const clear = () => {
    trail.read.fill(0);
    trail.written.fill(0);
  };
  /** What each was known to read, so that only what is new is looked into. */
  const known = new Map<string, Int32Array>();
  const take = (who: 'rows' | 'promises', name: string) => {
    const before = known.get(name) ?? new Int32Array(trail.read.length);
    known.set(name, before);
    if (trail.read.every((bits, word) => (bits & ~before[word]!) === 0)) return;
    trail.read.forEach((bits, word) => (before[word]! |= bits));
    groups.forEach(({ bits }, i) => {
      const by = found[i]![who];
      if (by.has(name)) return;
      if (bits.some((mask, word) => (mask & trail.read[word]!) !== 0)) by.add(name);
    });
  };
  const nowhere = { successor: () => undefined };
  for (let number = 0; number < search.states; number++) {
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
  const varies = varying(search, system.words);
  const isConstant = ({ bits }: Group) => bits.every((mask, word) => (mask & varies[word]!) === 0);
  const counted = groups.map((group, i) => ({
    group: group.name,
    isRow: group.isRow,
    left: isConstant(group) ? states : without(search, system.words, group.bits),
    ...read[i]!,
  }));
  const left = (these: (group: Counted) => boolean): number => {
    const all = groups.filter((_, i) => these(counted[i]!));
    return without(search, system.words, union(all, system.words));
  };
  const noRow = left(isOfNoRow);
  const nobody = left(isOfNobody);
  return differing({
    design,
    scenario,
    states,
    transitions,
    counted,
    noRow,
    nobody,
    shown: SHOWN,
    remark: REMARKS[`${design} in ${scenario}`],
  });
}

const asked = argv.length === 4 ? [[argv[2]!, argv[3]!] as const] : LARGEST;
for (const one of asked) stdout.write(`${table(one)}\n`);
