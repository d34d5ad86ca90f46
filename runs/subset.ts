/**
 * The traces that every test run holds against the models: 389 sequences of the 4,493 that a
 * recorder outside of this project made on Linux 6.18.44. Of each of its 18 files every 12th line,
 * from the first; and for each variation of a model that none of those tells from the sound one
 * (told-apart.ts) the first line that does (`-telling`).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readTrace } from '../traces/format.ts';
import type { Trace } from '../traces/format.ts';
import { Judges } from './conform.ts';
import { modelOf } from './models.ts';
import { table, Tallies } from './tallies.ts';
import { COLUMNS, lines, wrap } from '../evidence/text.ts';

// From where it is built to.
const RECORDED = new URL('../../traces/', import.meta.url);
const SUBSET = new URL('linux-6.18/', RECORDED);

/** In a fixed order. */
export const subset = (): readonly Trace[] => tracesIn(SUBSET);

/** Those that this project's own recorder has made (`npm run record`). */
export const recorded = (): readonly Trace[] => tracesIn(RECORDED);

function tracesIn(folder: URL): readonly Trace[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .toSorted();
  return files.flatMap((file) =>
    gunzipSync(readFileSync(new URL(file, folder)))
      .toString()
      .trimEnd()
      .split('\n')
      .map(readTrace),
  );
}

/** All of them against the models. */
export function judgeAll(traces: readonly Trace[]): Tallies {
  const judges = new Judges();
  const tallies = new Tallies();
  for (const trace of traces) {
    const judge = judges.of(modelOf(trace.fs, trace)!, trace);
    tallies.add(trace, judge.judge(trace));
  }
  return tallies;
}

/** What `npm test` holds against the models, by the folder that it is in. */
export const FOLDERS = [
  { folder: 'traces/linux-6.18', traces: subset },
  { folder: 'traces', traces: recorded },
] as const;

/** traces/outcomes.txt: the tallies of those folders. */
export function outcomesText(tallies: readonly Tallies[]): string {
  return lines([
    ...wrap(
      'Operations held against the models, by filesystem and operation; at the end the number of ' +
        'outcomes that the model allows, on average. It may not grow without a reason: a model ' +
        'that allows everything agrees with every kernel.',
      COLUMNS,
    ),
    ...FOLDERS.flatMap(({ folder }, i) => ['', `Of ${folder}:`, '', ...table(tallies[i]!)]),
  ]);
}
