/** Two files have a lock each, and share the space, the journal and the kmap slots. */
import { COPIES, SMALL, fails } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const twoFiles: Scenario = {
  name: 'two-files',
  code: 's18',
  question: 'Two files are written at once, and the space is for one: is -ENOSPC true, and final?',
  about: ['enospc-is-true'],
  source: 'mail L66: "ENOSPC on the 17th page"; xfs/553, xfs/607',
  large: true,
  geometry: { ...SMALL, files: 2, pages: 1, page_blocks: 2, blocks: 2, kmap_slots: 2 },
  others: ['writeback', 'ioend', 'journal'],
  faults: ['fault-in-efault'],
  faults_max: 1,
  writers: (g) => [
    [{ pos: 0, count: 2 * g.block_cells }],
    [{ pos: 0, count: g.block_cells, file: 1 }],
  ],
  files: () => [
    { i_size: 4, blocks: '' },
    { i_size: 4, blocks: '' },
  ],
  asks: COPIES,
  must: [
    fails('fault-in-efault'),
    { what: 'both have returned', happened: (o) => o.hasReturned(0) && o.hasReturned(1) },
    {
      what: 'one is told that there is no space',
      happened: (o) => o.s.call[0]!.no_space === 1 || o.s.call[1]!.no_space === 1,
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'enospc-is-true'],
};
