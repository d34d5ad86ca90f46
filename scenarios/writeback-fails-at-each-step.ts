/** What can go wrong after write() has returned, step by step. */
import { SMALL, emptyFile, fails, inside } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const writebackFailsAtEachStep: Scenario = {
  name: 'writeback-fails-at-each-step',
  code: 's26',
  question: 'Mapping, the I/O of two pages, conversion or the new size fails: is anybody told?',
  about: ['fsync-is-durable', 'errors-are-told-once'],
  source: 'xfs_discard_folio(), xfs_end_ioend(), fs/xfs/xfs_aops.c; fs/iomap/ioend.c',
  geometry: { ...SMALL, bio_pages: 2 },
  others: ['writeback', 'ioend', 'journal', 'peer'],
  faults: ['map-eio', 'write-eio', 'convert-eio', 'set-size-eio'],
  faults_max: 1,
  writers: (g) => [[inside(g), { call: 'fsync', pos: 0, count: 1 }]],
  files: emptyFile,
  asks: {
    can: (design) => design.filesystem.end_io.length > 1,
    otherwise: 'nothing follows its I/O',
  },
  must: [
    fails('map-eio'),
    fails('write-eio'),
    fails('set-size-eio'),
    { what: 'fsync() returns an error', happened: (o) => o.s.call[1]!.err > 0 },
    {
      what: 'two pages in one bio',
      happened: (o) => o.s.page[0]!.bio > 0 && o.s.page[0]!.bio === o.s.page[1]!.bio,
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,skips', 'fsync-is-durable'],
};
