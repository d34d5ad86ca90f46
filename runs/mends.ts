/**
 * What follows from flaws and their mends, by search: why a design breaks a promise (the smallest
 * set of mends with which it does not), and with which mends it would keep them all.
 */
import type { Design, Flaw } from '../model/design.ts';
import { PROPERTIES } from '../properties/all.ts';
import type { Property } from '../properties/property.ts';
import { DEFAULT_LIMITS, prepare, searchOf } from './check.ts';
import type { Outcome, Run } from './check.ts';
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

/** Which of these promises the design, so mended, still breaks; asks nothing else. */
export function stillBroken(
  design: Design,
  scenario: Scenario,
  asking: {
    readonly mends: Mends;
    readonly promises: readonly string[];
    readonly bounds?: Bounds;
    /** Among which these promises are; without it, those that are listed. */
    readonly properties?: readonly Property[];
  },
): readonly string[] {
  const { mends, promises, bounds = {}, properties = PROPERTIES } = asking;
  const mended = withMends(design, mends);
  if (!isAsked(scenario, mended)) return [];
  const asked = properties.filter(({ name }) => promises.includes(name));
  const limits = { ...DEFAULT_LIMITS, until_broken: { of: asked.length, all: true } };
  const search = searchOf(prepare(mended, scenario, bounds, asked), limits);
  while (search.slice());
  return search
    .result()
    .properties.slice(0, asked.length)
    .filter(({ verdict }) => verdict === 'violated' || verdict === 'incomplete')
    .map(({ name }) => name);
}

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

/** For each breach of a run why it is one; a breach that no flaw explains has no flaws. */
export function reasons({ run, result }: Outcome): Reason[] {
  const { design, scenario } = run;
  const broken = result.properties.flatMap(({ name, trace }) => (trace ? [name] : []));
  const found = new Map<string, Mends>();
  const bounds = boundsOf(run);
  const names = mendable(design);
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
      const still = stillBroken(design, scenario, {
        mends,
        promises: left,
        bounds,
        properties: run.properties,
      });
      for (const name of left) if (!still.includes(name)) found.set(name, mends);
    }
  }
  return broken.map((property) => ({
    property,
    flaws: found.get(property) ?? unmendable({ run, result }, property),
  }));
}

/** The reason of one breach: its flaws. */
export function becauseOf(outcome: Outcome, property: string): readonly Flaw[] {
  const { design } = outcome.run;
  const properties = outcome.result.properties.filter(({ name }) => name === property);
  const [reason] = reasons({ ...outcome, result: { ...outcome.result, properties } });
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
