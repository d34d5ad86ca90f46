/** A store through a mapping takes no i_rwsem: it may come between any two steps of a write. */
import { COPIES, SMALL, fails, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const storeBesideAWrite: Scenario = {
  name: 'store-beside-a-write',
  code: 's28',
  question: 'One writes into a hole, another stores to the same page: is either lost?',
  about: ['no-lost-write', 'no-leaked-reservations'],
  source: 'page_mkwrite() takes no i_mutex; mm/filemap.c:2395 as patched',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'peer'],
  faults: ['mkwrite-enospc', 'fault-in-efault'],
  faults_max: 1,
  writers: (g) => [
    [{ pos: 0, count: g.block_cells }],
    [{ call: 'store', pos: g.block_cells - 1, count: 1 }],
  ],
  files: sizedFile(),
  asks: COPIES,
  must: [
    fails('mkwrite-enospc'),
    { what: 'both have returned', happened: (o) => o.wrote(0) && o.wrote(1) },
    {
      what: 'a page is mapped writable while the write runs',
      happened: (o) => o.isRunning(0) && o.s.page[0]!.writable === 1,
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,allocates', 'no-leaked-reservations'],
};
