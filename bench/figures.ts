/**
 * What is measured, and what it is held to: to add a figure is to add it to the list below.
 */
import { KERNEL_RUNS } from './kernel.ts';
import { IOMAP_KNOWN } from './iomap.ts';
import { KNOWN } from './reference.ts';
import {
  SIZES,
  asUsed,
  buildC,
  beside,
  iomapPeer,
  onTwoCores,
  ours,
  program,
  referencePeer,
  runC,
  spinSide,
  twoPhaseCommitPeer,
} from './runs.ts';
import type { Measured, Side, Size } from './runs.ts';

/** What a side gave in a round. */
export type Of = (side: Side) => Measured;

export interface Mark {
  readonly is: '>=' | '<=' | '>';
  readonly value: number;
}

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly mark: Mark;
  /** What is run for it, each once a round: ours, and what it is held against. None: see `why`. */
  readonly sides: readonly Side[];
  /** Whose counts must be the same, or the figure is void. */
  readonly same?: readonly Side[];
  /** What is compared with the mark, of one round. undefined: there is nothing to compare. */
  readonly value: (of: Of) => number | undefined;
  /** What the two sides gave, where the value is a ratio. */
  readonly own?: (of: Of) => number;
  readonly other?: (of: Of) => number;
  /** Digits after the point. */
  readonly digits?: number;
  /** Why there is none, where `value` gives none. */
  readonly why?: string;
  /** Takes minutes. */
  readonly long?: boolean;
}

// The sides.

export const referenceSide = (size: Size): Side =>
  ours(`reference ${size}`, 'one-run.js', [size], KNOWN[size].states);
export const referenceSpin = (size: Size): Side =>
  spinSide(`SPIN, reference ${size}`, referencePeer(KNOWN[size]));

const TWO_PHASE_COMMIT_KNOWN: Readonly<Record<number, number>> = {
  3: 288,
  4: 1_568,
  5: 8_832,
  6: 50_816,
  7: 296_448,
  8: 1_745_408,
  9: 10_340_352,
};
export const MANAGERS = Object.keys(TWO_PHASE_COMMIT_KNOWN).map(Number);
export const commitSide = (managers: number): Side =>
  ours(
    `two-phase commit ${managers}`,
    'one-peer-run.js',
    ['two-phase-commit', `${managers}`],
    TWO_PHASE_COMMIT_KNOWN[managers],
  );
export const commitSpin = (managers: number): Side =>
  spinSide(
    `SPIN, two-phase commit ${managers}`,
    twoPhaseCommitPeer(managers, TWO_PHASE_COMMIT_KNOWN[managers]!),
  );

export interface IomapSize {
  readonly pages: number;
  readonly blocks: number;
  readonly states: number;
}
export const IOMAP_SIZES: readonly IomapSize[] = IOMAP_KNOWN;
export const iomapSide = ({ pages, blocks, states }: IomapSize): Side =>
  ours(`iomap ${pages} ${blocks}`, 'one-peer-run.js', ['iomap', `${pages}`, `${blocks}`], states);
export const iomapSpin = ({ pages, blocks, states }: IomapSize): Side =>
  spinSide(`SPIN, iomap ${pages} ${blocks}`, iomapPeer(pages, blocks, states));

const handTunedC: Side = {
  key: 'C, reference L',
  prepare: async ({ directory, c }) => {
    if (c === undefined) {
      return { missing: 'no C program: --c PATH, a .c file or a binary that prints states=N' };
    }
    const binary = await buildC(directory, c);
    return () => runC(directory, binary);
  },
};

/** A kernel design: all states without reductions, or to the verdict as a check is by default. */
const kernel = (name: string, mode: 'search' | 'check'): Side =>
  ours(`${name}, ${mode}`, 'kernel-run.js', [name, mode]);

/** The same of the version before, which has no reductions: one run tells both. */
const kernelBefore = (name: string): Side => ({
  key: `before, ${name}`,
  prepare: async (place) => {
    const dist = await place.before();
    return () => program(place.directory, 'kernel-run.js', [name, 'check', dist]);
  },
});

const KERNELS = Object.keys(KERNEL_RUNS);

