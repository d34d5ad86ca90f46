/** A subset of what Linux 6.18 did, held against its models. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { Trace } from '../traces/format.ts';
import { Judges } from './conform.ts';
import type { Judged } from './conform.ts';
import type { Class } from './differences.ts';
import { DIFFERENCES } from './differences.ts';
import { disagreement } from './disagreement.ts';
import { Kinds } from './kinds.ts';
import { modelOf } from './models.ts';
import { FOLDERS, judgeAll, outcomesText, subset } from './subset.ts';
import type { Tallies } from './tallies.ts';
import { Tally } from './tally.ts';

const traces = subset();
const judges = new Judges();
const judgeOf = (trace: Trace) => judges.of(modelOf(trace.fs, trace)!, trace);
const judged = (trace: Trace): Judged => judgeOf(trace).judge(trace);

describe('what Linux 6.18 did', () => {
  const both = FOLDERS.map((folder) => judgeAll(folder.traces()));
  const [tallies, own] = both as [Tallies, Tallies];

  it('is what the models allow, to the end of every sequence', () => {
    expect([...tallies.by.keys()]).toEqual(['ext4', 'ext4d', 'xfs']);
    const { sequences, agreed, incomplete, all } = tallies.whole;
    expect([sequences, agreed, incomplete]).toEqual([389, 389, 0]);
    expect([all.compared, all.agreed, all.named, all.unexplained]).toEqual([4668, 4668, 0, 0]);
  });

  it('so is what this project has recorded: more calls, two files, questions, held writes', () => {
    const { whole } = own;
    expect(whole.sequences).toBeGreaterThan(500);
    expect([whole.agreed, whole.incomplete]).toEqual([whole.sequences, 0]);
  });

  it('is allowed beside no more than is written down (npm run golden rewrites it)', () => {
    const file = new URL('../traces/outcomes.txt', import.meta.url);
    expect(outcomesText(both)).toBe(readFileSync(file, 'utf8'));
  });
});

/** One sequence of each filesystem, with a crash in it where there is one. */
const some = (['xfs', 'ext4', 'ext4d'] as const).map((fs) =>
  traces.find(({ fs: name, ops }) => name === fs && ops.some(({ op }) => op === 'crash'))!,
);

type Op = Trace['ops'][number];
type Change = (op: Op) => Op | undefined;

const obs = (change: (obs: Op['obs']) => Partial<Op['obs']>): Change => {
  return (op) => ({ ...op, obs: { ...op.obs, ...change(op.obs) } });
};
const OTHER: Readonly<Record<string, string>> = { '.': 'M', M: '.', d: 'M', U: 'M' };

/** One thing of one operation is changed; undefined where an operation has no such thing. */
const CHANGES: readonly (readonly [string, Change])[] = [
  ['size', obs(({ size }) => ({ size: size + 1 }))],
  ['ext', obs(({ ext }) => ({ ext: OTHER[ext[0]!]! + ext.slice(1) }))],
  ['ext', obs(({ ext }) => ({ ext: `${ext}+` }))],
  ['cache', obs(({ cache }) => ({ cache: (cache.startsWith('p') ? '-' : 'p') + cache.slice(1) }))],
  ['cache', obs(({ cache }) => ({ cache: `${cache.slice(0, -1)}w` }))],
  ['free', obs(({ free }) => ({ free: free + 3 }))],
  ['ret', (op) => (op.op === 'write' ? { ...op, ret: op.count - 1 || '-EIO' } : undefined)],
  ['ret', (op) => (op.op === 'fsync' ? { ...op, ret: '-EIO' } : undefined)],
  [
    'data',
    (op) =>
      op.op === 'read' && op.data !== '' ? { ...op, data: `?${op.data.slice(1)}` } : undefined,
  ],
];

describe.each(some.map((trace) => ({ fs: trace.fs, trace })))('one thing changed, $fs', (one) => {
  const { trace } = one;

  test.each(CHANGES)('%s: every operation that has it then differs in that', (aspect, change) => {
    let [changed, named] = [0, 0];
    for (const [at, op] of trace.ops.entries()) {
      const other = change(op);
      if (other === undefined) continue;
      changed++;
      const ops = trace.ops.map((before, i) => (i === at ? other : before));
      const { operations, difference } = judged({ ...trace, ops });
      expect([operations, difference?.at]).toEqual([at, at]);
      // Where several outcomes are allowed another one of them may have it.
      if (difference!.what === 'together') continue;
      expect(difference!.what).toBe(aspect);
      named++;
    }
    expect(changed).toBeGreaterThan(0);
    expect(named).toBeGreaterThan(0);
  });

  it('what was read at the end', () => {
    const { operations, difference } = judged({ ...trace, end: `${trace.end}0` });
    expect([operations, difference?.at, difference?.what]).toEqual([12, 12, 'data']);
  });
});

