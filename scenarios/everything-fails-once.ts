/** Every fault, each at every place. */
import { SMALL } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const everythingFailsOnce: Scenario = {
  name: 'everything-fails-once',
  question: 'Any one thing fails, anywhere: is every promise kept?',
  source:
    'the mail: "without any of the supporting structures needed to handle the failure cases properly"',
  geometry: { ...SMALL, pages: 3, block_cells: 3, blocks: 4 },
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [
    'page-enomem',
    'direct-reclaim',
    'fault-in-efault',
    'copy-short',
    'read-eio',
    'write-begin-enospc',
    'iomap-read-eio',
    'iomap-read-trim',
    'iomap-reserve-enospc',
    'iomap-allocate-eio',
    'iomap-allocate-partial',
    'peer-short',
    'peer-reset',
    'peer-stall',
  ],
  faults_max: 1,
  // From inside the first block to inside the last one.
  writers: (g) => [{ pos: 1, count: g.pages * g.page_blocks * g.block_cells - 2 }],
  file: (g) => ({ i_size: g.block_cells, blocks: 'M' }),
  breaks: {
    'page-at-a-time/unordered': ['no-stale-data-after-crash'],
    'recvfile*': [
      'no-stale-data-after-crash',
      'no-stale-data',
      'no-nested-page-locks',
      'return-value-is-true',
      'uptodate-means-it',
      'no-page-lock-over-the-network',
      'no-deadlock',
    ],
    'multipage-rfc/unlocked,mapped,*': ['no-stale-data-after-crash'],
    'multipage-rfc/unlocked,mapped,skips': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,mapped,allocates': ['no-stale-data', 'uptodate-means-it'],
    'multipage-rfc/unlocked,*,*': [
      'return-value-is-true',
      'no-leaked-reservations',
      'dirty-has-somewhere-to-go',
    ],
    'multipage-rfc/locked,*,*': ['no-deadlock', 'no-lock-outlives-the-call'],
    'multipage-rfc/*': ['begin-and-end-are-paired'],
    'multipage-rfc/unlocked,*,skips': ['no-lost-write'],
  },
  shown: undefined,
};
