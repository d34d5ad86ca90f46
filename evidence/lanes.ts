/**
 * Steps in lanes: a column a task, one step a line, below it what it changed. Only one task moves
 * in a step, so its text may run over the lanes to its right; bars stand in those to its left.
 */
import { fold } from './fold.ts';
import { COLUMNS, count, wrap, wrapPhrases } from './text.ts';
import type { Told } from './trace.ts';

const MARGIN = 6;
/** The last lane is at least so wide, whatever that leaves to the others. */
const TEXT_MIN = 36;
const PITCH_MAX = 20;

interface Lanes {
  readonly tasks: readonly string[];
  readonly pitch: number;
}

function lanesOf(told: readonly Told[]): Lanes {
  const tasks = [...new Set(told.map(({ task }) => task))];
  const room = COLUMNS - MARGIN - TEXT_MIN;
  const pitch = tasks.length < 2 ? 0 : Math.floor(room / (tasks.length - 1));
  return { tasks, pitch: Math.min(pitch, PITCH_MAX) };
}

/** The bars of the lanes left of `lane`, up to where its text begins. */
function bars({ pitch }: Lanes, lane: number): string {
  return '|'.padEnd(pitch).repeat(lane);
}

/** `loop`: so many of the last steps repeat for ever. */
export function stepsInLanes(told: readonly Told[], loop = 0): string[] {
  const lanes = lanesOf(told);
  const texts = told.map((one) => [one.task, one.step.said, ...one.changes].join('\n'));
  const out = [...heading(lanes)];
  // The last step, or the loop, is what it is all about: it is never folded.
  const end = told.length - Math.max(loop, 1);
  for (const { from, period, times } of [
    ...fold(texts.slice(0, end)),
    { from: end, period: told.length - end, times: 1 },
  ]) {
    for (let i = from; i < from + period; i++) out.push(...stepLines(told[i]!, i + 1, lanes));
    if (times > 1) out.push(...foldLine(told, { from, period, times }));
  }
  return loop === 0 ? out : [...out, '', ...wrap(repeats(end + 1, told.length), COLUMNS)];
}

const repeats = (first: number, last: number): string =>
  first === last
    ? `Step ${last} repeats for ever.`
    : `Steps ${first} to ${last} repeat for ever: the last leads back to where the first began.`;

/** Names of the tasks above their lanes; on lines of their own where they would run together. */
function heading(lanes: Lanes): string[] {
  const { tasks, pitch } = lanes;
  const margin = 'step'.padEnd(MARGIN);
  if (tasks.every((task) => task.length < pitch) || tasks.length === 1) {
    return [margin + tasks.map((task) => task.padEnd(pitch)).join('')];
  }
  return tasks.map((task, i) => (i === 0 ? margin : ' '.repeat(MARGIN)) + bars(lanes, i) + task);
}

/** A row that gives the kernel no command says nothing: its label stands alone. */
function stepLines({ step, task, changes, faults }: Told, number: number, lanes: Lanes): string[] {
  const lane = lanes.tasks.indexOf(task);
  const left = bars(lanes, lane);
  const width = COLUMNS - MARGIN - left.length;
  const margin = `${String(number).padStart(4)} ${faults.length > 0 ? '!' : ' '}`;
  const said = wrap(step.said === '' ? step.label : `${step.label}: ${step.said}`, width);
  const changed = wrapPhrases(
    [...faults.map((name) => `fault ${name}`), ...changes],
    ';',
    width - 4,
  );
  return [
    ...said.map((line, i) => (i === 0 ? margin : ' '.repeat(MARGIN)) + left + line),
    ...changed.map((line) => `${' '.repeat(MARGIN)}${left}    ${line}`),
  ];
}

interface Folded {
  readonly from: number;
  readonly period: number;
  readonly times: number;
}

function foldLine(told: readonly Told[], { from, period, times }: Folded): string[] {
  const first = from + period;
  const end = from + period * times;
  const pages = [first, end - period].map((at) => pageIn(told.slice(at, at + period)));
  const where =
    pages[0] === undefined || pages[0] === pages[1] ? '' : `, for pages ${pages[0]}..${pages[1]}`;
  const what = period === 1 ? 'step' : `${period} steps`;
  const more = `${count(times - 1, 'time')} more`;
  const text = `steps ${first + 1}..${end}: the same ${what}, ${more}${where}`;
  return wrap(text, COLUMNS - MARGIN - 4).map((line) => `${' '.repeat(MARGIN)}... ${line}`);
}

/** The page that a group of steps is about. */
function pageIn(told: readonly Told[]): string | undefined {
  return /\bpage\[(\d+)\]/.exec(told.flatMap(({ changes }) => changes).join(' '))?.[1];
}
