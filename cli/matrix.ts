/**
 * `matrix`: every design in every scenario at its own bounds, on as many cores as there are. Each
 * run is alone in its thread, and results are put in order before they are shown: the number of
 * workers cannot be seen in the output.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { matrix as drawn } from '../evidence/matrix.ts';
import type { Report } from '../evidence/report.ts';
import { DesignError } from '../machine/rows.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { HOLDS, INCOMPLETE, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { pairs } from './select.ts';
import type { Pair } from './select.ts';
import work from './worker.ts';
import type { Answer, Job } from './worker.ts';

export interface MatrixOptions {
  readonly scenario?: readonly string[];
  readonly workers?: number;
}

export async function matrix(designs: readonly string[], options: MatrixOptions, io: Io) {
  const asked = pairs(designs, options.scenario);
  const workers = Math.min(options.workers ?? availableParallelism(), asked.length);
  const reports = (await answers(asked, workers, io)).map((answer) => {
    if (answer && 'designError' in answer) throw new DesignError(answer.designError);
    return answer?.report;
  });
  const known = reports.filter((report): report is Report => report !== undefined);
  const missing = reports.length - known.length;
  const order = SCENARIOS.map(({ name }) => name);
  io.out(drawn(known, PROPERTIES, order, missing));
  if (missing > 0) return INCOMPLETE;
  return known.every(({ surprises }) => surprises.length === 0) ? HOLDS : VIOLATED;
}

/** In the order asked; undefined where an interrupt came first. */
async function answers(asked: readonly Pair[], workers: number, io: Io) {
  const found: (Answer | undefined)[] = asked.map(() => undefined);
  let done = 0;
  const run = workers > 1 ? pool(workers) : { work, end: () => Promise.resolve() };
  // What takes longest is begun first: several writers, then many others at work.
  const order = asked
    .map((_, i) => i)
    .toSorted((a, b) => weight(asked[b]!) - weight(asked[a]!) || a - b);
  const queue = order.values();
  const one = async () => {
    for (const i of queue) {
      if (io.stop.aborted) return;
      const { design, scenario } = asked[i]!;
      found[i] = await run.work({ design: design.name, scenario: scenario.name });
      io.progress(`${++done} of ${asked.length} runs`);
      await new Promise(setImmediate);
    }
  };
  const interrupted = new Promise<void>((resolve) => {
    io.stop.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([interrupted, Promise.all(Array.from({ length: workers }, one))]);
  } finally {
    await run.end();
  }
  return found;
}

const weight = ({ scenario }: Pair): number =>
  scenario.writers(scenario.geometry).length * 100 + scenario.others.length;

function pool(workers: number) {
  const piscina = new Piscina<Job, Answer>({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
  });
  return { work: (job: Job) => piscina.run(job), end: () => piscina.destroy() };
}
