/** Threads that wait for jobs. */
import { Piscina } from 'piscina';
import { HEAP_MIB } from './job.ts';
import type { AnyJob } from './job.ts';

export type Threads = Piscina<AnyJob, unknown>;

/** Those that nobody uses now, by how many they are. */
const idle = new Map<number, Threads>();

/**
 * A thread that is ended while it loads modules by `require` takes the process with it: V8 is
 * asked of a module that it has not finished (Node.js 20.20). By `import` it ends well.
 */
const BY_IMPORT = ['--no-experimental-require-module'].filter((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);

function begun(count: number): Threads {
  const threads: Threads = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: count,
    maxThreads: count,
    execArgv: BY_IMPORT,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  // A thread that ends between two jobs is replaced.
  threads.on('error', () => undefined);
  return threads;
}

export function take(count: number): Threads {
  const threads = idle.get(count) ?? begun(count);
  idle.delete(count);
  return threads;
}

/** They are there for whoever wants as many: the next run of `--watch`. */
export async function leave(count: number, threads: Threads): Promise<void> {
  if (idle.has(count)) await threads.destroy();
  else idle.set(count, threads);
}

/** Of threads that nobody wanted one would have to wait until they have loaded all. */
export async function end(): Promise<void> {
  await Promise.all([...idle.values()].map((threads) => threads.destroy()));
  idle.clear();
}

/** Begins threads that will be wanted: they load what they need while others do the same. */
export const begin = (count: number): Promise<void> => leave(count, begun(count));
