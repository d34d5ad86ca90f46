/** Many sequences, recorded and judged: what is counted of each, and what is kept. */
import { describe, expect, it } from 'vitest';
import type { Design } from '../../model/design.ts';
import { iomapOf618 } from '../../model/designs/iomap.ts';
import { sampled } from '../../recorder/record.ts';
import { openSession } from '../../recorder/session.ts';
import type { Trace } from '../../traces/format.ts';
import { Judges } from '../conform.ts';
import { modelOf } from '../models.ts';
import { Model } from './commands.ts';
import type { JudgeOf } from './commands.ts';
import {
  Judgements,
  SEQUENCES_A_BATCH,
  SETTINGS,
  TIMES_AGAIN,
  judgeKernel,
  orderOf,
} from './deep.ts';
import { fakeKernel } from './fake-kernel.ts';

const judges = new Judges();
const sound: JudgeOf = (shape) => judges.of(modelOf(shape.fs, shape)!, shape);

/** A write and fsync(), as a kernel with that model has them. */
function recorded(judgeOf: JudgeOf): Trace {
  const real = fakeKernel({ fs: 'xfs', blocks: 1, mode: 'plain' }, judgeOf);
  const origin = { mode: 'plain', seed: 1, q: 0 };
  const model = new Model(real, { file: { size: 0, blocks: '...' } }, origin, judgeOf);
  model.run(real, { op: 'write', pos: 0, count: 2, name: 'a' });
  model.run(real, { op: 'fsync' });
  return model.trace(real);
}
const cleansNothing: Design = {
  ...iomapOf618,
  name: 'fsync-cleans-nothing',
  others: { 'fsync.lock': () => 'check' },
};
const right = recorded(sound);
const wrong = recorded((shape) => judges.of(cleansNothing, shape));

const never = (): boolean => false;

describe('what is counted', () => {
  it('a sequence that agrees: its operations, and nothing is kept', () => {
    const all = new Judgements();
    all.add(right, judges, () => {
      throw new Error('it was run again');
    });
    expect([all.tally.sequences, all.tally.agreed]).toEqual([1, 1]);
    expect(all.tally.all).toMatchObject({ compared: 2, agreed: 2 });
    expect([all.kept, all.sequences]).toEqual([[], 1]);
  });

  it('one that differs: its kind, and the trace', () => {
    const all = new Judgements();
    all.add(wrong, judges, never);
    expect([all.tally.sequences, all.tally.agreed]).toEqual([1, 0]);
    expect(all.tally.all).toMatchObject({ compared: 2, agreed: 1, unexplained: 1 });
    expect([...all.kinds]).toEqual([['ext of fsync', 1]]);
    expect(all.kept).toEqual([JSON.stringify(wrong)]);
  });

  it('one that differs, and is withheld when it is run again: only that', () => {
    const all = new Judgements();
    const asked: number[] = [];
    all.add(wrong, judges, (calls) => asked.push(calls) === 4);
    // Up to the difference, and so often in any case.
    expect(asked).toEqual(Array.from({ length: TIMES_AGAIN }, () => 2));
    expect([all.withheld, all.kept, [...all.kinds], all.tally.sequences]).toEqual([1, [], [], 0]);
  });

  it('one that is withheld: only that', () => {
    const all = new Judgements();
    all.add(undefined, judges, never);
    expect([all.withheld, all.sequences, all.tally.sequences, all.failed]).toEqual([1, 1, 0, 0]);
  });

  it('one that the model cannot judge: that it failed, and the trace', () => {
    const all = new Judgements();
    const beyond: Trace = {
      ...right,
      ops: right.ops.map((op) => (op.op === 'write' ? { ...op, pos: 20 } : op)),
    };
    all.add(beyond, judges, never);
    expect([all.failed, all.tally.sequences, all.kept]).toEqual([1, 0, [JSON.stringify(beyond)]]);
    expect([...all.kinds.keys()][0]).toMatch(/^the model fails: /);
  });
});

describe('batches', () => {
  const order = {
    fs: 'xfs',
    seed: 7,
    sequences: 1000,
    operations: 12,
    all_calls: false,
  } as const;

  it('take all settings in turn, with a seed each; the last has what is left', () => {
    const batches = Array.from({ length: 11 }, (_, batch) => orderOf(order, batch));
    expect(new Set(batches.map(({ seed }) => seed)).size).toBe(11);
    expect(batches[3]).toMatchObject({ ...SETTINGS[3], seed: 10, sequences: SEQUENCES_A_BATCH });
    expect(new Set(batches.map(({ blocks, mode }) => `${blocks} ${mode}`)).size).toBe(6);
    expect(batches.reduce((sum, { sequences }) => sum + sequences, 0)).toBe(1000);
  });

  it('are the same sequences for the same seed, and others for another', () => {
    const some = sampled(orderOf(order, 2));
    expect(sampled(orderOf(order, 2))).toEqual(some);
    expect(sampled(orderOf(order, 8))).not.toEqual(some);
  });
});

const why = await openSession({ fs: 'ext4', blocks: 1, mode: 'plain' }).then(
  (session) => session.close(),
  (error: Error) => error.message,
);

describe.skipIf(why !== undefined)(`a kernel${why === undefined ? '' : ` (${why})`}`, () => {
  const order = { fs: 'ext4', seed: 1, sequences: 12, operations: 8, all_calls: false } as const;

  it('all is judged', async () => {
    const stop = new AbortController().signal;
    const all = await judgeKernel(order, { stop, progress: () => undefined });
    expect([all.sequences, all.failed, all.cannot]).toEqual([12, 0, undefined]);
    expect([all.tally.all.unexplained, all.tally.incomplete]).toEqual([0, 0]);
    expect(all.tally.all.compared).toBe(8 * all.tally.sequences);
  });

  it('an interrupt: nothing more is run', async () => {
    const stop = AbortSignal.abort();
    const all = await judgeKernel(order, { stop, progress: () => undefined });
    expect(all.sequences).toBe(0);
  });
});
