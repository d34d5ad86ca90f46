/** Writeback comes to the first page with the last one in its hands. */
import { GATHERED } from '../model/page-cache.ts';
import { SMALL, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const writebackWrapsAround: Scenario = {
  name: 'writeback-wraps-around',
  code: 's40',
  question:
    'Writeback has the last page in a bio that is not submitted, and wants the lock of the first ' +
    'one, which a write has: does that write wait for the last page?',
  about: ['no-deadlock'],
  source: '64081362e8ff (4.20), range_cyclic writeback; wait_for_stable_page()',
  geometry: { ...SMALL, bio_pages: 2, range_cyclic: 1, stable_pages: 1 },
  others: ['writeback', 'ioend', 'peer'],
  faults: [],
  faults_max: 0,
  // The first call makes the pages dirty, and the second comes for them again.
  writers: (g) => [[wholeFile(g), wholeFile(g)]],
  files: sizedFile(),
  must: [
    {
      what: 'the last page is in a bio that is not submitted while a call has the first one locked',
      happened: (o) =>
        o.s.page[o.geometry.pages - 1]!.writeback === GATHERED && o.s.page[0]!.locked_by === 1,
    },
  ],
  shown: ['recvfile', 'no-deadlock'],
};
