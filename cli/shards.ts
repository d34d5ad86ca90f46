/** Parts of a run that is spread over machines: which of them one is, and what is dealt to it. */

/** Part `k`, from 1, of so many. */
export interface Shard {
  readonly k: number;
  readonly of: number;
}

export const WHOLE: Shard = { k: 1, of: 1 };

export const SHARDS_MAX = 1000;

export const shardText = ({ k, of }: Shard): string => `${k}/${of}`;

/**
 * Like cards, one to each in turn: what stands together in the order is of one kind, and takes
 * about the same time.
 */
export const dealt = <T>(order: readonly T[], { k, of }: Shard): readonly T[] =>
  order.filter((_, at) => at % of === k - 1);
