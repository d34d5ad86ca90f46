/** A job, alone in its thread. */
import { blame } from './blame.ts';
import { left } from '../explorer/crew.ts';
import type { Answer, Where } from './job.ts';

/**
 * Runs a job; what goes wrong in it is its answer, since an error would lose its class on the way.
 * What a row has started must not outlive the job: it would be blamed on the next. The thread then
 * ends instead of an answer, and another takes its place.
 */
export async function alone<R, T>(
  { design, scenario }: Where,
  ready: () => Promise<R>,
  work: (on: R) => T,
): Promise<Answer<T>> {
  let value: T;
  try {
    const on = await ready();
    const before = process.getActiveResourcesInfo();
    value = work(on);
    await left();
    const [more] = process.getActiveResourcesInfo().slice(before.length);
    if (more !== undefined) await endThread(`${more} is still at work`);
  } catch (error) {
    await left();
    return { kind: 'failed', design, scenario, ...blame(error) };
  }
  // A rejection that nobody took ends the thread before this.
  await new Promise(setImmediate);
  return { kind: 'done', value };
}

/** By an error that nobody catches: that is how whoever waits for the answer is told. */
function endThread(why: string): Promise<never> {
  process.nextTick(() => {
    throw new Error(why);
  });
  return new Promise(() => undefined);
}
