/**
 * The forms that `check` writes beside its text, a file each: verdicts for those who count tests,
 * places for those who show sources, the counterexample for other tools, small spaces as graphs.
 */
import type { Command } from 'commander';
import { bars, depthsPicture } from '../evidence/depths.ts';
import type { Levels } from '../evidence/depths.ts';
import { dot } from '../evidence/graph.ts';
import type { Graph } from '../evidence/graph.ts';
import { junit } from '../evidence/junit.ts';
import type { NotPut } from '../evidence/matrix.ts';
import { picture } from '../evidence/picture.ts';
import type { Report } from '../evidence/report.ts';
import { sarif } from '../evidence/sarif.ts';
import { tap } from '../evidence/tap.ts';
import { thousands } from '../evidence/text.ts';
import { casesOf } from '../evidence/verdicts.ts';
import type { Case, Judged } from '../evidence/verdicts.ts';
import type { Wanted } from '../runs/forms.ts';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';
import type { Answer, Checked, Where } from './job.ts';
import { refuseUnwritable, save } from './save.ts';

const OPTIONS = {
  junit: 'write all verdicts as JUnit XML',
  tap: 'write all verdicts as TAP 14',
  sarif: 'write what is broken as SARIF 2.1.0, with the rows of all steps',
  itf: 'write the shortest counterexample as an ITF trace (JSON)',
  fsx: 'write its calls as operations of fsx, where it has them all',
  dot: 'write the state graph in the DOT language (500 states at most)',
  svg: 'draw the state graph (100 states at most)',
  depths: 'draw the states by depth, as SVG, and as bars below the text',
} as const;
type Form = keyof typeof OPTIONS;
const FORMS = Object.keys(OPTIONS) as Form[];

export type FormOptions = { readonly [form in Form]?: string };

const STATES_MAX = { dot: 500, svg: 100 } as const;
/** What is of one space. */
const OF_ONE: readonly Form[] = ['dot', 'svg', 'depths'];

export function withCheckForms(command: Command): Command {
  for (const form of FORMS) command.option(`--${form} <file>`, OPTIONS[form]);
  return command;
}

/** Before anything is searched. */
export function refuseForms(
  options: FormOptions & { readonly save?: string; readonly html?: string },
  asked: readonly Where[],
): void {
  const given = FORMS.filter((form) => options[form] !== undefined);
  const ofOne = given.find((form) => OF_ONE.includes(form));
  if (ofOne !== undefined && asked.length > 1) {
    throw new UsageError(
      `--${ofOne} is of one design in one scenario, and these are ${thousands(asked.length)} runs`,
    );
  }
  const files = new Set([options.save, options.html].filter((file) => file !== undefined));
  for (const form of given) {
    const file = options[form]!;
    if (files.has(file)) throw new UsageError(`two forms would be written to ${file}`);
    files.add(file);
    refuseUnwritable(file);
  }
}

/** What the thread that searches is asked for. */
export function wantedOf(options: FormOptions & { readonly json?: boolean }): Wanted {
  const { dot: dots, svg, junit: units, tap: points, sarif: places } = options;
  const account = [options.json || undefined, units, points, places].some(
    (one) => one !== undefined,
  );
  const graph =
    dots !== undefined ? STATES_MAX.dot : svg !== undefined ? STATES_MAX.svg : undefined;
  return {
    ...(account && { account }),
    ...(options.itf !== undefined && { itf: true }),
    ...(options.fsx !== undefined && { fsx: true }),
    ...(graph !== undefined && { graph }),
    ...(options.depths !== undefined && { levels: true }),
  };
}

export interface Answered {
  readonly where: Where;
  readonly answer: Answer<Checked>;
}

export interface Found {
  readonly answered: readonly Answered[];
  readonly not_put: readonly NotPut[];
  /** The run with the shortest counterexample. */
  readonly best: Checked | undefined;
}

/** Whatever cannot be written is told last: a UsageError, when all else has been. */
export function writeForms(options: FormOptions, found: Found, io: Io): void {
  const refused = FORMS.filter((form) => options[form] !== undefined).flatMap((form) => {
    const file = options[form]!;
    const content = contentOf(form, found);
    if (content.text !== undefined) save(file, content.text);
    else if (content.nothing !== undefined)
      io.err(`writepath: ${content.nothing}, so ${file} is not written\n`);
    return content.refused === undefined ? [] : [`--${form}: ${content.refused}`];
  });
  if (refused.length > 0) throw new UsageError(refused.join('; '));
}

