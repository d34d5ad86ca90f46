/**
 * Why a trace breaks a promise, and what of it matters: the least of the shortest traces, the flaw,
 * the step from which it could not be avoided, the faults and the values without which it does not
 * come to that, and designs that meet the same schedule and keep the promise.
 */
import type { Another, Needed, Why } from '../evidence/why.ts';
import { tell } from '../evidence/trace.ts';
import type { Told } from '../evidence/trace.ts';
import { inevitableFrom } from '../explorer/inevitable.ts';
import { leastTrace } from '../explorer/least.ts';
import type { Costs } from '../explorer/least.ts';
import type { Search, Traced } from '../explorer/search.ts';
import { encodeAction } from '../machine/rows.ts';
import type { Step } from '../machine/rows.ts';
import { STALE, ZERO } from '../model/cells.ts';
import type { Design } from '../model/design.ts';
import { kernelSystem } from '../model/system.ts';
import type { KernelSystem } from '../model/system.ts';
import { FILE } from '../model/space.ts';
import { checksOf } from '../properties/all.ts';
import { isOfProgress } from '../properties/property.ts';
import type { Property } from '../properties/property.ts';
import { DEFAULT_LIMITS, prepare, searched } from './check.ts';
import type { Run } from './check.ts';
import { boundsOf } from './mends.ts';
import type { Hurry } from './mends.ts';
import { placesIn } from './places.ts';
import { breaksAgain } from './same-steps.ts';
import { isAsked } from './scenario.ts';

/** So many states are looked at to see from where a breach was inevitable. */
const STATES_MAX = 200_000;

/** Does a design keep a promise in a scenario, as far as that is on record? */
export type Keeps = (design: string, scenario: string, property: string) => boolean;

export interface Asked {
  readonly run: Run;
  /** Its search, which has ended. */
  readonly search: Search;
  readonly property: string;
  readonly traced: Traced;
  /** Designs that may be named beside it. */
  readonly designs: readonly Design[];
  readonly keeps: Keeps;
  readonly hurry?: Hurry;
}

/** The trace to be shown, and what is said of it. */
export function explain(asked: Asked): { traced: Traced; why: Why } {
  const { run, search, property: name, designs, keeps, hurry = () => false } = asked;
  const { system, properties } = run;
  const number = properties.findIndex((one) => one.name === name);
  const property = properties[number]!;
  const progress = isOfProgress(property);
  const { loop } = asked.traced;
  const first =
    progress || search.compact || hurry()
      ? undefined
      : leastTrace(search.ofAll(number), number, asked.traced.trace, costsOf(system), hurry);
  const least = first !== undefined;
  const trace = first ?? asked.traced.trace;
  const traced = { trace, ...(loop === undefined ? {} : { loop }) };
  const taken = tell(system, trace);
  const rows = taken.map(({ task, step: { label, piece } }) => ({ task, label, piece }));
  const common = { places: placesIn(system, rows), least };
  if (hurry() || progress) {
    return { traced, why: { ...common, needed: [], free: [], others: [] } };
  }
  const kept = { property: number, over: () => run.observer.atRest(), hurry };
  // Of a search that has not come to its end no more than what it found is said.
  const whole = search.limit === undefined && !search.compact;
  const inevitable = whole ? inevitableFrom(system, trace, kept, STATES_MAX) : undefined;
  return {
    traced,
    why: {
      ...common,
      ...(inevitable === undefined ? {} : { inevitable }),
      needed: neededFaults(run, property, taken, hurry),
      free: freeCells(run, property, trace),
      others: others(
        run,
        taken,
        designs.filter((one) => keeps(one.name, run.scenario.name, name)),
      ),
    },
  };
}

/** Faults that may still happen are in the state; a step touches pages. */
function costsOf({ struct }: KernelSystem): Costs {
  const left = struct.place('faults_left');
  const ofPage = struct.places.filter(({ record }) => record[0] === 'page');
  return {
    faults: (state) => -struct.get(state, left),
    touched: (from, to) => {
      let mask = 0;
      for (const place of ofPage) {
        if (from[place.word] === to[place.word]) continue;
        if (struct.get(from, place) === struct.get(to, place)) continue;
        mask |= 1 << Math.min(Number(place.record[1]), 30);
      }
      return mask;
    },
  };
}

