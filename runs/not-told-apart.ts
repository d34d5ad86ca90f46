/** Mistakes that no sequence of calls of one task can show, or none of these traces; and why. */

export interface Hidden {
  /** Rows; mutants (model/designs/mutants.ts) and bugs (historical.ts) by name. */
  readonly what: readonly string[];
  readonly why: string;
}

export const HIDDEN: readonly Hidden[] = [
  {
    what: [
      'lock_to_zero',
      'unlock_zeroed',
      'lock_invalidate',
      'unlock_invalidate',
      'unlock_to_retry',
      'journal_start',
      'journal_stop',
      'M02',
      'M31',
      'M32',
      'M47',
      'next-page-locked-first',
      'locks-the-next-page-too',
      'copies-with-faults-on',
      'reclaim-enters-the-filesystem',
      'reclaim-writes-in-a-handle',
    ],
    why: 'a lock left out, or in another order, shows nothing to one task: it never has to wait',
  },
  {
    what: ['valid', 'unlock_stale', 'stale-mapping-kept', 'M01', 'M03', 'M14', 'M19', 'M33'],
    why: 'it takes another task between two steps: in one task no mapping is ever out of date',
  },
  {
    what: ['M26', 'M27'],
    why: 'it takes a user buffer that is a page of the file itself, or what the call locks',
  },
  {
    what: ['M46'],
    why: 'it takes reclaim, while a bio is held back',
  },
  {
    what: ['truncate-does-not-wait', 'M20'],
    why: 'nothing is under writeback when truncate() comes: the calls before have waited for it',
  },
  {
    what: [
      'unlock_failed of a read that failed',
      'check',
      'fsync-swallows-errors',
      'fsync-tells-again',
      'truncate-swallows-the-error',
      'punch-swallows-the-error',
    ],
    why: 'no I/O fails in these traces',
  },
  {
    what: ['sends-no-flush', 'fsync-flushes-nothing'],
    why: 'the disk of these traces is memory: it has no cache that could lose anything',
  },
  {
    what: ['signal', 'balance', 'returns-locked'],
    why: 'nobody is killed in these traces, and too few pages are dirty to be throttled',
  },
  {
    what: [
      'receives-into-a-locked-page',
      'discards-in-silence',
      'asks-a-peer-that-has-closed',
      'M44',
    ],
    why: 'no kernel that was recorded writes from a socket',
  },
];