interface Content {
  readonly text?: string;
  readonly nothing?: string;
  readonly refused?: string;
}

function contentOf(form: Form, found: Found): Content {
  switch (form) {
    case 'junit':
      return { text: junit(cases(found)) };
    case 'tap':
      return { text: tap(cases(found)) };
    case 'sarif':
      return { text: sarif(cases(found)) };
    case 'itf':
      return ofCounterexample(found, ({ formed }) => ({ text: formed?.itf }));
    case 'fsx':
      return ofCounterexample(found, ({ formed }) => {
        const fsx = formed?.fsx;
        return fsx !== undefined && 'why' in fsx ? { refused: fsx.why } : { text: fsx?.text };
      });
    case 'dot':
      return ofGraph(found, form, dot);
    case 'svg':
      return ofGraph(found, form, picture);
    case 'depths':
      return ofSpace(found, (checked) => ({ text: depthsPicture(levelsOf(checked)) }));
  }
}

type Maybe = { readonly [name in keyof Content]?: string | undefined };

const given = ({ text, refused, nothing }: Maybe): Content => ({
  ...(text !== undefined && { text }),
  ...(refused !== undefined && { refused }),
  ...(nothing !== undefined && { nothing }),
});

const ofCounterexample = ({ best }: Found, make: (best: Checked) => Maybe): Content =>
  best === undefined ? { nothing: 'nothing was broken' } : given(make(best));

/** Of the one run that was asked. */
function ofSpace({ answered }: Found, make: (checked: Checked) => Maybe): Content {
  const [first] = answered;
  if (first?.answer.kind !== 'done') return { nothing: 'the search did not end' };
  return given(make(first.answer.value));
}

const ofGraph = (found: Found, form: keyof typeof STATES_MAX, draw: (graph: Graph) => string) =>
  ofSpace(found, ({ report, formed }) => {
    const { design, scenario, states, limit } = report;
    const most = STATES_MAX[form];
    if (limit !== null) return { refused: `not all states are known: ${limit} limit` };
    if (states > most) {
      return {
        refused:
          `a graph of ${most} states at most is drawn; there are ${thousands(states)} of ` +
          `${design} in ${scenario}`,
      };
    }
    return { text: draw(formed!.graph!) };
  });

function levelsOf({ report, formed }: Checked): Levels {
  const { design, scenario, limit } = report;
  const breach = nearest(report);
  return {
    design,
    scenario,
    levels: formed!.levels!,
    limit: limit === null ? null : `${limit} limit`,
    ...(breach && { breach }),
  };
}

/** The broken promise with the nearest state that breaks it, or from which a loop does. */
function nearest({ properties }: Report): Levels['breach'] {
  const broken = Object.entries(properties).flatMap(([property, { steps, loop }]) =>
    steps === null ? [] : [{ property, steps: steps - (loop ?? 0) }],
  );
  return broken.toSorted((a, b) => a.steps - b.steps)[0];
}

/** For the terminal: bars, where somebody wants the picture, too. */
export function barsText(options: FormOptions, { answered }: Pick<Found, 'answered'>): string {
  const [first] = answered;
  if (options.depths === undefined || first?.answer.kind !== 'done') return '';
  return bars(levelsOf(first.answer.value));
}

const cases = ({ answered, not_put }: Found): Case[] =>
  casesOf([
    ...answered.map(judged),
    ...not_put.map((one) => ({ kind: 'not-put', ...one }) as const),
  ]);

function judged({ where: { design, scenario }, answer }: Answered): Judged {
  switch (answer.kind) {
    case 'done': {
      const { formed, found } = answer.value;
      return { kind: 'done', account: formed!.account!, ...(found && { mail: found.mail }) };
    }
    case 'failed':
      return { kind: 'failed', design, scenario, why: answer.what };
    case 'stuck':
      return { kind: 'stuck', design, scenario, why: 'incomplete: the search was cut off' };
  }
}