/** A shipped design in a scenario in which it breaks promises; and as many states. */
const SHIPPED = {
  design: 'recvfile/b-comcerto',
  scenario: 'receive-stalls-under-locks',
  states: 13_552,
};
const aCheck: Side = {
  key: 'a check',
  prepare: ({ directory }) => {
    const { design, scenario, states } = SHIPPED;
    const args = ['check', design, '--scenario', scenario];
    return Promise.resolve(() => asUsed(directory, beside('../'), args, [1], states));
  },
};

const MATRIX = ['matrix', '--workers', '1'];
/** Or a row never ran, which is no matter of speed. */
const AS_ON_RECORD = [0, 3];
const matrix: Side = {
  key: 'the matrix',
  once: true,
  prepare: ({ directory }) =>
    Promise.resolve(() => asUsed(directory, beside('../'), MATRIX, AS_ON_RECORD, 0)),
};
const matrixBefore: Side = {
  key: 'before, the matrix',
  once: true,
  prepare: async (place) => {
    const { directory } = place;
    const dist = await place.before();
    return () => asUsed(directory, dist, MATRIX, AS_ON_RECORD, 0);
  },
};

const walk = (of: 'L' | 'PAAT'): Side => ours(`walk, ${of}`, 'walk-run.js', [of]);
const fuzzed = ours('fuzz, PAAT', 'fuzz-run.js', ['own']);

// How they are compared.

const rate = ({ states, cpu_s }: Measured): number => states / cpu_s;
const seconds = ({ cpu_s }: Measured): number => cpu_s;
/** Of what was walked alone. */
const steps = ({ steps: n = 0, own_s = NaN }: Measured): number => n / own_s;
/** Of a run that goes on to a verdict: until all states were seen. */
const searchRate = ({ states, cpu_s, searched_s = cpu_s }: Measured): number => states / searched_s;

const meanOf = (values: readonly number[]): number =>
  values.reduce((product, value) => product * value, 1) ** (1 / values.length);

/** So many times what the other does. */
function faster(
  name: string,
  value: number,
  [own, other]: readonly [Side, Side],
  of: (run: Measured) => number = rate,
  is: Mark['is'] = '>=',
): Figure {
  return {
    name,
    unit: 'x',
    mark: { is, value },
    sides: [own, other],
    same: [own, other],
    value: (got) => of(got(own)) / of(got(other)),
    own: (got) => of(got(own)),
    other: (got) => of(got(other)),
  };
}

/** So many times less than the other takes, by the clock on the wall. */
const sooner = (name: string, value: number, sides: readonly [Side, Side]): Figure =>
  faster(name, value, sides, ({ states, wall_s }) => states / wall_s);

/** How many times fewer of them a check by default has than there are. */
const fewer = (what: 'states' | 'transitions', value: number): Figure => ({
  name: `PAAT, RFC, RF: fewer ${what} by reductions, geometric mean`,
  unit: 'x',
  mark: { is: '>=', value },
  sides: KERNELS.flatMap((name) => [kernel(name, 'search'), kernel(name, 'check')]),
  value: (of) => {
    const mean = meanOf(
      KERNELS.map((name) => of(kernel(name, 'search'))[what]! / of(kernel(name, 'check'))[what]!),
    );
    return mean === 1 ? undefined : mean;
  },
  why: 'nothing was reduced',
});

const largest = referenceSide('L');
const largestByTwo = ours('reference L, two workers', 'one-run.js', ['L', '2']);
const spinByTwo = spinSide('SPIN, reference L, two cores', onTwoCores(referencePeer(KNOWN.L)));
const largestChecked = ours('reference L, check', 'one-run.js', ['L', 'check'], KNOWN.L.states);
const managers = commitSide(9);
/** The largest: what the start of a process takes matters least there. */
const iomapLargest = IOMAP_SIZES.at(-1)!;
const STEPS = 'steps/s';

