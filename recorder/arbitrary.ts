/** Sequences at random: what a file is to begin with, and the operations. All sizes in cells. */
import fc from 'fast-check';
import { letterAt } from './calls.ts';
import type { Call, Wanted } from './calls.ts';
import { KINDS, sizesOf } from './geometry.ts';
import type { Setup, Sizes } from './geometry.ts';

/** A sequence, before it is run. */
export interface Sequence {
  readonly file: Wanted;
  readonly second?: Wanted | undefined;
  readonly avail?: number | undefined;
  readonly calls: readonly Call[];
}

export interface Choice {
  readonly operations: number;
  /** Also the calls besides write, and a second file. */
  readonly all_calls: boolean;
}

export function sequences(setup: Setup, choice: Choice): fc.Arbitrary<Sequence> {
  const call = anyCall(setup, sizesOf(setup.blocks), choice);
  return fc
    .record({ ...begins(setup, choice), calls: fc.array(call, exactly(choice.operations)) })
    .map(({ calls, ...rest }) => ({
      ...rest,
      calls: calls.map((make, place) => make(letterAt(place), rest.second !== undefined)),
    }));
}

/** What a sequence finds. */
export const beginnings = (setup: Setup, choice: Choice): fc.Arbitrary<Omit<Sequence, 'calls'>> =>
  fc.record(begins(setup, choice));

function begins(setup: Setup, { all_calls }: Choice) {
  const { unwritten, avail_max } = KINDS[setup.fs];
  const file = found(sizesOf(setup.blocks), unwritten);
  return {
    file,
    second: all_calls ? fc.option(file, { nil: undefined }) : fc.constant(undefined),
    avail: setup.mode === 'enospc' ? upTo(avail_max!(setup.blocks)) : fc.constant(undefined),
  };
}

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const exactly = (length: number) => ({ minLength: length, maxLength: length });
/** One of four. */
const seldom = fc.nat({ max: 3 }).map((n) => n === 3);

/**
 * One file of three is empty, and half of those have no block either. Elsewhere a block is as
 * likely mapped, where the file has a size, as fallocated.
 */
export function found(sizes: Sizes, unwritten: boolean): fc.Arbitrary<Wanted> {
  const block = fc.constantFrom('M', unwritten ? 'U' : '.', '.', '.');
  return fc
    .record({
      isEmpty: fc.nat({ max: 2 }).map((n) => n === 2),
      hasNone: fc.boolean(),
      size: upTo(sizes.cells),
      blocks: fc.array(block, exactly(sizes.blocks)),
    })
    .map(({ isEmpty, hasNone, size: chosen, blocks }) => {
      const size = isEmpty ? 0 : chosen;
      const letters = blocks.map((letter, i) => {
        if (size === 0 && hasNone) return '.';
        return letter === 'M' && i * sizes.bc >= size ? '.' : letter;
      });
      return { size, blocks: letters.join('') };
    });
}

/** A call that has yet to be given its letter, and to be told whether there is a second file. */
export type Make = (name: string, hasSecond: boolean) => Call;

/** How often: of a hundred, or so. */
export function anyCall(
  { fs, mode }: Setup,
  sizes: Sizes,
  { all_calls }: Choice,
): fc.Arbitrary<Make> {
  const page = range(sizes.pages).map(({ pos, count }) => ({ a: pos, b: pos + count }));
  const cells = range(sizes.cells);
  const crash = mode === 'plain' && KINDS[fs].crashes ? 5 : 0;
  const more = all_calls ? 8 : 0;
  const calls = fc.oneof(
    { weight: 54, arbitrary: write(cells) },
    { weight: 14, arbitrary: fc.constant(() => ({ op: 'read' }) as const) },
    { weight: 9, arbitrary: fc.constant(() => ({ op: 'fsync' }) as const) },
    { weight: 9, arbitrary: page.map((pages) => () => ({ op: 'sfr', ...pages }) as const) },
    { weight: 9, arbitrary: fc.constant(() => ({ op: 'drop' }) as const) },
    {
      weight: crash,
      arbitrary: fc
        .constantFrom(1 as const, 2 as const)
        .map((how) => () => ({ op: 'crash', how }) as const),
    },
    {
      weight: more,
      arbitrary: upTo(sizes.cells).map((pos) => () => ({ op: 'truncate', pos }) as const),
    },
    { weight: more, arbitrary: cells.map((on) => () => ({ op: 'fallocate', ...on }) as const) },
    { weight: more, arbitrary: cells.map((on) => () => ({ op: 'punch_hole', ...on }) as const) },
    { weight: more, arbitrary: cells.map((on) => () => ({ op: 'zero_range', ...on }) as const) },
    {
      weight: 2 * more,
      arbitrary: cells.map((on) => (name: string) => ({ op: 'store', ...on, name }) as const),
    },
  );
  return fc
    .tuple(calls, fc.boolean())
    .map(([make, isSecond]) => (name: string, hasSecond: boolean): Call => {
      const call = make(name, hasSecond);
      return call.op === 'crash' || !hasSecond || !isSecond ? call : { ...call, file: 1 };
    });
}

/** Any place, and any length from there to the end. */
function range(end: number): fc.Arbitrary<{ pos: number; count: number }> {
  return upTo(end - 1).chain((pos) =>
    fc.integer({ min: 1, max: end - pos }).map((count) => ({ pos, count })),
  );
}

/** One write of four faults in its buffer. */
function write(cells: fc.Arbitrary<{ pos: number; count: number }>): fc.Arbitrary<Make> {
  return fc.tuple(cells, seldom).chain(([{ pos, count }, faults]) =>
    (faults ? upTo(count - 1) : fc.constant(undefined)).map((good) => (name: string): Call => {
      const call = { op: 'write', pos, count, name } as const;
      return good === undefined ? call : { ...call, good };
    }),
  );
}
