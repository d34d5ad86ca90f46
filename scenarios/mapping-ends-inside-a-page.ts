/** Blocks smaller than a page: a mapping ends where a page does not. */
import { COPIES, EVERYBODY, SMALL, returns, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const mappingEndsInsideAPage: Scenario = {
  name: 'mapping-ends-inside-a-page',
  question: 'A page lies half in the iomap: write_begin refuses it, and then?',
  source: 'mm/filemap.c:2403 as patched: "if (status == -ERANGE) status = 0"',
  geometry: { ...SMALL, page_blocks: 2, blocks: 8 },
  others: EVERYBODY,
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  files: sizedFile(() => '.M..'),
  asks: COPIES,
  must: [
    {
      what: 'a page with a hole and a block is written to',
      happened: (o) => o.geometry.page_blocks > 1 && o.isRunning(0) && o.isDurable(o.block_size),
    },
    returns,
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'return-value-is-true'],
};
