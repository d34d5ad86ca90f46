/** Two blocks a page, and one failure. */
import { FAULTS } from '../model/kernel.ts';
import { COPIES, EVERYBODY, SMALL, emptyFile, fromTheMiddle } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const blocksSmallerThanAPage: Scenario = {
  name: 'blocks-smaller-than-a-page',
  code: 's24',
  question: 'One thing fails while a page is half done: are its blocks told apart?',
  about: ['uptodate-means-it', 'no-stale-data'],
  source: 'the buffers of a page, fs/buffer.c',
  geometry: { ...SMALL, pages: 1, page_blocks: 2, blocks: 3 },
  others: EVERYBODY,
  faults: FAULTS.map(({ name }) => name),
  faults_max: 1,
  writers: (g) => [[fromTheMiddle(g)]],
  files: emptyFile,
  asks: COPIES,
  must: [
    { what: 'something fails', faults: FAULTS.map(({ name }) => name) },
    {
      what: 'a page of several blocks is written to',
      happened: (o) => o.geometry.page_blocks > 1 && o.holds(0, 1),
    },
  ],
};
