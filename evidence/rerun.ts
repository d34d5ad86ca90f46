/** Takes a recorded trace again, step by step, and notices where the model has changed since. */
import { encodeAction } from '../machine/rows.ts';
import type { Step } from '../machine/rows.ts';
import type { Design } from '../model/design.ts';
import { SITES } from '../model/kernel.ts';
import { kernelSystem } from '../model/system.ts';
import type { KernelSystem } from '../model/system.ts';
import { isFairLoop } from '../explorer/loop.ts';
import { checksOf } from '../properties/all.ts';
import { isOfProgress } from '../properties/property.ts';
import type { Property } from '../properties/property.ts';
import { modelDigest, stateDigest } from './digest.ts';
import { theOne } from './nearest.ts';
import type { Callable } from './nearest.ts';
import { impossible } from './possible.ts';
import type { Question, Run } from './outcome.ts';
import { BadReplay } from './replay-file.ts';
import type { ReplayFile, ReplayStep } from './read-replay.ts';
import { chosenNames, tell } from './trace.ts';

/** Everything that a file may name. */
export interface Known {
  readonly designs: readonly Design[];
  readonly scenarios: readonly Question[];
  readonly properties: readonly Property[];
  /** For who watches: the system, before any row of it runs. */
  readonly made?: (system: KernelSystem) => void;
}

export interface Rerun {
  readonly run: Run;
  readonly property: Property;
  readonly actions: readonly number[];
  /** So many of the last steps lead back to where they began. */
  readonly loop: number;
  /** The trace is as it was recorded; something that it does not touch is not. */
  readonly changed: boolean;
}

const find = <T extends Callable>(kind: string, name: string, all: readonly T[]): T =>
  theOne(kind, name, all, (why) => new BadReplay(why));

export function rerun(file: ReplayFile, known: Known): Rerun {
  const design = find('design', file.design, known.designs);
  const scenario = find('scenario', file.scenario, known.scenarios);
  const property = find('property', file.property, known.properties);
  const setup = file.bounds;
  const why = impossible(setup, design.filesystem);
  if (why !== undefined) throw new BadReplay(`bounds that cannot be run: ${why}`);
  const { system, observer } = kernelSystem(design, setup, checksOf([property]));
  known.made?.(system);
  const run: Run = { design, scenario, setup, properties: [property], system, observer };

  const states = [system.initial()];
  const actions = file.steps.map((recorded, i) => {
    const step = again(system, states[i]!, recorded, i + 1);
    states.push(step.state);
    return step.action;
  });
  const { loop = 0 } = file;
  if (loop > 0 !== isOfProgress(property) || loop > actions.length) {
    throw new BadReplay(`not a replay file: loop: ${loop}, of ${actions.length} steps`);
  }
  const stem = actions.length - loop;
  system.look(states[stem]!);
  const broken = isOfProgress(property)
    ? isFairLoop(system, states[stem]!, actions.slice(stem))
    : property.violated(observer);
  if (!broken) {
    throw new BadReplay(`stale: the trace runs, but no longer breaks ${property.name}`);
  }
  const changed = modelDigest(system, setup, tell(system, actions)) !== file.model;
  return { run, property, actions, loop, changed };
}

/** One recorded step, taken again; it must do what it did. */
function again(
  system: KernelSystem,
  state: Int32Array,
  recorded: ReplayStep,
  number: number,
): Step {
  const where = `stale: step ${number} (${recorded.task}, row ${recorded.row})`;
  const task = system.tasks.findIndex(({ name }) => name === recorded.task);
  const answers = recorded.chosen.map(answerOf);
  const enabled = task >= 0 && !answers.includes(undefined);
  const step = enabled ? system.step(state, encodeAction(task, answers as number[])) : undefined;
  if (step === undefined) throw new BadReplay(`${where} is no longer enabled`);
  const now = [step.label, step.said, ...chosenNames(step)].join(' ');
  const then = [recorded.row, recorded.said, ...recorded.chosen].join(' ');
  if (now !== then) {
    throw new BadReplay(`${where} now does something else: ${step.label}: ${step.said}`);
  }
  if (stateDigest(system, step.state) !== recorded.leaves) {
    throw new BadReplay(`${where} now does something else: it leaves another state behind`);
  }
  return step;
}

/** `copy-short=1` as the number of the answer. */
function answerOf(chosen: string): number | undefined {
  const [name, answer] = chosen.split('=', 2);
  const site = SITES.find((one) => one.name === name);
  if (site === undefined || answer === undefined) return undefined;
  const named = site.answers.indexOf(answer);
  if (named >= 0) return named;
  return /^\d{1,3}$/.test(answer) && Number(answer) < 256 ? Number(answer) : undefined;
}
