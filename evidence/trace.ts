/** A trace, told: every action taken again, with what was said and what it changed. */
import type { Step } from '../machine/rows.ts';
import { SITES } from '../model/kernel.ts';
import type { KernelSystem } from '../model/system.ts';
import { changesBetween } from './changes.ts';

export interface Told {
  readonly step: Step;
  readonly task: string;
  readonly changes: readonly string[];
  /** Faults that happened in this step, with what they were: `copy-short=1`. */
  readonly faults: readonly string[];
}

const FAULTS = new Set(SITES.filter((site) => site.fault).map((site) => site.name));

/** Takes the actions one by one; an action that is not enabled is an error of the caller. */
export function tell(
  system: KernelSystem,
  actions: readonly number[],
  from = system.initial(),
): Told[] {
  let state = from;
  return actions.map((action, i) => {
    const step = system.step(state, action);
    if (step === undefined) throw new Error(`step ${i + 1} of a trace is not enabled`);
    const changes = changesBetween(system, state, step.state);
    state = step.state;
    return {
      step,
      task: system.tasks[step.task]!.name,
      changes,
      faults: chosenNames({
        chosen: step.chosen.filter(({ site, answer }) => answer > 0 && FAULTS.has(site)),
      }),
    };
  });
}

/** The state in which a trace ends. */
export const lastState = (system: KernelSystem, told: readonly Told[]): Int32Array =>
  told.at(-1)?.step.state ?? system.initial();

const NAMES = new Map(SITES.map((site) => [site.name, site.answers]));

/** An answer by its name, or as its number where it has none. */
export const answerName = (site: string, answer: number): string =>
  NAMES.get(site)?.[answer] ?? String(answer);

/** `read-eio=-EIO`: how an answer is written in JSON, in replay files and in coverage. */
export const chosenNames = (step: Pick<Step, 'chosen'>): string[] =>
  step.chosen.map(({ site, answer }) => `${site}=${answerName(site, answer)}`);

/** The trace in one line: `writer1*5 writer1(copy-short=1) writeback`. */
export function compactly(told: readonly Told[]): string {
  const words: { word: string; times: number }[] = [];
  for (const { step, task } of told) {
    const last = step.chosen.findLastIndex(({ answer }) => answer > 0);
    const answers = chosenNames(step).slice(0, last + 1);
    const word = answers.length === 0 ? task : `${task}(${answers.join(',')})`;
    if (words.at(-1)?.word === word) words.at(-1)!.times++;
    else words.push({ word, times: 1 });
  }
  return words.map(({ word, times }) => (times === 1 ? word : `${word}*${times}`)).join(' ');
}
