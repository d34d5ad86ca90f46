/**
 * Why designs break promises, for what recurs from scenario to scenario. A scenario lists those that
 * it expects; what it alone brings about it explains itself.
 */

/** Designs that fit the pattern (`*` stands for any part of a name) break these promises. */
export interface Expectation {
  readonly designs: string;
  readonly breaks: readonly string[];
  readonly because: string;
}

/** Several promises are broken for one reason. */
const one = (designs: string, because: string, ...breaks: readonly string[]): Expectation => ({
  designs,
  breaks,
  because,
});

export const UNORDERED = one(
  'page-at-a-time/unordered',
  'a transaction may commit before the data of the blocks that it maps is written',
  'no-stale-data-after-crash',
);

export const NESTED = one('recvfile*', 'each page stays locked', 'no-nested-page-locks');

export const RECEIVES_LOCKED = one(
  'recvfile*',
  'the pages are locked before the first byte has come',
  'no-page-lock-over-the-network',
);

export const COMMITS_WHAT_NEVER_CAME = one(
  'recvfile*',
  'whatever failed, write_end is called with copied = all that was asked for',
  'no-stale-data',
  'uptodate-means-it',
);

export const GARBAGE_IS_WRITTEN_BACK = one(
  'recvfile*',
  'and writeback takes the page to the disk as it is',
  'no-stale-data-after-crash',
);

export const GROWS_BY_WHAT_NEVER_CAME = one(
  'recvfile*',
  'and write_end raises i_size, while the call returns less, or an error',
  'return-value-is-true',
);

export const READ_NEVER_ENDED = one(
  'multipage-rfc/*,*',
  'UNRESERVE is reached only by goto out_failed_write',
  'begin-and-end-are-paired',
);

export const FSDATA_BY_ADDRESS = one(
  'multipage-rfc/legacy',
  'write_end is given &fs_data, not what write_begin put there',
  'begin-and-end-are-paired',
);

export const LOCK_NEVER_RELEASED = one(
  'multipage-rfc/locked,*,*',
  'what READ locked is released by UNRESERVE, which is not called',
  'no-lock-outlives-the-call',
  'no-deadlock',
);

export const RESERVED_FOR_MORE = one(
  'multipage-rfc/unlocked,*,*',
  'RESERVE takes `length`; where less was copied, nobody gives back the rest',
  'no-leaked-reservations',
);

export const ALLOCATED_TWICE = one(
  'multipage-rfc/unlocked,*,allocates',
  'writeback has taken free space for the page: what was reserved for it is left over',
  'no-leaked-reservations',
);

export const SKIPPED = one(
  'multipage-rfc/unlocked,*,skips',
  'writeback finds no block, writes nothing, and the page is clean',
  'no-lost-write',
);

export const MAPPED_BEFORE_DATA = one(
  'multipage-rfc/unlocked,mapped,*',
  'ALLOCATE maps blocks whose data is not on disk',
  'no-stale-data-after-crash',
);

export const MAPPED_BEFORE_DATA_LOCKED = one(
  'multipage-rfc/locked,mapped,*',
  'ALLOCATE maps blocks whose data is not on disk',
  'no-stale-data-after-crash',
);

const CLEAN = 'writeback has left the page clean without writing it; then ALLOCATE maps its block';

export const MAPPED_UNDER_CLEAN_PAGE: readonly Expectation[] = [
  one('multipage-rfc/unlocked,mapped,skips', CLEAN, 'no-stale-data'),
  one('multipage-rfc/unlocked,mapped,allocates', CLEAN, 'no-stale-data'),
];

/** As above, where there is a reader to bring it into the cache. */
export const MAPPED_AND_READ: readonly Expectation[] = [
  one('multipage-rfc/unlocked,mapped,skips', CLEAN, 'uptodate-means-it'),
  one('multipage-rfc/unlocked,mapped,allocates', CLEAN, 'uptodate-means-it'),
];

export const TRIMS_WHAT_IT_HAS_LOCKED = one(
  'recvfile*',
  'write_begin fails beyond EOF, and trims pages that this very call holds locked',
  'no-deadlock',
);

export const OUTSIDE_OF_THE_IOMAP = one(
  'multipage-rfc/*,*',
  'write_begin refuses a page that is not wholly in the iomap, and -ERANGE becomes 0',
  'return-value-is-true',
);

export const STALE_IOMAP = one(
  'multipage-rfc/unlocked,*,*',
  'write_begin zeroes around by the mapping that READ sampled; it is MAPPED by now',
  'no-lost-write',
);

export const CAUGHT_BEFORE_ALLOCATE = one(
  'multipage-rfc/locked,*,*',
  'writeback or a reader, with a page locked, waits for what READ locked; the writer for the page',
  'no-deadlock',
);

/** ALLOCATE fails, or does only a part. */
export const ALLOCATE_FAILS: readonly Expectation[] = [
  one(
    'multipage-rfc/*,*',
    'the error is returned, and the data stays in the page cache',
    'return-value-is-true',
  ),
  one(
    'multipage-rfc/*,*',
    'the pages stay dirty over a hole, and the reservation is given back',
    'dirty-has-somewhere-to-go',
  ),
  one(
    'multipage-rfc/*,*',
    'what a partial ALLOCATE has not used stays reserved',
    'no-leaked-reservations',
  ),
  one(
    'multipage-rfc/locked,mapped,allocates',
    'after UNRESERVE writeback allocates, and maps before the data is written',
    'no-stale-data-after-crash',
  ),
];