/** For each fault of the trace: is the promise kept where that one cannot happen? */
function neededFaults(run: Run, property: Property, told: readonly Told[], hurry: Hurry): Needed[] {
  const met = told.flatMap(({ faults }) => faults.map((name) => name.split('=', 1)[0]!));
  return [...new Set(met)].map((fault) => {
    const { scenario, design, setup } = run;
    const without = { ...scenario, faults: setup.faults.filter((name) => name !== fault) };
    const limits = { ...DEFAULT_LIMITS, until_broken: { of: 1, all: true } };
    const search = searched(prepare(design, without, boundsOf(run), [property]), limits, hurry);
    const [found] = search.result().properties;
    const steps = found?.trace?.length;
    return {
      fault,
      ...(steps === undefined ? {} : { steps }),
      known: found?.verdict !== 'incomplete',
    };
  });
}

/**
 * Cells of the files' blocks whose value at the start does not matter: with another one the same
 * steps can be taken, and the same promise is broken. What is in a free block nobody has written.
 */
function freeCells({ design, setup }: Run, property: Property, trace: readonly number[]): string[] {
  const made = kernelSystem(design, setup, checksOf([property]));
  const { system, kernel } = made;
  const { cells, s } = kernel;
  const start = system.initial();
  const names: string[] = [];
  system.look(start);
  const owned = Array.from(s.disk, (_, b) => b).filter((b) => s.disk[b]!.owner === FILE);
  for (const b of owned) {
    const free: number[] = [];
    for (let i = 0; i < setup.geometry.block_cells; i++) {
      const other = made.edit(start, () => {
        const block = s.disk[b]!;
        const now = cells.at(block.cells, i);
        const value = now === STALE ? ZERO : STALE;
        const changed = cells.with(block.cells, i, value);
        if (block.media === block.cells) block.media = changed;
        block.cells = changed;
      });
      if (breaksAgain(system, other, trace)) free.push(i);
    }
    if (free.length === setup.geometry.block_cells) names.push(`blk[${b}]`);
    else names.push(...free.map((i) => `cell ${i} of blk[${b}]`));
  }
  return names;
}

/** So many other designs are named at most. */
const OTHERS_MAX = 2;

/** Designs that go the same way as far as they can: those that go farthest, and add least. */
function others(run: Run, told: readonly Told[], designs: readonly Design[]): Another[] {
  const found = designs
    .filter((design) => design.name !== run.design.name && isAsked(run.scenario, design))
    .map((design) => ({ design: design.name, ...partingOf(run, told, design) }))
    // Those that part at once say nothing of the schedule.
    .filter(({ steps }) => steps * 3 >= told.length);
  return found
    .toSorted((a, b) => b.steps - a.steps || a.unlike - b.unlike)
    .slice(0, OTHERS_MAX)
    .map(({ design, steps, instead }) => ({ design, steps, instead }));
}

/** So many rows may another design have before it comes to the same command, or leave out. */
const ROWS_MAX = 3;

/** Up to which step the design can be taken the same way, and what it does in place of the next. */
function partingOf(
  run: Run,
  told: readonly Told[],
  design: Design,
): Pick<Another, 'steps' | 'instead'> & { readonly unlike: number } {
  const { system } = prepare(design, run.scenario, boundsOf(run), []);
  let state = system.initial();
  let unlike = 0;
  for (const [steps, { task, step }] of told.entries()) {
    const number = system.tasks.findIndex(({ name }) => name === task);
    if (number < 0) return { steps, instead: `there is no ${task}`, unlike };
    const met = comesTo(system, state, number, step);
    if (met !== undefined) {
      state = met.state;
      unlike += met.rows;
      continue;
    }
    const next = system.step(state, encodeAction(number, []));
    const ahead = told.slice(steps + 1).filter((one) => one.task === task);
    const skips = ahead.slice(0, ROWS_MAX).some((one) => one.step.said === next?.said);
    if (!skips) return { steps, instead: inWords(task, next), unlike };
    unlike++;
  }
  return { steps: told.length, instead: '', unlike };
}

const inWords = (task: string, next: Step | undefined): string => {
  if (next === undefined) return `${task} has to wait`;
  return next.said === '' ? `(${next.label})` : next.said;
};

/** The state after the same step, where the task comes to it within a few rows of its own. */
function comesTo(
  system: KernelSystem,
  from: Int32Array,
  task: number,
  { said, chosen }: Step,
): { readonly state: Int32Array; readonly rows: number } | undefined {
  const answers = chosen.map(({ answer }) => answer);
  let state = from;
  for (let rows = 0; rows <= ROWS_MAX; rows++) {
    const same = system.step(state, encodeAction(task, answers));
    if (same?.said === said) return { state: same.state, rows };
    const own = system.step(state, encodeAction(task, []));
    if (own === undefined) return undefined;
    state = own.state;
  }
  return undefined;
}
