/** Who cannot go on in a state, and for what it waits: of a deadlock this is the cycle. */
import type { Run } from './outcome.ts';

export interface Waits {
  readonly task: string;
  readonly row: string;
  /** What it waits for; `others` where that has no name. */
  readonly on: string;
}

export function waitsIn({ system }: Pick<Run, 'system'>, state: Int32Array): Waits[] {
  const blocked = system.blockedIn(state);
  const unfinished = system.unfinished();
  return blocked
    .filter(({ task }) => (unfinished >>> task) & 1)
    .map(({ task, label, on }) => ({
      task: system.tasks[task]!.name,
      row: label,
      on: on === '' ? 'others' : on,
    }));
}
