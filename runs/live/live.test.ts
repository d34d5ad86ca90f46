/** A kernel driven against its model: a wrong one is found, and shrunk to what matters. */
import { describe, expect, it } from 'vitest';
import type { Design } from '../../model/design.ts';
import { iomapOf618 } from '../../model/designs/iomap.ts';
import { Withheld } from '../../recorder/cannot.ts';
import type { Setup } from '../../recorder/geometry.ts';
import { openSession } from '../../recorder/session.ts';
import { readTrace } from '../../traces/format.ts';
import { Judges } from '../conform.ts';
import { modelOf } from '../models.ts';
import type { JudgeOf, Real } from './commands.ts';
import { fakeKernel } from './fake-kernel.ts';
import { live } from './live.ts';
import type { LiveOrder } from './live.ts';

const judges = new Judges();
const sound: JudgeOf = (shape) => judges.of(modelOf(shape.fs, shape)!, shape);
const by =
  (design: Design): JudgeOf =>
  (shape) =>
    judges.of(design, shape);

/** fsync() finds no dirty page. */
const cleansNothing = by({
  ...iomapOf618,
  name: 'fsync-cleans-nothing',
  others: { 'fsync.lock': () => 'check' },
});

const XFS: Setup = { fs: 'xfs', blocks: 2, mode: 'plain' };
const ORDER: LiveOrder = { seed: 1, runs: 60, operations: 10, all_calls: false };
const never = { stop: new AbortController().signal };

describe('the model itself as the kernel', () => {
  const setups: Setup[] = [
    XFS,
    { fs: 'xfs', blocks: 1, mode: 'enospc' },
    { fs: 'ext4', blocks: 4, mode: 'enospc' },
    { fs: 'ext4d', blocks: 1, mode: 'plain' },
  ];

  it.each(setups)('$fs, $blocks, $mode: nothing differs', async (setup) => {
    const order = { ...ORDER, runs: 20 };
    const result = await live(fakeKernel(setup, sound), sound, order, never);
    expect(result).toMatchObject({ runs: 20, withheld: 0, undecided: 0, hidden: false });
    expect(result.found).toBeUndefined();
    expect(result.operations).toBeGreaterThan(20);
  });

  it('with two files and all calls: nothing differs', async () => {
    const order = { ...ORDER, runs: 10, all_calls: true };
    const { found } = await live(fakeKernel(XFS, sound), sound, order, never);
    expect(found).toBeUndefined();
  });

  it('fsync() cleans nothing: a write, fsync(), and the pages', async () => {
    const real = fakeKernel(XFS, cleansNothing);
    const { found, runs } = await live(real, sound, ORDER, never);
    expect(runs).toBeLessThan(ORDER.runs);
    expect(found!.calls.map(({ op }) => op)).toEqual(['write', 'fsync']);
    expect(found!.calls[0]).toMatchObject({ pos: 0, count: 1 });
    expect(found!.beginning.file).toEqual({ size: 0, blocks: '......' });
    expect(found!).toMatchObject({ kind: 'ext of fsync', again: { times: 5, alike: 5 } });
    expect(found!.shrinks).toBeGreaterThan(0);
    // What is saved is a trace, in which the same is found.
    const trace = readTrace(JSON.stringify(found!.trace));
    expect(trace).toEqual(found!.trace);
    expect(sound(trace).judge(trace).difference).toMatchObject({ at: 1, what: 'ext' });
  });

  it('it is found again by its seed and its paths', async () => {
    const first = (await live(fakeKernel(XFS, cleansNothing), sound, ORDER, never)).found!;
    const { path, replay_path } = first;
    const order = { ...ORDER, path, replay_path };
    const again = await live(fakeKernel(XFS, cleansNothing), sound, order, never);
    expect(again.runs).toBe(1);
    expect(again.found).toMatchObject({ shrinks: 0, calls: first.calls, kind: first.kind });
  });
});

/** A kernel of which one method is another one. */
const changed = (change: (real: Real) => Partial<Real>): Real => {
  const real = fakeKernel(XFS, cleansNothing);
  return { ...real, ...change(real) };
};

