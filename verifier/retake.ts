/**
 * Takes a counterexample again with the interpreter alone, from a replay file: every step must be
 * possible, say what it said, be answered what it was answered, and leave the state that it left;
 * and the promise must be broken in the end.
 */
import type { Site } from '../machine/rows.ts';
import { SITES } from '../model/kernel.ts';
import { isOfProgress } from '../properties/property.ts';
import type { Breach, Property } from '../properties/property.ts';
import type { ReplayStep } from '../evidence/read-replay.ts';
import type { Interpreter, Way } from './interpreter.ts';
import { isFair } from './loops.ts';
import { keyOf, numbersOf } from './plain.ts';
import type { Plain } from './plain.ts';

/** What a trace is, in names: of a replay file, or of a report. */
export interface Recorded {
  readonly steps: readonly Readonly<Omit<ReplayStep, 'chosen'> & { chosen: readonly string[] }>[];
  readonly loop?: number | undefined;
}

export interface Retaken {
  /** The initial state, and those after each step that was taken. */
  readonly states: readonly Plain[];
  readonly ways: readonly Way[];
  /** Where it is not as it was recorded, the first thing that is not. */
  readonly differs?: string;
  /** How the promise is broken, if it is. */
  readonly breach?: Breach;
}

/** `digest`: eight hexadecimal digits of the SHA-256 of a text; a page has its own. */
export function retake(
  interpreter: Interpreter,
  property: Property,
  { steps, loop = 0 }: Recorded,
  digest: (text: string) => string,
): Retaken {
  const taken = retakeSteps(interpreter, steps, digest);
  if (taken.differs !== undefined) return taken;
  const { states, ways } = taken;
  const breach = breachIn(interpreter, property, states, ways, loop);
  if (breach !== undefined) return { states, ways, breach };
  return { states, ways, differs: `${property.name} is not broken in the end` };
}

/** The steps alone, as far as they are what was recorded. */
export function retakeSteps(
  interpreter: Interpreter,
  steps: Recorded['steps'],
  digest: (text: string) => string,
): Retaken {
  const states = [interpreter.initial()];
  const ways: Way[] = [];
  for (const [i, recorded] of steps.entries()) {
    const where = `step ${i + 1} (${recorded.task}, row ${recorded.row})`;
    const way = interpreter.steps(states[i]!).find((one) => isThat(interpreter, one, recorded));
    if (way === undefined) return { states, ways, differs: `${where} is not possible` };
    if (way.row !== recorded.row || way.said !== recorded.said) {
      return { states, ways, differs: `${where} is ${way.row}: ${way.said}` };
    }
    states.push(way.state);
    ways.push(way);
    if (digest(interpreter.layout.text(way.state)) !== recorded.leaves) {
      return { states, ways, differs: `${where} leaves another state behind` };
    }
  }
  return { states, ways };
}

/** The same task, with the same answers. */
function isThat(interpreter: Interpreter, way: Way, recorded: Recorded['steps'][number]): boolean {
  const task = interpreter.workers[way.task]!.name;
  return task === recorded.task && answersOf(way).join() === recorded.chosen.join();
}

const sites: ReadonlyMap<string, Site> = new Map(SITES.map((site) => [site.name, site]));

/** `site=answer`, by name where the answer has one. */
export const answersOf = ({ chosen }: Pick<Way, 'chosen'>): string[] =>
  chosen.map(({ site, answer }) => `${site}=${sites.get(site)!.answers[answer] ?? answer}`);

/** How the last state breaks the promise; where it is one of progress, how the loop does. */
function breachIn(
  interpreter: Interpreter,
  property: Property,
  states: readonly Plain[],
  ways: readonly Way[],
  loop: number,
): Breach | undefined {
  const stem = states.length - 1 - loop;
  if (isOfProgress(property) !== loop > 0 || stem < 0) return undefined;
  interpreter.look(states.at(-1)!);
  const { observer } = interpreter;
  if (!isOfProgress(property)) {
    return property.violated(observer) ? property.explain(observer) : undefined;
  }
  const isLoop = endsWhereItBegins(interpreter, property, states.slice(stem), ways.slice(stem));
  interpreter.look(states.at(-1)!);
  return isLoop ? property.explain(observer) : undefined;
}

/** Does it lead back, by steps that others can count on, and is it fair? */
function endsWhereItBegins(
  interpreter: Interpreter,
  property: Property,
  states: readonly Plain[],
  ways: readonly Way[],
): boolean {
  if (!isOfProgress(property)) return false;
  const keys = states.map((state) => keyOf(numbersOf(state)));
  if (keys[0] !== keys.at(-1)) return false;
  const isDriven = (state: Plain, task: number) => (interpreter.driven(state) >>> task) & 1;
  if (!ways.every(({ task }, i) => isDriven(states[i]!, task))) return false;
  // Every state is a place; the only step that stays in the loop is the one that was taken.
  const places = ways.map((taken, i) => {
    const tasks = interpreter.steps(states[i]!, false).map(({ task }) => task);
    const owing = property.owing(interpreter.observer);
    const elsewhere = tasks
      .filter((task) => isDriven(states[i]!, task))
      .map((task) => ({ task, to: -1 }));
    return { owing, edges: [...elsewhere, { task: taken.task, to: (i + 1) % ways.length }] };
  });
  return isFair(places, [...ways.keys()]);
}
