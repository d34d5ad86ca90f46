/**
 * The counterexample as text, to be pasted into a mail: what was promised, what happened, within
 * which bounds, step by step, and how to see it again.
 */
import type { Result, Traced } from '../explorer/search.ts';
import type { Flaw } from '../model/design.ts';
import type { Breach, Property } from '../properties/property.ts';
import { inFull } from './bounds.ts';
import { finalState } from './final.ts';
import { stepsInLanes } from './lanes.ts';
import { butFor, notAsked } from './omission.ts';
import type { Run, Unreached } from './outcome.ts';
import { notTried } from './untried.ts';
import { COLUMNS, count, labelled, lines, thousands, wrap, wrapPhrases } from './text.ts';
import { reducedText, reducedTo } from './reduced.ts';
import { compactly, lastState, tell } from './trace.ts';
import type { Told } from './trace.ts';
import { VERSION } from './version.ts';
import { waitsIn } from './waits.ts';
import { mendedBy, reason, whyText } from './why.ts';
import type { Why } from './why.ts';

/** How a trace was come by: that decides what may be said of it. */
export type Found =
  | { readonly by: 'search'; readonly result: Result; readonly unreached?: Unreached }
  | {
      readonly by: 'fuzz';
      readonly seed: number;
      readonly runs: number;
      readonly fast_check: { readonly seed: number; readonly path: string };
    }
  | { readonly by: 'commands' }
  /** By a search of all states that are nearer. */
  | { readonly by: 'nearest'; readonly states: number }
  | { readonly by: 'replay'; readonly first: 'search' | 'fuzz' | 'step' };

export interface Counterexample extends Traced {
  readonly run: Run;
  readonly property: Property;
  readonly found: Found;
  /** The command that finds it again. */
  readonly command?: string;
  /** Files of the user, as the command line has them, that a replay needs, too. */
  readonly files?: string;
  /** False: that command saves no file that can be replayed. */
  readonly saves?: boolean;
  /** Flaws that together are the reason: with them mended the promise is kept. */
  readonly because?: readonly Flaw[];
  /** Rows that mending these flaws changes. */
  readonly mended?: readonly string[];
  /** The model, as what is on record of all designs names it. */
  readonly model?: string;
  /** What else is known of it. */
  readonly why?: Why;
}

export function mail(counterexample: Counterexample): string {
  const {
    run,
    property,
    trace: actions,
    loop = 0,
    found,
    because = [],
    mended = [],
    why,
  } = counterexample;
  const told = tell(run.system, actions);
  const end = lastState(run.system, told);
  run.system.look(end);
  const breach = property.explain(run.observer);
  const steps = trace(told, { loop, breach });
  const final = finalState(run.system, end).flatMap((line) => indented(line));
  return lines([
    ...title(run, property),
    '',
    ...claim(property, breach),
    ...reason(because),
    ...mendedBy(mended),
    ...(why === undefined ? [] : whyText(why, told, run.design)),
    '',
    ...labelled('Question', run.scenario.question),
    ...labelled('Source', run.scenario.source),
    ...labelled('Design', run.design.about),
    ...labelled('', run.design.source),
    '',
    ...inFull(run.setup),
    ...explored(found, loop > 0, why?.least ?? false),
    '',
    ...steps,
    ...waiting(run, end),
    '',
    'In the end:',
    ...final,
    '',
    ...legend([...steps, ...final]),
    '',
    ...again(counterexample, told),
  ]);
}

/** What the names of cells mean, of those that were used. */
const CELLS: readonly (readonly [RegExp, string])[] = [
  [/\bw\d/, 'w1: bytes that writer1 wrote'],
  [/\bold\b/, 'old: bytes of the file, written before'],
  [/\bzero\b/, 'zero: zeroes'],
  [/\bSTALE\b/, 'STALE: what an earlier owner left in the block'],
  [/\bGARBAGE\b/, 'GARBAGE: memory never initialised'],
];

function legend(text: readonly string[]): string[] {
  const all = text.join(' ');
  const used = CELLS.filter(([name]) => name.test(all)).map(([, meaning]) => meaning);
  return [
    'A cell is a run of bytes of one origin:',
    ...wrapPhrases(used, ';', COLUMNS - 4).map((line) => `    ${line}`),
  ];
}

function title(run: Run, property: Property): string[] {
  const head = `writepath: ${run.design.name} breaks ${property.name}`;
  const where = `(${run.scenario.name})`;
  if (head.length + 1 + where.length <= COLUMNS) return [`${head} ${where}`];
  const [first = '', ...rest] = wrap(head, COLUMNS);
  return [first, ...rest.map((line) => `    ${line}`), `    ${where}`];
}