describe('what is not to be shrunk', () => {
  it('withheld sequences are counted, and nothing of them is found', async () => {
    const real = changed(({ run }) => ({
      run: (call) => {
        if (call.op === 'fsync') throw new Withheld();
        return run(call);
      },
    }));
    const { found, withheld, runs } = await live(real, sound, ORDER, never);
    expect([found, runs]).toEqual([undefined, ORDER.runs]);
    expect(withheld).toBeGreaterThan(0);
    expect(withheld).toBeLessThan(ORDER.runs);
  });

  it('what differs and is withheld in the end is only counted', async () => {
    const real = changed(() => ({
      end: () => {
        throw new Withheld();
      },
    }));
    const result = await live(real, sound, ORDER, never);
    expect(result).toMatchObject({ runs: ORDER.runs, withheld: ORDER.runs });
    expect(result.found).toBeUndefined();
  });

  it('what is withheld when it is run again is not found', async () => {
    let fsyncs = 0;
    const real = changed(({ run }) => ({
      run: (call) => {
        if (call.op === 'fsync' && fsyncs++ % 2 === 1) throw new Withheld();
        return run(call);
      },
    }));
    const { found, withheld } = await live(real, sound, ORDER, never);
    expect(found).toBeUndefined();
    expect(withheld).toBeGreaterThan(0);
  });

  it('what only shrinking comes to is withheld: something is hidden, and all ends', async () => {
    const real = changed(({ begin }) => ({
      begin: (beginning) => {
        if (beginning.file.size === 0) throw new Withheld();
        return begin(beginning);
      },
    }));
    const { found, hidden, runs } = await live(real, sound, ORDER, never);
    expect([found, hidden]).toEqual([undefined, true]);
    expect(runs).toBeLessThan(ORDER.runs);
  });

  it('what the machine cannot do ends all, and is thrown', async () => {
    const real = changed(() => ({
      begin: () => {
        throw new RangeError('no disk');
      },
    }));
    await expect(live(real, sound, ORDER, never)).rejects.toThrow('no disk');
  });

  it('an interrupt: what was run until then', async () => {
    const abort = new AbortController();
    const { runs, found } = await live(fakeKernel(XFS, sound), sound, ORDER, {
      stop: abort.signal,
      progress: (done) => done === 3 && abort.abort(),
    });
    expect([runs, found]).toEqual([3, undefined]);
  });
});

it('what hangs on timing is said to', async () => {
  let begun = 0;
  // Each third sequence runs on a kernel that is as it should be.
  const [right, wrong] = [fakeKernel(XFS, sound), fakeKernel(XFS, cleansNothing)];
  let real = wrong;
  const { found } = await live(
    {
      ...wrong,
      begin: (beginning) => {
        real = begun++ % 3 === 2 ? right : wrong;
        return real.begin(beginning);
      },
      run: (call) => real.run(call),
      end: () => real.end(),
    },
    sound,
    ORDER,
    never,
  );
  expect(found!.again.times).toBe(5);
  expect([3, 4]).toContain(found!.again.alike);
});

const why = await openSession(XFS).then(
  (session) => session.close(),
  (error: Error) => error.message,
);

describe.skipIf(why !== undefined)(`a kernel${why === undefined ? '' : ` (${why})`}`, () => {
  it('against a model whose fsync() cleans nothing: shrunk to two calls', async () => {
    const session = await openSession(XFS);
    try {
      const { found } = await live(session, cleansNothing, ORDER, never);
      expect(found!.calls.map(({ op }) => op)).toEqual(['write', 'fsync']);
      expect(found!.again.alike).toBe(found!.again.times);
    } finally {
      session.close();
    }
  });

  it('against the sound model: nothing differs', async () => {
    const session = await openSession({ ...XFS, fs: 'ext4' });
    try {
      const result = await live(session, sound, ORDER, never);
      expect(result).toMatchObject({ runs: ORDER.runs, undecided: 0, hidden: false });
      expect(result.found).toBeUndefined();
    } finally {
      session.close();
    }
  });
});