const wrong = (): { trace: Trace; of: Judged } => {
  const [trace] = some;
  const ops = trace!.ops.map((op, i) => (i === 3 ? CHANGES[0]![1](op)! : op));
  return { trace: { ...trace!, ops }, of: judged({ ...trace!, ops }) };
};

it('a difference with a name is counted apart; one without is unexplained', () => {
  const { trace, of } = wrong();
  const sizes: Class = {
    name: 'invented',
    why: 'a test has invented it',
    example: '',
    has: (_, { difference }) => difference?.what === 'size',
  };
  const named = new Tally();
  expect(named.add(trace, of, [sizes])).toEqual({ kind: 'named', name: 'invented' });
  expect([named.all.named, named.all.unexplained, named.agreed]).toEqual([1, 0, 0]);
  expect([...named.differences]).toEqual([['invented', 1]]);
  const unnamed = new Tally();
  const blind = { ...sizes, has: () => false };
  expect(unnamed.add(trace, of, [blind])).toEqual({ kind: 'unexplained' });
  expect([unnamed.all.named, unnamed.all.unexplained]).toEqual([0, 1]);
});

test.each(DIFFERENCES)('$name: its smallest example is of it', ({ example, has }) => {
  const trace = JSON.parse(example) as Trace;
  expect(has(trace, judged(trace))).toBe(true);
});

describe('extents-end-elsewhere', () => {
  const [{ example, has }] = DIFFERENCES as [Class];
  const withExt = (ext: string, op: object = {}): boolean => {
    const trace = JSON.parse(example) as Trace;
    const [first, last] = trace.ops as [Op, Op];
    const edited = { ...last, ...op, obs: { ...last.obs, ext } };
    const of = { ...trace, ops: [first, edited] };
    return has(of, judged(of));
  };

  test.each(['UMMMMM', 'UUMMUU', 'UMMUUU'])('%s: the extent may end there', (ext) => {
    expect(withExt(ext)).toBe(true);
  });

  test.each([
    ['UUMMUM', 'what is zeroed lies apart'],
    ['MUMUUU', 'what is zeroed lies apart'],
    ['UUUUUU', 'what was written is not'],
    ['UU.MMM', 'a block is gone'],
    ['UUdMMM', 'a block is delayed'],
    ['UUMMM', 'a block is not there'],
    ['UUMMMM+', 'there is one too many'],
  ])('%s: another difference, since %s', (ext) => {
    expect(withExt(ext)).toBe(false);
  });

  test.each(['fsync', 'read', 'drop', 'crash', 'truncate'])('of %s: another difference', (op) => {
    const call = { op, how: 1, data: '000000000000', pos: 12, ret: 0 };
    expect(withExt('UUMMMM', call)).toBe(false);
  });
});

it('too many states are no agreement, and what was not compared is not counted', () => {
  const { trace, of } = wrong();
  const tally = new Tally();
  const difference = { ...of.difference!, what: 'too many states', allowed: [] } as const;
  expect(tally.add(trace, { ...of, difference })).toEqual({ kind: 'incomplete' });
  expect([tally.incomplete, tally.agreed, tally.all.compared]).toEqual([1, 0, 3]);
});

it('a difference is told: the sequence, the kernel, the model, and the way of the model', () => {
  const { trace, of } = wrong();
  const text = disagreement(judgeOf(trace), trace, of.difference!, { where: 'file:1' });
  expect(text).toMatch(/^file:1: size\n\nKernel {5}xfs, /);
  expect(text).toMatch(/^Differs {4}operation 4, .*: size$/m);
  expect(text).toMatch(/^ {2}4 {2}/m);
  expect(text).not.toMatch(/^ {2}5 {2}/m);
  expect(text).toMatch(/^The model allows 1 outcome; by what differs:\n {4}size '\d+', and/m);
  expect(text).toMatch(/^How the model comes to the first of them:\nstep {2}/m);
  expect(text).toMatch(/^ +\d+ +ret: return /m);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
  expect(text).toMatch(/^[\n -~]*$/);
});

it('kinds of outcome: what a kernel was never seen to do', () => {
  const kinds = new Kinds();
  for (const trace of traces) kinds.add(trace, judged(trace));
  const all = new Map(kinds.unseen().map((one) => [one.name, one]));
  expect(all.get('xfs fsync')!.never).toEqual([]);
  // The I/O has ended before fadvise() looks at the page.
  const drop = all.get('ext4 drop')!;
  expect(drop.never.map(({ kind }) => kind)).toContain('returns; pages dropped dirty');
  expect(drop.kinds).toBeGreaterThan(drop.never.length);
  expect(kinds.text()).toContain(`ext4 drop: ${drop.never.length} of ${drop.kinds} kinds`);
});
