/**
 * Verdicts of a matrix one by one: a case passes where it is as it is on record, also where a
 * promise is broken, and fails where it differs. Then as many fail as the exit code tells of.
 */
import type { Tabulated } from './cells.ts';
import { differences } from './record.ts';
import type { Recorded } from './record.ts';
import type { Brief } from './report.ts';
import { count } from './text.ts';
import type { Case } from './verdicts.ts';

type Result = Case['result'];

export function casesOnRecord(all: Tabulated): Case[] {
  const { reports, unfinished = [], not_put = [], recorded } = all;
  return [
    ...reports.flatMap((report) => casesOf(report, recorded)),
    ...unfinished.map(({ design, scenario, why }) => {
      const is = why === 'failed' ? 'error' : 'skipped';
      const result = { is, why: why === 'failed' ? 'it could not be run' : why } as const;
      return { design, scenario, property: undefined, name: scenario, result };
    }),
    ...not_put.map(({ design, scenario, why }) => {
      const result = { is: 'skipped', why: `not asked: ${why}` } as const;
      return { design, scenario, property: undefined, name: scenario, result };
    }),
  ];
}

function casesOf(report: Brief, recorded: Recorded): Case[] {
  const { design, scenario, properties } = report;
  const before = recorded[scenario]?.find(({ designs }) => designs.includes(design));
  const cases = Object.entries(properties).map(([property, { verdict, steps }]) => {
    const was = before?.broken[property] ?? null;
    const result = was === steps ? asRecorded(verdict, steps) : differing(was, steps, !before);
    return { design, scenario, property, name: `${property} in ${scenario}`, result };
  });
  if (cases.some(({ result }) => result.is === 'failed')) return cases;
  // All promises that were asked are as they were, and yet the run may not be.
  return [
    ...cases,
    ...differences(report, recorded).map((message) => {
      const result = { is: 'failed', message } as const;
      return { design, scenario, property: undefined, name: scenario, result };
    }),
  ];
}

function asRecorded(verdict: string, steps: number | null): Result {
  if (steps !== null) return { is: 'passed', note: `${inWords(steps)}, as on record` };
  if (verdict === 'holds') return { is: 'passed' };
  return { is: 'skipped', why: verdict };
}

function differing(was: number | null, now: number | null, unknown: boolean): Result {
  const before = unknown ? 'not on record' : inWords(was);
  return { is: 'failed', message: `${before}, now ${inWords(now)}` };
}

const inWords = (steps: number | null): string =>
  steps === null ? 'kept' : `broken in ${count(steps, 'step')}`;
