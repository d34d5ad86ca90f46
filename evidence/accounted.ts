/** A run told as data; see account.ts. */
import type { Result, Traced } from '../explorer/search.ts';
import type { Breach, Property } from '../properties/property.ts';
import type { Account, BreachAccount, FullStep, Headline, WaysAccount } from './account.ts';
import { finalState } from './final.ts';
import { answersTaken, statement } from './holds.ts';
import { counts } from './mail.ts';
import type { Counterexample } from './mail.ts';
import type { Outcome, Run } from './outcome.ts';
import { reportOf } from './report.ts';
import { chosenNames, compactly, lastState, tell } from './trace.ts';
import type { Told } from './trace.ts';
import { VERSION } from './version.ts';
import { waitsIn } from './waits.ts';
import { faultyStep, rowOfStep } from './why.ts';
import type { Needed, Why } from './why.ts';

/** What is shown of a run, beside what its search has found. */
export type Headlined = Traced &
  Pick<Counterexample, 'property' | 'command' | 'because' | 'mended' | 'why'>;

/** Where the row of a step is written. */
export type PlaceOf = (step: Told) => string | undefined;

export interface Known {
  readonly model: string;
  readonly place: PlaceOf;
  readonly headlined?: Headlined;
  /** By the row at fault. */
  readonly ways?: ReadonlyMap<string, readonly Way[]>;
}

/** A way to break a promise: the nearest trace by a row. */
export interface Way {
  readonly property: string;
  readonly trace: readonly number[];
  readonly place: string | undefined;
}

export function accountOf(outcome: Outcome, known: Known): Account {
  const { run, result } = outcome;
  const { model, place, headlined, ways } = known;
  const report = reportOf(outcome);
  return {
    ...report,
    properties: Object.fromEntries(
      result.properties.map(({ name, trace }) => {
        const property = run.properties.find((one) => one.name === name)!;
        const own = { ...report.properties[name]!, promise: property.promise };
        if (trace === undefined) return [name, { ...own, places: null, breach: null }];
        const places = tell(run.system, trace).map((step) => place(step) ?? null);
        return [name, { ...own, places, breach: breachIn(run, property, trace) }];
      }),
    ),
    writepath: VERSION,
    model,
    question: run.scenario.question,
    source: run.scenario.source,
    design_about: run.design.about,
    design_source: run.design.source,
    statement: statement(outcome),
    explored: counts(result),
    headline: headlined === undefined ? null : headlineOf(run, headlined, place),
    rows: rowsOf(result),
    answers: answersTaken(result, run.setup.faults),
    ways: ways === undefined ? null : [...ways].map(([row, own]) => waysAt(run, row, own)),
  };
}

/** All steps that all traces of a run have. */
export function stepsTraced({ run, result }: Outcome, more: readonly number[] = []): Told[] {
  const traces = [...result.properties.flatMap(({ trace }) => (trace ? [trace] : [])), more];
  return traces.flatMap((trace) => tell(run.system, trace));
}

const waysAt = ({ system }: Run, row: string, ways: readonly Way[]): WaysAccount => ({
  row,
  place: ways[0]?.place ?? null,
  ways: ways.map(({ property, trace }) => ({
    property,
    steps: trace.length,
    schedule: compactly(tell(system, trace)),
  })),
});

const rowsOf = ({ coverage }: Result): Account['rows'] =>
  coverage.rows().map(({ name, times, blocked }) => ({ row: name, ran: times, blocked }));

function breachIn(run: Run, property: Property, trace: readonly number[]): BreachAccount {
  run.system.look(lastState(run.system, tell(run.system, trace)));
  return breachOf(property.explain(run.observer));
}

const breachOf = ({ expected, found, where, meets }: Breach): BreachAccount => ({
  expected,
  found,
  where,
  meets: meets ?? null,
});

function headlineOf(
  run: Run,
  { trace, loop, property, command, because = [], mended = [], why }: Headlined,
  place: PlaceOf,
): Headline {
  const told = tell(run.system, trace);
  const end = lastState(run.system, told);
  return {
    property: property.name,
    promise: property.promise,
    ...breachIn(run, property, trace),
    because: because.map(({ name, says, source, instead }) => ({
      name,
      says,
      source,
      instead: instead?.design ?? null,
    })),
    mended,
    at_fault: atFaultOf(run, told[faultyStep(why?.inevitable, told.length)], place),
    ...whyOf(why),
    steps: told.map((one) => fullStep(one, place)),
    loop: loop ?? null,
    waits: waitsIn(run, end),
    final: finalState(run.system, end),
    schedule: compactly(told),
    command: command ?? null,
  };
}

function atFaultOf({ design }: Run, told: Told | undefined, place: PlaceOf): Headline['at_fault'] {
  if (told === undefined) return null;
  const { code } = rowOfStep(told, design);
  const { task, step } = told;
  return { task, row: step.label, place: place(told) ?? null, code: code ?? null };
}

function whyOf(
  why: Why | undefined,
): Pick<Headline, 'inevitable' | 'needed' | 'free' | 'others' | 'least'> {
  return {
    inevitable: why?.inevitable ?? null,
    needed: (why?.needed ?? []).map(neededOf),
    free: why?.free ?? [],
    others: why?.others ?? [],
    least: why?.least ?? false,
  };
}

const neededOf = ({ fault, steps, known }: Needed): Headline['needed'][number] => ({
  fault,
  needed: known ? steps === undefined : null,
  steps: steps ?? null,
});

function fullStep(one: Told, place: PlaceOf): FullStep {
  const { task, step, faults, changes } = one;
  return {
    task,
    row: step.label,
    place: place(one) ?? null,
    said: step.said,
    chosen: chosenNames(step),
    faults,
    changes,
  };
}
