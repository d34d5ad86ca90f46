/**
 * One design in one scenario as plain data: what `check --json` prints, a line each, what workers
 * send back, and what the matrix is made of.
 */
import type { Result, Verdict } from '../explorer/search.ts';
import type { Setup } from '../model/system.ts';
import { verdictText } from './omission.ts';
import type { Outcome, Run, Unreached } from './outcome.ts';
import { chosenNames, tell } from './trace.ts';

/** A step of a trace, in names. */
export interface NamedStep {
  readonly task: string;
  readonly row: string;
  readonly said: string;
  /** `site=answer`, in the order asked. */
  readonly chosen: readonly string[];
}

export interface PropertyReport {
  readonly verdict: Verdict;
  /** Length of the shortest counterexample, and its steps; null where there is none. */
  readonly steps: number | null;
  readonly trace: readonly NamedStep[] | null;
  /** So many of the last steps repeat for ever; null where none do. */
  readonly loop: number | null;
}

/** As much of a report as a matrix shows: what a part of one keeps of each run. */
export interface Brief {
  readonly design: string;
  readonly scenario: string;
  readonly verdict: Verdict;
  readonly states: number;
  readonly transitions: number;
  readonly unreached: Pick<Unreached, 'must' | 'rows' | 'faults'>;
  readonly properties: Readonly<Record<string, Pick<PropertyReport, 'verdict' | 'steps'>>>;
}

export interface Report extends Brief {
  readonly depth: number;
  readonly limit: NonNullable<Result['limit']> | null;
  /** In compact mode: the chance that a state was left out is below that. */
  readonly omission?: number;
  /** Rows that moved alone: the states before them are not counted. */
  readonly reduced?: readonly string[];
  readonly unreached: Unreached;
  readonly bounds: Setup;
  readonly properties: Readonly<Record<string, PropertyReport>>;
}

export function reportOf(outcome: Outcome): Report {
  const { run, result, unreached } = outcome;
  return {
    design: run.design.name,
    scenario: run.scenario.name,
    verdict: outcome.verdict,
    states: result.states,
    transitions: result.transitions,
    depth: result.depth,
    limit: result.limit ?? null,
    ...(result.omission !== undefined && { omission: result.omission }),
    ...(result.reduced !== undefined && { reduced: result.reduced }),
    unreached,
    bounds: run.setup,
    properties: Object.fromEntries(
      result.properties.map(({ name, verdict, trace, loop }) => [
        name,
        {
          verdict,
          steps: trace?.length ?? null,
          trace: trace ? namedSteps(run, trace) : null,
          loop: loop ?? null,
        },
      ]),
    ),
  };
}

export function namedSteps({ system }: Run, actions: readonly number[]): NamedStep[] {
  return tell(system, actions).map(({ task, step }) => ({
    task,
    row: step.label,
    said: step.said,
    chosen: chosenNames(step),
  }));
}

/** One line, its keys always in the same order. Verdicts are as they are printed in the text. */
export function jsonLine(report: Report): string {
  const printed = (key: string, value: unknown): unknown =>
    key === 'verdict' ? verdictText(value as Verdict, report.omission) : value;
  return `${JSON.stringify(report, printed)}\n`;
}
