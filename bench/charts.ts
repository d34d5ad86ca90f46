/** The charts that RESULTS.md shows. */
import { chart } from './chart.ts';
import type { Line } from './chart.ts';
import { SERIES } from './figures.ts';
import type { Series } from './figures.ts';
import { median } from './results.ts';
import type { Round } from './results.ts';
import type { Measured, Side } from './runs.ts';

/** The file, and what it holds. */
export function charts(rounds: readonly Round[], series = SERIES): [string, string][] {
  const rate = ({ states, cpu_s }: Measured) => states / cpu_s;
  const size = ({ states, peak_bytes = 0 }: Measured) => peak_bytes / states;
  const whole = 'Whole processes, their start included.';
  return [
    [
      'states-a-second.svg',
      chart({
        title: 'States a second, by the size of the space',
        desc: `Of user and system time. ${whole}`,
        label: 'states a second of user and system time',
        lines: linesOf(rounds, series, rate),
      }),
    ],
    [
      'bytes-a-state.svg',
      chart({
        title: 'Bytes a state, by the size of the space',
        desc: `Peak resident memory by states; SPIN: the memory that it states itself. ${whole}`,
        label: 'bytes a state, at the peak of the whole process',
        lines: linesOf(rounds, series, size),
      }),
    ],
  ];
}

function linesOf(
  rounds: readonly Round[],
  series: readonly Series[],
  of: (run: Measured) => number,
): Line[] {
  return series.flatMap(({ name, sides }, colour) => {
    // Where the two count differently nothing is drawn of that size.
    const drawn = sides.filter(({ own, spin }) =>
      rounds.every((round) => {
        const [mine, theirs] = [round.get(own.key), round.get(spin.key)];
        return mine !== undefined && mine.states === (theirs?.states ?? mine.states);
      }),
    );
    const line = (what: string, side: (of: (typeof sides)[number]) => Side, dashed: boolean) => ({
      name: `${name}, ${what}`,
      colour,
      dashed,
      points: drawn.flatMap((both) => {
        const runs = rounds.flatMap((round) => round.get(side(both).key) ?? []);
        if (runs.length === 0) return [];
        return [{ states: runs[0]!.states, value: median(runs.map(of)) }];
      }),
    });
    return [
      line('writepath', ({ own }) => own, false),
      line('SPIN', ({ spin }) => spin, true),
    ].filter(({ points }) => points.length > 0);
  });
}
