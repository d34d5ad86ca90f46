/**
 * What a step changed, in the kernel's words. The state's own difference is exact, and long: here
 * what belongs together is said together, and program counters, locals and ghost fields are left
 * out.
 */
import type { KernelSystem } from '../model/system.ts';

/** Fields of one record that changed, by name: from and to. */
type Changed = ReadonlyMap<string, readonly [from: string, to: string]>;

/** One phrase for each thing that changed, as `page[0] locked, holds w1,w1`. */
export function changesBetween(
  { struct }: Pick<KernelSystem, 'struct'>,
  before: Int32Array,
  after: Int32Array,
): string[] {
  const records = new Map<string, Map<string, readonly [string, string]>>();
  for (const { field, from, to } of struct.diff(before, after)) {
    const dot = field.lastIndexOf('.');
    const record = field.slice(0, Math.max(0, dot));
    if (!records.has(record)) records.set(record, new Map());
    records.get(record)!.set(field.slice(dot + 1), [from, to]);
  }
  const now = new Map(
    struct.places.map((place) => [place.name, place.field.show(struct.get(after, place))]),
  );
  return phrases(records, now);
}

function phrases(
  records: ReadonlyMap<string, Changed>,
  now: ReadonlyMap<string, string>,
): string[] {
  const found: string[] = [];
  for (const [record, changed] of records) {
    if (/^page\[\d+\]\.block\[0\]$/.test(record) && records.has(pageOf(record)) && oneBlock(now)) {
      continue; // said with its page
    }
    const words = wordsOf(record, changed, now);
    if (record.startsWith('page') && oneBlock(now)) {
      const block = records.get(`${record}.block[0]`);
      if (block) words.push(...wordsOf(`${record}.block[0]`, block, now));
    }
    const name = oneBlock(now) ? pageOf(record) : record;
    if (words.includes('dropped')) {
      // What a page held is gone with it; that it was dirty is worth saying.
      const dirty = words.includes('clean') ? ['dropped with dirty data'] : ['dropped'];
      words.splice(0, words.length, ...dirty);
    }
    if (words.length > 0) found.push(titled(name, words));
  }
  return found;
}

const pageOf = (record: string): string => record.replace(/\.block\[0\]$/, '');
const oneBlock = (now: ReadonlyMap<string, string>): boolean => !now.has('page[0].block[1].cells');

/** Fields outside any record, and those whose record needs no name, stand alone. */
function titled(record: string, words: readonly string[]): string {
  if (!/^(page|extent|disk|log)/.test(record)) return words.join('; ');
  const name = record
    .replace('.block', ' block')
    .replace(/^disk/, 'blk')
    .replace(/^log\.?/, 'journal: ')
    .replace(/: $/, ':');
  return `${name} ${words.join(', ')}`;
}

function wordsOf(record: string, changed: Changed, now: ReadonlyMap<string, string>): string[] {
  const kind = /^[a-z]*/.exec(record)![0];
  if (kind === 'extent' || record.startsWith('log.extent')) return [extent(record, changed, now)];
  const vocabulary = WORDS[kind];
  if (vocabulary === undefined) return []; // locals of tasks, and ghost fields
  return [...changed].flatMap(([field, [from, to]]) => {
    const word = vocabulary[field]?.(to, from);
    return word === undefined || word === '' ? [] : [word];
  });
}

/** `HOLE -> MAPPED(blk 0)`: a mapping and its block are one thing. */
function extent(record: string, changed: Changed, now: ReadonlyMap<string, string>): string {
  const [type, blkno] = ['type', 'blkno'].map((field) => now.get(`${record}.${field}`)!);
  const [wasType = type, wasBlkno = blkno] = [changed.get('type')?.[0], changed.get('blkno')?.[0]];
  return `${mapping(wasType!, wasBlkno!)} -> ${mapping(type!, blkno!)}`;
}

/** As the kernel's commands say it: blocks of the device count from 0. */
export const mapping = (type: string, blkno: string): string =>
  blkno === '0' ? type : `${type}(blk ${Number(blkno) - 1})`;

type Say = (to: string, from: string) => string;

const flag =
  (set: string, clear: string): Say =>
  (to) =>
    to === '1' ? set : clear;
const changes =
  (name: string): Say =>
  (to, from) =>
    `${name} ${from} -> ${to}`;
const held =
  (name: string): Say =>
  (to) =>
    to === 'nobody' ? `${name} free` : `${name} held`;

/** What each field is called when it changes; a field that is not here is not shown. */
const WORDS: Readonly<Record<string, Readonly<Record<string, Say>>>> = {
  '': {
    i_size: changes('i_size'),
    i_disksize: changes('i_disksize'),
    i_rwsem: held('i_rwsem'),
    ilock: held('mapping lock'),
    free: changes('free'),
    reserved: changes('reserved'),
  },
  page: {
    present: flag('added', 'dropped'),
    locked_by: (to) => (to === 'nobody' ? 'unlocked' : 'locked'),
    writeback: flag('under writeback', 'writeback ended'),
    uptodate: flag('uptodate', 'not uptodate'),
    dirty: flag('dirty', 'clean'),
    fresh: flag('new', ''),
    cells: (to) => `holds ${to}`,
  },
  disk: {
    owner: (to, from) => (to === 'file' ? '' : `${from} -> ${to}`),
    cells: (to) => `holds ${to}`,
  },
  log: { i_size: changes('i_size') },
  socket: { sent: (to) => `${to} cells on the way`, state: (to) => `connection ${to}` },
  call: {
    iomap_reserved: (to) => (to === '0' ? '' : `reserved for the iomap: ${to}`),
  },
};
