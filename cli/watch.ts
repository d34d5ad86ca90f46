/**
 * Rows are watched from outside of the thread that runs them: one that does not end in a stated
 * time goes on for ever, and its thread is cut off.
 */
import { placeIn } from '../runs/places.ts';
import { prepare } from '../runs/check.ts';
import { costSystem } from '../runs/cost.ts';
import { BAD_INPUT } from './exit.ts';
import { namedIn } from './catalog.ts';
import { CLOCKS, CLOCKS_MAX, ENDED } from './job.ts';
import type { AnyJob, Failed, Job } from './job.ts';

type Unshared = Omit<AnyJob, 'shared'>;

/** A row takes millionths of that. */
export const ROW_S_MAX = 4;

/** Looks at the clocks of a thread, again and again. */
export class Watch {
  readonly #shared: Int32Array;
  readonly #seen = new Int32Array(2 * CLOCKS_MAX);
  #since = performance.now();

  constructor(shared: Int32Array) {
    this.#shared = shared;
  }

  /** Has the same row run all the time since ROW_S_MAX? */
  isLate(): boolean {
    let moved = true;
    // A helper that was ended in the middle of a row shows it for ever.
    const clocks = Atomics.load(this.#shared, ENDED) === 1 ? 1 : CLOCKS_MAX;
    for (let clock = 0; clock < clocks; clock++) {
      const [row, ran] = shown(this.#shared, clock);
      if (row !== 0 && row === this.#seen[2 * clock] && ran === this.#seen[2 * clock + 1]) {
        moved = false;
      }
      this.#seen.set([row, ran], 2 * clock);
    }
    if (moved) this.#since = performance.now();
    return performance.now() - this.#since > ROW_S_MAX * 1000;
  }
}

const shown = (shared: Int32Array, clock: number): [row: number, ran: number] => [
  Atomics.load(shared, CLOCKS + 2 * clock),
  Atomics.load(shared, CLOCKS + 2 * clock + 1),
];

/** The answer of a thread that was cut off, with the name of the row that ran. */
export async function endlessRow(job: Unshared, shared: Int32Array): Promise<Failed> {
  const { design, scenario } = job;
  const row = (await rowNamed(job, shared)) ?? 'a row';
  const what = `${row}: it has run for ${ROW_S_MAX} s: a loop in it does not end`;
  return { kind: 'failed', design, scenario, code: BAD_INPUT, what, endless: true };
}

/** The row, or the promise, that the clocks of a thread show; undefined where none does. */
export async function rowNamed(job: Unshared, shared: Int32Array): Promise<string | undefined> {
  for (let clock = 0; clock < CLOCKS_MAX; clock++) {
    const [number] = shown(shared, clock);
    if (number === 0) continue;
    const systems = await systemsOf(job);
    // Threads that help have the same rows.
    const system = systems[clock] ?? systems.at(-1);
    const promise = system?.promiseOf(number);
    if (promise !== undefined) return `promise ${promise}`;
    const name = system?.rowOf(number);
    if (system === undefined || name === undefined) break;
    const place = placeIn(system, name);
    return `row ${name}${place === undefined ? '' : `, ${place}`}`;
  }
  return undefined;
}

/** The systems that the thread has made: their rows have the same numbers. */
async function systemsOf(job: Unshared) {
  const { designs, scenarios, properties } = await namedIn(job.modules);
  const design = designs.find(({ name }) => name === job.design);
  const scenario = scenarios.find(({ name }) => name === job.scenario);
  // Of a trace that is taken again the rows are numbered in another way.
  if (design === undefined || 'content' in job) return [];
  if (scenario === undefined) return [costSystem(design)];
  const run = prepare(design, scenario, (job as Partial<Job>).bounds, properties);
  if (!('runs' in job)) return [run.system];
  const { Driven } = await import('../properties/commands.ts');
  const { stages } = new Driven(run.design, run.setup, run.properties, run.scenario.must);
  return stages.map(({ system }) => system);
}
