/** Threads that help with the search of a job; see explorer/together.ts. */
import type { Helpers } from '../explorer/together.ts';
import { beginThread } from '../explorer/crew.ts';
import { HEAP_MIB, STOP } from './job.ts';
import type { Job } from './job.ts';

const MODULE = new URL('./helper.js', import.meta.url);
const HOW = { resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } };

export const helpersOf = (job: Job, count: number): Helpers => ({
  count,
  begin: (shared) => beginThread(MODULE, job, shared, HOW),
  stopped: () => Atomics.load(job.shared, STOP) !== 0,
});
