/** Blocks smaller than a page: a mapping ends where a page does not. */
import { COPIES, EVERYBODY, SMALL, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const mappingEndsInsideAPage: Scenario = {
  name: 'mapping-ends-inside-a-page',
  code: 's11',
  question: 'A page lies half in the iomap: write_begin refuses it, and then?',
  about: ['return-value-is-true'],
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
      what: 'the call returns from a page with a hole and a block, and there was space',
      happened: (o) =>
        o.geometry.page_blocks > 1 &&
        o.isDurable(o.block_size) &&
        o.hasReturned(0) &&
        o.s.call[0]!.no_space === 0,
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'return-value-is-true'],
};
