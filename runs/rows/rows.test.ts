/** The rules do what they say; a small sample of mutants is judged; the list is well-formed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../../model/designs/all.ts';
import { example } from '../../model/designs/example.ts';
import type { Kernel } from '../../model/kernel.ts';
import { SCENARIOS } from '../../scenarios/all.ts';
import { readRecord } from '../recorded.ts';
import { setupOf } from '../scenario.ts';
import { baseOf, soundDesigns } from './base.ts';
import { judge } from './judge.ts';
import type { Finding } from './judge.ts';
import { readEntries } from './listed.ts';
import { designOf, mutantsOf, questionsOf } from './mutant.ts';
import { perCent, summary, survivors, table, wrongEntries } from './report.ts';
import type { Judged } from './report.ts';
import { exchanged, leftOut, otherBranch, twice } from './rules.ts';
import type { Table } from './tables.ts';

const iomap = DESIGNS.find(({ name }) => name === 'iomap')!;
const named = (...names: readonly string[]) => SCENARIOS.filter(({ name }) => names.includes(name));

/** Stands for a kernel: says which commands it was given. */
const heard: string[] = [];
const KERNEL = {
  page_size: 2,
  inode_lock: () => void heard.push('inode_lock'),
  fault_in_readable: () => heard.push('fault_in_readable'),
  page_end: (pos: number) => pos + 2,
} as unknown as Kernel;

const TABLE: Table = {
  name: 'write',
  locals: ['pos', 'end', 'done'],
  rows: {
    lock(k) {
      k.inode_lock();
      return 'count';
    },
    count(k, f: { pos: number; done: number }) {
      f.done += k.fault_in_readable() > 0 ? k.page_end(f.pos, 4) : 1;
      return f.done > 2 ? 'done' : 'lock';
    },
  },
};

/** Runs rows from `label` on, at most `steps`; gives the way, the commands, and what f.done is. */
function followed(rows: Table['rows'], label: string, steps: number) {
  heard.length = 0;
  const f = { pos: 0, end: 4, done: 0 };
  const way = [label];
  while (way.length <= steps && way.at(-1) !== 'done') way.push(rows[way.at(-1)!]!(KERNEL, f));
  return { way, heard: [...heard], done: f.done };
}

describe('rules', () => {
  it('a command is left out: it returns 0, what is looked at is real', () => {
    expect(followed(leftOut(TABLE, 'count'), 'count', 1)).toEqual({
      way: ['count', 'lock'],
      heard: [],
      done: 1,
    });
    expect(followed(leftOut(TABLE, 'lock'), 'lock', 1)).toEqual({
      way: ['lock', 'count'],
      heard: [],
      done: 0,
    });
  });

  it('twice: two rows, each with one command, and the frame changes once', () => {
    expect(followed(twice(TABLE, 'count'), 'count', 2)).toEqual({
      way: ['count', 'count, again', 'lock'],
      heard: ['fault_in_readable', 'fault_in_readable'],
      done: 2,
    });
  });

  it('the other branch', () => {
    const rows = otherBranch(TABLE, 'count', 'done', 'lock');
    expect(followed(rows, 'count', 9).way).toEqual(['count', 'done']);
  });

  it('neighbours exchanged: the second first, and on from where it would have gone', () => {
    const rows = exchanged(TABLE, 'lock', 'count');
    // A table begins with its first row.
    expect(Object.keys(rows)[0]).toBe('count, first');
    expect(followed(rows, 'count, first', 4)).toEqual({
      way: ['count, first', 'lock, then lock', 'count, first', 'lock, then done', 'done'],
      heard: ['fault_in_readable', 'inode_lock', 'fault_in_readable', 'inode_lock'],
      done: 4,
    });
  });
});

