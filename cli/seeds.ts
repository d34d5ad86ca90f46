/** The batches that a fuzz run is made of, each with a seed of its own. */
import { WHOLE } from './shards.ts';
import type { Shard } from './shards.ts';

/** The largest seed that may be asked for. */
export const SEED_MAX = 2 ** 31 - 1;

/** 2^32 divided by the golden ratio: multiples of it lie as far apart as they can. */
const FAR = 0x9e3779b9;

/**
 * A number of 32 bits, as fast-check takes it. Batch 0 has the seed itself, and no two seeds share
 * the same batch; with seeds that follow one another, two runs would share all batches but one.
 */
export const batchSeed = (seed: number, batch: number): number =>
  (seed + Math.imul(batch, FAR)) | 0;

/** Runs between two looks at whether to stop. */
export const BATCH = 50;

export const batchesIn = (runs: number): number => Math.ceil(runs / BATCH);

/** Every N-th batch, of all that so many runs have: the parts of a run share none. */
export function* batchesOf(
  runs: number,
  { k, of }: Shard = WHOLE,
): Generator<{ readonly batch: number; readonly size: number }> {
  for (let batch = k - 1; batch < batchesIn(runs); batch += of) {
    yield { batch, size: Math.min(BATCH, runs - batch * BATCH) };
  }
}
