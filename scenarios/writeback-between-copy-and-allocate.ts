/** Writeback comes between the copy and the allocation, with another file after the space. */
import { COPIES, SMALL, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const writebackBetweenCopyAndAllocate: Scenario = {
  name: 'writeback-between-copy-and-allocate',
  code: 's14',
  question: 'Writeback finds a page that was copied into and has no block yet: what does it do?',
  about: ['no-lost-write'],
  source: 'mm/filemap.c:2395 as patched: "avoid any attempts at writeback of pages in this iomap"',
  large: true,
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'neighbour'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  files: sizedFile(),
  asks: COPIES,
  must: [
    {
      what: 'a page is dirty, and the call is not over',
      happened: (o) => o.isRunning(0) && o.s.page.some(({ block }) => block[0]!.dirty === 1),
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,skips', 'no-lost-write'],
};
