/**
 * Which variations of the models the traces of Linux 6.18 tell from the sound ones: a table, and
 * what no sequence of calls can show. `npm run golden` writes it down; a test compares it.
 */
import { COLUMNS, labelled, lines, wrap } from '../evidence/text.ts';
import type { FilesystemName, Trace } from '../traces/format.ts';
import { Judges } from './conform.ts';
import { inWords } from './disagreement.ts';
import { modelOf } from './models.ts';
import { HIDDEN } from './not-told-apart.ts';
import { endingOf } from './tally.ts';
import { ALL } from './variation.ts';
import type { Variation } from './variation.ts';
import { OF_BOTH } from './variations-of-both.ts';
import { FOLDERS } from './subset.ts';
import { OF_CALLS } from './variations-of-calls.ts';
import { OF_EXT4 } from './variations-of-ext4.ts';
import { OF_XFS } from './variations-of-xfs.ts';

/** Variations, and the traces that are to tell them. */
export interface Group {
  readonly folder: string;
  readonly traces: () => readonly Trace[];
  readonly variations: readonly Variation[];
}
const [LINUX, OWN] = FOLDERS;
/** The newer calls are in the project's own traces alone. */
export const GROUPS: readonly Group[] = [
  { ...LINUX, variations: [...OF_BOTH, ...OF_XFS, ...OF_EXT4] },
  { ...OWN, variations: OF_CALLS },
];

/** What came of one of them on the traces of one filesystem. */
export interface Apart {
  readonly fs: FilesystemName;
  /** So many sequences of how many differ. */
  readonly told: number;
  readonly sequences: number;
  /** The operation at which most of them do, and in what. */
  readonly where: string;
  /** The first of them, by its place among all traces of the folder. */
  readonly first: number | undefined;
}

/** The first sequence that tells a variation on a filesystem; traces/first-told.json. */
export type FirstTold = Readonly<Record<string, number>>;
const keyOf = ({ name }: Variation, fs: FilesystemName): string => `${name} on ${fs}`;

/** With the models varied, which sequences differ; with `known` the first of each alone, again. */
export function toldApart(
  variation: Variation,
  traces: readonly Trace[],
  known?: FirstTold,
): readonly Apart[] {
  return variation.of.map((fs) => {
    const judges = new Judges();
    const where = new Map<string, number>();
    let [times, sequences] = [0, 0];
    let first: number | undefined;
    for (const [i, trace] of traces.entries()) {
      if (trace.fs !== fs) continue;
      sequences++;
      if (known !== undefined && known[keyOf(variation, fs)] !== i) continue;
      const judged = judges.of(variation.vary(modelOf(fs, trace)!), trace).judge(trace);
      // One that has a name would be let pass.
      if (endingOf(trace, judged).kind !== 'unexplained') continue;
      const difference = judged.difference!;
      times++;
      first ??= i;
      const op = trace.ops[difference.at]?.op ?? 'read at the end';
      const at = `${op}: ${inWords(difference.what)}`;
      where.set(at, (where.get(at) ?? 0) + 1);
    }
    const [most] = [...where].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    return { fs, told: times, sequences, where: most?.[0] ?? '', first };
  });
}

export interface Told {
  readonly variation: Variation;
  readonly apart: readonly Apart[];
}

export function allToldApart({ traces, variations }: Group, known?: FirstTold): readonly Told[] {
  const all = traces();
  return variations.map((variation) => ({ variation, apart: toldApart(variation, all, known) }));
}

export const firstTold = (all: readonly Told[]): FirstTold =>
  Object.fromEntries(
    all.flatMap(({ variation, apart }) =>
      apart.flatMap(({ fs, first }) =>
        first === undefined ? [] : [[keyOf(variation, fs), first] as const],
      ),
    ),
  );

/** traces/mutants.txt. */
export function mutantsText(all: readonly (readonly Told[])[]): string {
  const every = all.flat();
  const never = every.filter(({ apart }) => apart.every((one) => one.told === 0));
  return lines([
    ...wrap(
      'The models that Linux 6.18 is held against, each with one thing changed: how many of ' +
        'the sequences then differ, and in what most of them. -: it is not in that model; ' +
        '.: none does.',
      COLUMNS,
    ),
    ...GROUPS.flatMap(({ folder }, i) => ['', ...tableOf(folder, all[i]!)]),
    '',
    ...wrap(
      `${every.length} of them, ${every.length - never.length} told from the sound model. ` +
        'What they are, and which mutants of model/designs/mutants.ts and bugs of ' +
        'historical.ts they are:',
      COLUMNS,
    ),
    '',
    ...every.flatMap(({ variation: { name, says, also = [], unseen } }) => [
      ...wrap(`${name}: ${says}${also.length === 0 ? '' : ` (${also.join(', ')})`}`, COLUMNS),
      ...(unseen === undefined ? [] : labelled('not seen', unseen)),
    ]),
    '',
    'No calls of one task, or none that these traces have, can show these:',
    '',
    ...HIDDEN.flatMap(({ why, what }) => [
      ...wrap(`${what.join(', ')}:`, COLUMNS),
      ...labelled('', why),
    ]),
  ]);
}

function tableOf(folder: string, all: readonly Told[]): string[] {
  const sequences = ALL.map((fs) => {
    const [one] = all.flatMap(({ apart }) => apart.filter((of) => of.fs === fs));
    return `${one!.sequences} of ${fs}`;
  });
  return [
    ...wrap(`Of ${folder}: ${sequences.join(', ')}.`, COLUMNS),
    '',
    line('', [...ALL], 'differ mostly in'),
    ...all.map(({ variation, apart }) =>
      line(
        variation.name,
        ALL.map((fs) => {
          const one = apart.find((of) => of.fs === fs);
          return one === undefined ? '-' : one.told === 0 ? '.' : String(one.told);
        }),
        apart.find(({ told }) => told > 0)?.where ?? '',
      ),
    ),
  ];
}

const line = (name: string, counts: readonly string[], where: string): string =>
  `${name.padEnd(29)}${counts.map((n) => n.padStart(6)).join('')}  ${where}`;
