/** The steps of a trace, taken again in another system or from another state. */
import { isBroken } from '../machine/machine.ts';
import type { KernelSystem } from '../model/system.ts';

/** Can they be taken, and is the promise of that number broken after them? */
export function breaksAgain(
  system: KernelSystem,
  from: Int32Array,
  trace: readonly number[],
  property = 0,
): boolean {
  let state = from;
  for (const action of trace) {
    const step = system.step(state, action, true);
    if (step === undefined) return false;
    state = step.state;
  }
  system.look(state);
  return isBroken(system, property);
}
