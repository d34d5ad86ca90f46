/** Seeds of the batches that a fuzz run is made of. */

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
