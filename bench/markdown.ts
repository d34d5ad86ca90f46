/** RESULTS.md: the last table, what it was measured with, and the charts. */
import { described } from './computer.ts';
import type { Computer } from './computer.ts';
import { prose } from './groups.ts';
import type { Options } from './options.ts';
import { HEAD, cells, reasons } from './results.ts';
import type { Told } from './results.ts';

export interface Results {
  readonly on: Computer;
  readonly told: readonly Told[];
  readonly options: Pick<Options, 'rounds' | 'before'>;
  /** The command line. */
  readonly given: readonly string[];
  /** What makes states differ; undefined: what the file had says so still. */
  readonly differing: string | undefined;
  readonly last: string;
}

/** Of a list. */
const item = (text: string): string => prose(text).replaceAll('\n', '\n  ');

export const DIFFERING = '## What makes states differ';

/** The C program lies wherever it lies: that is nobody's business. */
const commandOf = (given: readonly string[]): string =>
  given
    .map((word, i) => (given[i - 1] === '--c' ? 'PATH' : word.replace(/^--c=.*/s, '--c=PATH')))
    .join(' ');

export function markdown({ on, told: all, options, given, differing, last }: Results): string {
  const row = (cell: readonly string[]) => `| ${cell.join(' | ')} |`;
  const at = last.indexOf(DIFFERING);
  const kept = at < 0 ? undefined : last.slice(at);
  const why = reasons(all);
  const parts = [
    '# What was measured',
    prose(`By \`npm run bench -- ${commandOf(given)}\`, which writes this file. ${described(on)}.`),
    ...(on.load > SHARED
      ? [
          prose(
            `The machine was shared with other work: its load was ${on.load.toFixed(1)} before ` +
              'the first run. Ratios are of runs one after the other; absolute figures are lower ' +
              'than on an idle machine.',
          ),
        ]
      : []),
    prose(
      `Medians of ${options.rounds} ${options.rounds === 1 ? 'round' : 'rounds'}, pair by pair; ` +
        'all sides in turn, each in a process of its own. Times are user and system time of ' +
        `whole processes, but where it says wall. Before is ${options.before}. Where the two ` +
        'sides of a figure count differently, it is void.',
    ),
    [row(HEAD), row(HEAD.map((_, i) => (i >= 1 && i <= 3 ? '--:' : '---')))]
      .concat(all.map((one) => row(cells(one))))
      .join('\n'),
    ...(why.length === 0 ? [] : [`Not measured:\n\n${why.map(item).join('\n')}`]),
    prose(
      'PAAT is `page-at-a-time/delalloc`, RFC `multipage-rfc/unlocked,unwritten,allocates`, RF ' +
        '`recvfile/delalloc`, in the scenario `everything-fails-once` with 4 pages. L is the ' +
        'largest reference space (`bench/reference.ts`).',
    ),
    '![States a second, by the size of the space](states-a-second.svg)',
    '![Bytes a state, by the size of the space](bytes-a-state.svg)',
    ...(differing === undefined
      ? kept === undefined
        ? []
        : [kept.trimEnd()]
      : [`${DIFFERING}\n\n${differing.trimEnd()}`]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A load that does not come of the bench's own build alone. */
const SHARED = 0.5;
