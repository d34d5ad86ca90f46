/**
 * The replay file: a trace in names that people can read, with all that is needed to take it again
 * without a search. It is read elsewhere: what is needed for that takes long to load.
 */
import type { Traced } from '../explorer/search.ts';
import { modelDigest, stateDigest } from './digest.ts';
import type { Run } from './outcome.ts';
import type { ReplayFile } from './read-replay.ts';
import { pretty, sumOf } from './summed.ts';
import { chosenNames, tell } from './trace.ts';

/** Of the file, not of the program. */
export const FORMAT = 3;

/** A file that cannot be replayed; the message is one line. */
export class BadReplay extends Error {
  override readonly name = 'BadReplay';
}

/** What is written of a counterexample; `loop`: so many of the last actions are a loop. */
export function replayFile(
  run: Run,
  property: string,
  { trace: actions, loop }: Traced,
  found: ReplayFile['found'],
): string {
  const told = tell(run.system, actions);
  const file = {
    writepath: FORMAT,
    model: modelDigest(run.system, run.setup, told),
    design: run.design.name,
    scenario: run.scenario.name,
    property,
    found,
    bounds: run.setup,
    ...(loop === undefined ? {} : { loop }),
    steps: told.map(({ task, step }) => ({
      task,
      row: step.label,
      said: step.said,
      chosen: chosenNames(step),
      leaves: stateDigest(run.system, step.state),
    })),
  };
  return pretty({ ...file, sum: sumOf(file) }, 'steps');
}
