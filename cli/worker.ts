/** One design in one scenario, in a thread of its own: names come in, plain data goes out. */
import { reportOf } from '../evidence/report.ts';
import type { Report } from '../evidence/report.ts';
import { DesignError } from '../machine/rows.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { check, prepare } from '../runs/check.ts';
import { SCENARIOS } from '../scenarios/all.ts';

export interface Job {
  readonly design: string;
  readonly scenario: string;
}

/** Errors lose their class between threads, so one of the design is sent as its text. */
export type Answer = { readonly report: Report } | { readonly designError: string };

export default function work({ design, scenario }: Job): Answer {
  try {
    // The names were taken from the same two lists.
    const run = prepare(
      DESIGNS.find(({ name }) => name === design)!,
      SCENARIOS.find(({ name }) => name === scenario)!,
    );
    return { report: reportOf(check(run)) };
  } catch (error) {
    if (error instanceof DesignError) return { designError: error.message };
    throw error;
  }
}
