/** One writer calls fsync() while the other writes. */
import { SMALL, inside, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const fsyncBesideAWrite: Scenario = {
  name: 'fsync-beside-a-write',
  code: 's39',
  question: 'One writer calls fsync() while another writes: is what was there before safe?',
  about: ['fsync-is-durable', 'no-deadlock'],
  source: 'fsync(2); filemap_write_and_wait_range() takes no i_rwsem',
  large: true,
  geometry: SMALL,
  others: ['writeback', 'ioend', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[inside(g)], [{ call: 'fsync', pos: 0, count: 1 }]],
  files: sizedFile((blocks) => 'd'.repeat(blocks)),
  asks: {
    can: (design) => design.filesystem.has_unwritten,
    otherwise: 'its filesystem has no delayed allocation',
  },
  must: [
    {
      what: 'fsync() begins before the write ends, and returns after it',
      happened: (o) => o.hasReturned(0) && o.hasReturned(1) && o.s.call[0]!.settled === 0,
    },
    {
      what: 'fsync() returns after a write that it has seen',
      happened: (o) => o.hasReturned(1) && o.s.call[0]!.settled === 1,
    },
  ],
  shown: ['multipage-rfc/locked,unwritten,redirties', 'no-deadlock'],
};
