/**
 * What follows from flaws and their mends, by search: why a design breaks a promise (the smallest
 * set of mends with which it does not), and with which mends it would keep them all.
 */
import type { Design, Flaw } from '../model/design.ts';
import { PROPERTIES } from '../properties/all.ts';
import type { Property } from '../properties/property.ts';
import { DEFAULT_LIMITS, prepare, searched } from './check.ts';
import type { Outcome, Run } from './check.ts';
import { breaksAgain } from './same-steps.ts';
import { isAsked } from './scenario.ts';
import type { Bounds, Scenario } from './scenario.ts';

/** Names of flaws, in the order of the design. */
export type Mends = readonly string[];

/** All subsets of a size, in the order of the list. */
export function subsets(names: Mends, size: number): Mends[] {
  if (size === 0) return [[]];
  return names.flatMap((name, i) =>
    subsets(names.slice(i + 1), size - 1).map((rest) => [name, ...rest]),
  );
}

/** Flaws that rows or a filesystem can mend. */
export const mendable = (design: Design): Mends =>
  design.flaws.filter(({ instead }) => instead === undefined).map(({ name }) => name);

export const withMends = (design: Design, mends: Mends): Design =>
  mends.length === 0 ? design : design.mended!(new Set(mends));

/** Beside the search that found the breach. */
const BYTES_MAX = 2 ** 30;

interface Asking {
  readonly mends: Mends;
  readonly promises: readonly string[];
  readonly bounds?: Bounds;
  /** Among which these promises are; without it, those that are listed. */
  readonly properties?: readonly Property[];
  /** States that may be searched. */
  readonly states?: number;
  readonly hurry?: Hurry;
  /** Traces that break them without the mends. Most do with them, too: then none is searched. */
  readonly traces?: ReadonlyMap<string, readonly number[]>;
}

/** Is there no time left for more searches? */
export type Hurry = () => boolean;

/** What becomes of these promises in the design, so mended; asks nothing else. */
function askMended(design: Design, scenario: Scenario, asking: Asking) {
  const { mends, promises, bounds = {}, properties = PROPERTIES, hurry, traces } = asking;
  const mended = withMends(design, mends);
  if (!isAsked(scenario, mended)) return { results: [], states: 0 };
  const asked = properties.filter(({ name }) => promises.includes(name));
  const run = prepare(mended, scenario, bounds, asked);
  const breaksBy = (number: number, trace?: readonly number[]): boolean =>
    trace !== undefined && breaksAgain(run.system, run.system.initial(), trace, number);
  if (run.properties.every(({ name }, i) => breaksBy(i, traces?.get(name)))) {
    const results = run.properties.map(({ name }) => ({ name, verdict: 'violated' as const }));
    return { results, states: 0 };
  }
  const { states = DEFAULT_LIMITS.states } = asking;
  const until_broken = { of: asked.length, all: true };
  const limits = { ...DEFAULT_LIMITS, states, bytes: BYTES_MAX, until_broken };
  const search = searched(run, limits, hurry);
  return { results: search.result().properties.slice(0, asked.length), states: search.states };
}

/** Those that it still breaks, or that could not be decided. */
export const stillBroken = (...asked: Parameters<typeof askMended>): readonly string[] =>
  askMended(...asked)
    .results.filter(({ verdict }) => verdict === 'violated' || verdict === 'incomplete')
    .map(({ name }) => name);

/** Sets of more mends than these are tried only where no flaw without a mend is the reason. */
const LIKELY_MAX = 2;

/** The bounds of a run: a mend, or another design, is judged at the same. */
export const boundsOf = ({ setup }: Pick<Run, 'setup'>): Bounds => ({
  ...setup.geometry,
  faults_max: setup.faults_max,
});

export interface Reason {
  readonly property: string;
  /** The smallest set of mends with which it is kept; or the flaw that no rows can mend. */
  readonly flaws: Mends;
}

/** All searches with mends together may look at so many states. */
const STATES_MAX = 10_000_000;

/**
 * For each breach of a run why it is one. A breach has no flaws where none explains it, or where
 * that could not be decided.
 */
export function reasons({ run, result }: Outcome, hurry: Hurry = () => false): Reason[] {
  const { design, scenario } = run;
  const traces = new Map(
    result.properties.flatMap(({ name, trace }) => (trace ? [[name, trace] as const] : [])),
  );
  const broken = [...traces.keys()];
  const found = new Map<string, Mends>();
  const bounds = boundsOf(run);
  const names = mendable(design);
  let left_states = STATES_MAX;
  for (let size = 1; size <= names.length && found.size < broken.length; size++) {
    if (size === LIKELY_MAX + 1) {
      for (const name of broken.filter((one) => !found.has(one))) {
        const shown = unmendable({ run, result }, name);
        if (shown.length > 0) found.set(name, shown);
      }
    }
    for (const mends of subsets(names, size)) {
      const left = broken.filter((name) => !found.has(name));
      if (left.length === 0) break;
      const asking = { mends, promises: left, bounds, properties: run.properties, hurry, traces };
      const { results, states } = askMended(design, scenario, {
        ...asking,
        states: Math.max(1, left_states),
      });
      left_states -= states;
      const verdicts = new Map(results.map(({ name, verdict }) => [name, verdict]));
      for (const name of left) {
        const verdict = verdicts.get(name);
        // These mends may be the reason: no other flaw is named in their place.
        if (verdict === 'incomplete') found.set(name, []);
        else if (verdict !== 'violated') found.set(name, mends);
      }
    }
  }
  return broken.map((property) => ({
    property,
    flaws: found.get(property) ?? unmendable({ run, result }, property),
  }));
}

/** The reason of one breach: its flaws. */
export function becauseOf(outcome: Outcome, property: string, hurry?: Hurry): readonly Flaw[] {
  const { design } = outcome.run;
  const properties = outcome.result.properties.filter(({ name }) => name === property);
  const [reason] = reasons({ ...outcome, result: { ...outcome.result, properties } }, hurry);
  return (reason?.flaws ?? []).map((name) => flawOf(design, name));
}

/** The flaw without a mend that the end of the trace shows. */
function unmendable({ run, result }: Pick<Outcome, 'run' | 'result'>, property: string): Mends {
  const trace = result.properties.find(({ name }) => name === property)!.trace!;
  let state = run.system.initial();
  for (const action of trace) state = run.system.step(state, action)!.state;
  run.system.look(state);
  const shown = run.design.flaws.find(({ instead }) => instead?.shows(run.observer));
  return shown === undefined ? [] : [shown.name];
}

/**
 * Labels of the rows that these mends change, put in or leave out; none where it is the filesystem
 * below that is mended. What a row has from outside of its text is not seen.
 */
export function changedRows(design: Design, mends: Mends): readonly string[] {
  const able = mends.filter((name) => mendable(design).includes(name));
  if (able.length === 0) return [];
  const [before, after] = [design.rows, withMends(design, able).rows];
  const labels = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return labels.filter((label) => String(before[label]) !== String(after[label]));
}

export const flawOf = (design: Design, name: string): Flaw =>
  design.flaws.find((flaw) => flaw.name === name)!;