export const FIGURES: readonly Figure[] = [
  faster('L, one core: states a second, x SPIN', 2.5, [largest, referenceSpin('L')]),
  faster('L, one core: states a second, x hand-tuned C', 0.4, [largest, handTunedC]),
  faster('two-phase commit, 9 managers: x SPIN', 2.5, [managers, commitSpin(9)]),
  {
    name: 'L: bytes a state, whole process (peak RSS)',
    unit: 'bytes',
    mark: { is: '<=', value: 28 },
    sides: [largest],
    value: (of) => of(largest).peak_bytes! / of(largest).states,
    digits: 1,
  },
  ...KERNELS.map((name) => ({
    ...faster(
      `${name}: states a second without reductions, x before`,
      1.8,
      [kernel(name, 'search'), kernelBefore(name)],
      searchRate,
    ),
    // So that what the next figure compares is run near to it.
    sides: [kernel(name, 'search'), kernelBefore(name), kernel(name, 'check')],
  })),
  {
    name: 'PAAT, RFC, RF: time to the verdict, x faster than before, geometric mean',
    unit: 'x',
    mark: { is: '>=', value: 6 },
    sides: KERNELS.flatMap((name) => [kernel(name, 'check'), kernelBefore(name)]),
    value: (of) =>
      meanOf(
        KERNELS.map((name) => seconds(of(kernelBefore(name))) / seconds(of(kernel(name, 'check')))),
      ),
  },
  fewer('states', 5),
  fewer('transitions', 10),
  faster(
    `iomap, ${iomapLargest.pages} pages, ${iomapLargest.blocks} blocks, same promises: x SPIN`,
    1,
    [iomapSide(iomapLargest), iomapSpin(iomapLargest)],
    rate,
    '>',
  ),
  sooner('L, two workers, wall: x one worker', 1.7, [largestByTwo, largest]),
  sooner('L, two workers, wall: x SPIN with two cores', 3, [largestByTwo, spinByTwo]),
  {
    name: 'L to its verdict with reductions: x SPIN',
    unit: 'x',
    mark: { is: '>=', value: 10 },
    sides: [largestChecked, referenceSpin('L')],
    value: (of) => seconds(of(referenceSpin('L'))) / seconds(of(largestChecked)),
    own: (of) => seconds(of(largestChecked)),
    other: (of) => seconds(of(referenceSpin('L'))),
  },
  {
    name: `start to verdict and trace, ${SHIPPED.states} states, wall`,
    unit: 'ms',
    mark: { is: '<=', value: 200 },
    sides: [aCheck],
    value: (of) => of(aCheck).wall_s * 1e3,
    digits: 0,
  },
  ...(['L', 'PAAT'] as const).map((name): Figure => ({
    name: `random walk with all promises, ${name}`,
    unit: STEPS,
    mark: { is: '>=', value: name === 'L' ? 6e6 : 2e6 },
    sides: [walk(name)],
    value: (of) => steps(of(walk(name))),
    digits: 0,
  })),
  {
    name: 'fuzz through fast-check, PAAT',
    unit: STEPS,
    mark: { is: '>=', value: 0.8e6 },
    sides: [fuzzed],
    value: (of) => steps(of(fuzzed)),
    digits: 0,
  },
  {
    name: 'RF: states a second at 10^7 states, of those at 10^6',
    unit: 'x',
    mark: { is: '>=', value: 0.8 },
    sides: [kernel('RF', 'search')],
    value: (of) => {
      const [half, million, most, all] = of(kernel('RF', 'search')).passed!;
      const between = (from: typeof half, to: typeof half) =>
        (to!.states - from!.states) / (to!.cpu_s - from!.cpu_s);
      return between(most, all) / between(half, million);
    },
  },
  {
    name: 'the matrix (npm start), one thread, wall: x faster than before',
    unit: 'x',
    mark: { is: '>=', value: 1.6 },
    sides: [matrix, matrixBefore],
    value: (of) => of(matrixBefore).wall_s / of(matrix).wall_s,
    own: (of) => of(matrix).wall_s,
    other: (of) => of(matrixBefore).wall_s,
    long: true,
  },
];

// What is drawn.

export interface Series {
  readonly name: string;
  readonly sides: readonly { readonly own: Side; readonly spin: Side }[];
}

export const SERIES: readonly Series[] = [
  {
    name: 'reference space',
    sides: SIZES.map((size) => ({ own: referenceSide(size), spin: referenceSpin(size) })),
  },
  {
    name: 'two-phase commit',
    sides: MANAGERS.map((n) => ({ own: commitSide(n), spin: commitSpin(n) })),
  },
  {
    name: 'iomap',
    sides: IOMAP_SIZES.map((size) => ({ own: iomapSide(size), spin: iomapSpin(size) })),
  },
];