describe('a base, and its mutants', () => {
  const base = baseOf(example, named('one-call-after-the-other', 'crash-after-allocate'));
  const mutants = mutantsOf(base);
  const idsOf = (part: string) => mutants.map(({ id }) => id).filter((id) => id.includes(part));

  it('rows are seen with where they go on to, and whether they take or give back a lock', () => {
    const row = (label: string) => base.rows.find((one) => one.label === label)!;
    expect([...row('write_end').next].toSorted()).toEqual(['fault_in', 'unlock_inode']);
    expect(row('lock_inode').locks).toBe(true);
    expect(row('copy').locks).toBe(false);
    expect(row('flush_eof').next.size).toBe(0);
  });

  it('each has a name, and no two have the same', () => {
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    expect(idsOf('example copy')).toEqual([
      'example copy left-out',
      'example copy twice',
      'example copy after write_end',
    ]);
    expect(idsOf('write_end fault_in<->unlock_inode')).toHaveLength(1);
    expect(idsOf('kernel reader.')).not.toHaveLength(0);
  });

  const found = (id: string) => judge(questionsOf([base]).find((one) => one.id === id)!);

  it('caught by a promise, by the rules of the kernel; never run', () => {
    expect(found('example unlock_inode left-out')).toMatchObject({
      outcome: 'caught',
      by: 'no-lock-outlives-the-call',
      scenario: 'one-call-after-the-other',
    });
    expect(found('example grab_page left-out')).toMatchObject({ outcome: 'caught', by: 'error' });
    expect(found('example flush_eof left-out')).toEqual({
      outcome: 'equivalent',
      why: 'never runs',
    });
  });

  it('a fault that is met once more is the same with more faults; what else it does is not', () => {
    const made = baseOf(iomap, named('zero-range-and-fallocate', 'truncate-then-grow'));
    const judged = (id: string) => judge(questionsOf([made]).find((one) => one.id === id)!);
    expect(judged('kernel fallocate.alloc twice')).toEqual({
      outcome: 'equivalent',
      why: 'same with more faults',
    });
    // It tells of an error, and has freed the blocks.
    expect(judged('kernel truncate.free twice')).toMatchObject({ outcome: 'survived' });
  });

  it('a row without a command is the same twice; rows of the kernel are changed in place', () => {
    const rows = { start: () => 'lock_inode', ...example.rows };
    const idle = { ...example, name: 'idle-row', rows };
    const same = baseOf(idle, named('one-call-after-the-other'));
    const [start] = questionsOf([same]).filter(({ id }) => id === 'idle-row start twice');
    expect(judge(start!)).toEqual({ outcome: 'equivalent', why: 'same graph' });
    const [reader] = mutants.filter(({ table: of }) => of === 'reader');
    const setup = setupOf(base.runs[0]!.scenario, base.design);
    expect(Object.keys(designOf(reader!, setup).tables!)).toEqual(['reader']);
  });
});

describe('the designs of the list', () => {
  const sound = soundDesigns(readRecord());

  it('those that break nothing on record', () => {
    expect(sound.map(({ name }) => name)).toEqual(expect.arrayContaining(['multipage', 'iomap']));
    expect(sound.map(({ name }) => name)).not.toContain('recvfile');
    expect(soundDesigns({})).toEqual([]);
  });

  it('in two small scenarios every seventh mutant of iomap is caught or the same', () => {
    const base = baseOf(iomap, named('one-call-after-the-other', 'short-copy-then-error'));
    const sample = questionsOf([base])
      .filter(({ id }) => id.startsWith('iomap '))
      .filter((_, i) => i % 7 === 0);
    const open = sample.filter((one) => judge(one).outcome === 'survived');
    expect(sample.length).toBeGreaterThan(5);
    expect(open.map(({ id }) => id)).toEqual([]);
  });
});

describe('the report', () => {
  const judged = (id: string, finding: Finding): Judged => ({ id, rule: 'twice', finding });
  const caught: Finding = { outcome: 'caught', by: 'error', scenario: 's', steps: 0, says: '' };
  const lost: Finding = { outcome: 'survived', where: 's', limits: [] };
  const all = [
    judged('a', caught),
    judged('b', { outcome: 'equivalent', why: 'same graph' }),
    judged('c', lost),
  ];
  const entries = readEntries('# A comment.\n\nc\n    Nobody\n    can tell.\n');

  it('counts, and rounds down; what is listed is neither caught nor the same', () => {
    expect(perCent(all)).toBe(66.6);
    expect(table(all, entries).trimEnd().split('\n').at(-1)!.split(/ +/)).toEqual([
      'all',
      '3',
      '1',
      '1',
      '0',
      '1',
      '0',
      '66.6',
    ]);
    expect(survivors(all, new Map())).toBe('c\n    breaks no promise, and differs in s\n');
    expect(survivors(all, entries)).toBe('');
    expect(summary(all)).toBe("an error of the kernel's own rules 1, same graph 1\n");
  });

  it('an entry that is refuted, or names nobody, is an error; so is what is no entry', () => {
    expect(entries.get('c')!.why).toBe('Nobody can tell.');
    expect(wrongEntries(all, entries)).toEqual([]);
    expect(wrongEntries([judged('c', caught)], entries)).toEqual(['listed, and yet caught: c']);
    expect(wrongEntries([], entries)).toEqual(['listed, and there is no such mutant: c']);
    expect(() => readEntries('c\n')).toThrow('no entry');
    expect(() => readEntries('c\n  why\n\nc\n  why\n')).toThrow('two entries');
  });

  it('the list in the project is well-formed', () => {
    const file = new URL('./listed.txt', import.meta.url);
    expect(() => readEntries(readFileSync(file, 'utf8'))).not.toThrow();
  });
});
