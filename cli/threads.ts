/** Threads that wait for jobs. */
import { Piscina } from 'piscina';
import { HEAP_MIB } from './job.ts';
import type { AnyJob } from './job.ts';

export type Threads = Piscina<AnyJob, unknown>;

/** Those that nobody uses now, by how many they are. */
const idle = new Map<number, Threads>();

/**
 * Piscina loads a module by `require` where Node.js can. A thread that is ended meanwhile takes the
 * process with it (Node.js 20.20); by `import` it ends well. What node itself was started with does
 * not come to a thread then, but for NODE_OPTIONS.
 */
const NO_REQUIRE = '--no-experimental-require-module';
export const BY_IMPORT = process.allowedNodeEnvironmentFlags.has(NO_REQUIRE)
  ? { execArgv: [NO_REQUIRE] }
  : {};

function begun(count: number): Threads {
  const threads: Threads = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: count,
    maxThreads: count,
    ...BY_IMPORT,
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
