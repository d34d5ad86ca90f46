/** More than one segment: what the patch calls MAX_WRITEBACK_PAGES is one page here. */
import { EVERYBODY, HAS_IOMAP, SMALL, emptyFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const segmentsShorterThanTheWrite: Scenario = {
  name: 'segments-shorter-than-the-write',
  code: 's12',
  question: 'The write is longer than a segment: does each segment keep to itself?',
  about: ['allocated-was-reserved', 'no-leaked-reservations'],
  source: 'mm/filemap.c:2362 as patched: "length = min_t(ssize_t, length, 1024 * PAGE_SIZE)"',
  geometry: { ...SMALL, segment_pages: 1 },
  others: EVERYBODY,
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  asks: HAS_IOMAP,
  must: [
    {
      what: 'the call writes more than a segment',
      happened: (o) => {
        const { segment_pages, page_blocks, block_cells } = o.geometry;
        return o.holds(0, 0) && o.holds(0, segment_pages * page_blocks * block_cells);
      },
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties,accepts', 'allocated-was-reserved'],
};