function claim(property: Property, { expected, found, where }: Breach): string[] {
  return [
    ...labelled('Promised', property.promise),
    ...(expected === property.promise ? [] : labelled('Expected', expected)),
    ...labelled('Found', found),
    ...labelled('Where', where),
  ];
}

const shortest = (least: boolean): string =>
  least
    ? 'No trace is shorter, and of those as short none has fewer faults, pages, changes of task.'
    : 'No trace is shorter than this one.';

const BY: Readonly<Record<'search' | 'fuzz' | 'step', string>> = {
  step: 'hand, step by step',
  search: 'exhaustive search, breadth first',
  fuzz: 'random runs, shrunk',
};

function explored(found: Found, loops: boolean, least: boolean): string[] {
  switch (found.by) {
    case 'search':
      return [
        ...labelled(
          'Explored',
          `${counts(found.result)}. ` +
            (loops ? 'No such loop is nearer than this one.' : shortest(least)),
        ),
        ...reducedText(found.result.reduced, 'What is broken was found among all states. '),
        ...notAsked(found.result.omission),
        // Of rows and promises without a case a counterexample says nothing.
        ...(found.unreached === undefined
          ? []
          : notTried({ ...found.unreached, rows: [], cases: [] })),
      ];
    case 'fuzz':
      return labelled(
        'Explored',
        `${count(found.runs, 'random run')}, seed ${found.seed}; found by ${BY.fuzz}: ` +
          `a shorter trace may exist. fast-check: seed ${found.fast_check.seed}, path ` +
          `"${found.fast_check.path}"`,
      );
    case 'nearest':
      return labelled(
        'Explored',
        `all states that are nearer: ${count(found.states, 'state')}. ${shortest(least)}`,
      );
    case 'commands':
      return labelled('Explored', 'one sequence of commands, made by fast-check');
    case 'replay':
      return labelled('Explored', `nothing: replayed from a file; found by ${BY[found.first]}`);
  }
}

/** How much was seen, and whether it was everything. */
export function counts(result: Result): string {
  const { states, transitions, depth, limit, omission, reduced } = result;
  const seen = [
    count(states, 'state'),
    count(transitions, 'transition'),
    `depth ${thousands(depth)}`,
  ].join(', ');
  if (limit === undefined) {
    return `all states within these bounds${butFor(omission)}${reducedTo(reduced)} ${seen}`;
  }
  if (limit === 'range') return `a counter left its range; ${seen}`;
  return limit === 'interrupted' ? `interrupted after ${seen}` : `${limit} limit hit after ${seen}`;
}

/** The steps; below them the breach as user space meets it. */
function trace(
  told: readonly Told[],
  { loop, breach }: { readonly loop: number; readonly breach: Breach },
): string[] {
  if (told.length === 0) return ['It is so in the initial state: no step is needed.'];
  const { meets } = breach;
  return [
    ...stepsInLanes(told, loop),
    ...(meets === undefined ? [] : ['', ...labelled('User space', meets)]),
  ];
}

function waiting(run: Run, end: Int32Array): string[] {
  const found = waitsIn(run, end);
  if (found.length === 0) return [];
  return [
    '',
    'Waiting now:',
    ...found.flatMap(({ task, row, on }) => indented(`${task}, in ${row}, for ${on}`)),
  ];
}

const indented = (text: string): string[] =>
  wrap(text, COLUMNS - 8).map((line, i) => (i === 0 ? '    ' : '        ') + line);

function again(
  { command, files = '', model, saves = true }: Counterexample,
  told: readonly Told[],
): string[] {
  const how = [
    ...(command === undefined ? [] : continued(command)),
    ...(saves ? [replayed(files)] : []),
  ];
  return [
    ...(how.length === 0 ? [] : ['To see it again:', ...how]),
    'Its steps, task(answers)*times:',
    ...wrap(compactly(told), COLUMNS - 4).map((line) => `    ${line}`),
    `writepath ${VERSION}${model === undefined ? '' : `, model ${model}`}`,
  ];
}

const replayed = (files: string): string =>
  `${`    npx writepath replay FILE${files}`.padEnd(36)} # a file that --save FILE wrote`;

/** A command over several lines, as a shell takes it. */
export function continued(command: string): string[] {
  const parts = wrapPhrases(command.split(/ (?=--)/), '', COLUMNS - 10);
  return parts.map(
    (line, i) => `${i === 0 ? '    ' : '        '}${line}${i < parts.length - 1 ? ' \\' : ''}`,
  );
}
