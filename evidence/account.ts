/**
 * All that the text shows of a design in a scenario, as plain data: what `check --json` prints, and
 * what JUnit, TAP and SARIF are made of.
 */
import type { Result, Traced } from '../explorer/search.ts';
import type { Breach, Property } from '../properties/property.ts';
import { modelDigest } from './digest.ts';
import { finalState } from './final.ts';
import { answersTaken, statement } from './holds.ts';
import type { Taken } from './holds.ts';
import { counts } from './mail.ts';
import type { Counterexample } from './mail.ts';
import type { Outcome, Run } from './outcome.ts';
import { reportOf } from './report.ts';
import type { NamedStep, PropertyReport, Report } from './report.ts';
import { chosenNames, compactly, lastState, tell } from './trace.ts';
import type { Told } from './trace.ts';
import { VERSION } from './version.ts';
import { waitsIn } from './waits.ts';
import type { Waits } from './waits.ts';
import { rowAtFault } from './why.ts';
import type { Another, Needed, Why } from './why.ts';

export interface PropertyAccount extends PropertyReport {
  readonly promise: string;
  /** How the last state of the trace breaks it; null where nothing does. */
  readonly breach: BreachAccount | null;
}

export interface BreachAccount {
  readonly expected: string;
  readonly found: string;
  readonly where: string;
  /** As user space meets it. */
  readonly meets: string | null;
}

/** A step as the text has it. */
export interface FullStep extends NamedStep {
  /** Where its row is written, as `file:line`. */
  readonly place: string | null;
  readonly faults: readonly string[];
  readonly changes: readonly string[];
}

/** The counterexample that the text shows. */
export interface Headline extends BreachAccount {
  readonly property: string;
  readonly promise: string;
  readonly because: readonly {
    readonly name: string;
    readonly says: string;
    readonly source: string;
    /** A design that does without. */
    readonly instead: string | null;
  }[];
  readonly at_fault: {
    readonly task: string;
    readonly row: string;
    readonly place: string | null;
    readonly code: string | null;
  } | null;
  /** From this step on it could not be avoided, 0: from the start; null where that is not known. */
  readonly inevitable: number | null;
  readonly needed: readonly {
    readonly fault: string;
    /** Null where that was not searched to its end. */
    readonly needed: boolean | null;
    /** Without it the promise is broken in so many steps. */
    readonly steps: number | null;
  }[];
  /** Cells whose value at the start does not matter. */
  readonly free: readonly string[];
  readonly others: readonly Another[];
  /** Of the shortest traces it has the fewest faults, pages and changes of task. */
  readonly least: boolean;
  readonly steps: readonly FullStep[];
  /** So many of the last steps repeat for ever. */
  readonly loop: number | null;
  readonly waits: readonly Waits[];
  /** The state in which it ends, a line a page and a block. */
  readonly final: readonly string[];
  /** The steps in one line. */
  readonly schedule: string;
  readonly command: string | null;
}

export interface Account extends Report {
  readonly properties: Readonly<Record<string, PropertyAccount>>;
  readonly writepath: string;
  readonly model: string;
  readonly question: string;
  readonly source: string;
  readonly design_about: string;
  readonly design_source: string;
  readonly statement: string;
  readonly explored: string;
  readonly headline: Headline | null;
  readonly rows: readonly {
    readonly row: string;
    readonly ran: number;
    readonly blocked: number;
  }[];
  readonly answers: readonly Taken[];
  /** Where the rows of all traces are written, by `task.row`. */
  readonly places: Readonly<Record<string, string>>;
}

/** What is shown of a run, beside what its search has found. */
export type Headlined = Traced & Pick<Counterexample, 'property' | 'command' | 'because' | 'why'>;

type Places = ReadonlyMap<string, string>;

export function accountOf(outcome: Outcome, places: Places, headlined?: Headlined): Account {
  const { run, result } = outcome;
  const report = reportOf(outcome);
  const told = tell(run.system, headlined?.trace ?? []);
  return {
    ...report,
    properties: Object.fromEntries(
      result.properties.map(({ name, trace }) => {
        const property = run.properties.find((one) => one.name === name)!;
        const breach = trace === undefined ? null : breachIn(run, property, trace);
        return [name, { ...report.properties[name]!, promise: property.promise, breach }];
      }),
    ),
    writepath: VERSION,
    model: modelDigest(run.system, run.setup, told),
    question: run.scenario.question,
    source: run.scenario.source,
    design_about: run.design.about,
    design_source: run.design.source,
    statement: statement(outcome),
    explored: counts(result),
    headline: headlined === undefined ? null : headlineOf(run, headlined, { told, places }),
    rows: rowsOf(result),
    answers: answersTaken(result, run.setup.faults),
    places: Object.fromEntries([...places].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** `task.row` of all rows that the traces have. */
export function rowsTraced({ run, result }: Outcome, more: readonly number[] = []): Set<string> {
  const traces = [...result.properties.flatMap(({ trace }) => (trace ? [trace] : [])), more];
  const steps = traces.flatMap((trace) => tell(run.system, trace));
  return new Set(steps.map(({ task, step }) => `${task}.${step.label}`));
}

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
  { trace, loop, property, command, because = [], why }: Headlined,
  { told, places }: { readonly told: readonly Told[]; readonly places: Places },
): Headline {
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
    at_fault: atFaultOf(run, told, places),
    ...whyOf(why),
    steps: told.map((one) => fullStep(one, places)),
    loop: loop ?? null,
    waits: waitsIn(run, end),
    final: finalState(run.system, end),
    schedule: compactly(told),
    command: command ?? null,
  };
}

function atFaultOf({ design }: Run, told: readonly Told[], rows: Places): Headline['at_fault'] {
  const found = rowAtFault({ rows }, told, design);
  if (found === undefined) return null;
  const { task, step } = told.at(-1)!;
  return { task, row: step.label, place: found.place ?? null, code: found.code ?? null };
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

function fullStep({ task, step, faults, changes }: Told, places: Places): FullStep {
  return {
    task,
    row: step.label,
    place: places.get(`${task}.${step.label}`) ?? null,
    said: step.said,
    chosen: chosenNames(step),
    faults,
    changes,
  };
}
